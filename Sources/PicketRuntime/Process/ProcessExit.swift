import Glibc

/// How the process ends. Distinct statuses, so that whoever started it can tell.
package enum ProcessExit {
    /// The configuration, the command line or the state on disk cannot be used.
    package static let unusableConfiguration: Int32 = 1
    /// The port is taken, or cannot be listened on.
    package static let cannotListen: Int32 = 1
    /// The state journal is damaged or in use.
    package static let unusableState: Int32 = 2

    /// Without any clean-up: what an operator asked for by SENTINEL SIMULATE-FAILURE.
    static func now(_ status: Int) { _exit(Int32(status)) }
}

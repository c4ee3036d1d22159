import Glibc

/// How the process ends. Distinct statuses, so that whoever started it can tell.
package enum ProcessExit {
    /// The configuration cannot be used, or the port not be listened on. As with redis-sentinel.
    package static let unusableConfiguration: Int32 = 1
    package static let cannotListen: Int32 = 1
    /// The state journal is damaged, in use by another process, or cannot be created.
    package static let unusableState: Int32 = 3

    /// Without any clean-up: what an operator asked for by SENTINEL SIMULATE-FAILURE.
    static func now(_ status: Int) { _exit(Int32(status)) }
}

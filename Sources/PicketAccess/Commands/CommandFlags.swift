/// What COMMAND says of how a command may be run.
///
/// Only `noAuth` decides anything here; the others are told to clients, some of which choose their connection by them.
package struct CommandFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let admin = CommandFlags(rawValue: 1 << 0)
    package static let pubsub = CommandFlags(rawValue: 1 << 1)
    package static let noScript = CommandFlags(rawValue: 1 << 2)
    package static let loading = CommandFlags(rawValue: 1 << 3)
    package static let stale = CommandFlags(rawValue: 1 << 4)
    package static let fast = CommandFlags(rawValue: 1 << 5)
    /// Runs before a client has authenticated, and no rule can take it away.
    package static let noAuth = CommandFlags(rawValue: 1 << 6)
    package static let noMulti = CommandFlags(rawValue: 1 << 7)
    package static let allowBusy = CommandFlags(rawValue: 1 << 8)

    /// Redis' names, in the order in which COMMAND tells them.
    private static let names = ["admin", "pubsub", "noscript", "loading", "stale", "fast", "no_auth", "no_multi", "allow_busy"]

    package var names: [String] {
        Self.names.indices.filter { rawValue >> UInt16($0) & 1 == 1 }.map { Self.names[$0] }
    }
}

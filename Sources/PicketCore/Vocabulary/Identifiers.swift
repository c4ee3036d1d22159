/// The name an operator gave to a primary and its replicas (`sentinel monitor <name> …`). Case-sensitive.
package struct GroupName: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package static func < (left: GroupName, right: GroupName) -> Bool { left.text < right.text }
    package var description: String { text }
}

/// What a Redis process calls itself; a new one at each start of the process.
package struct RunID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }
}

/// The logical clock of elections and configurations.
package struct Epoch: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static let zero = Epoch(0)
    package static func < (left: Epoch, right: Epoch) -> Bool { left.number < right.number }
    package var next: Epoch { Epoch(number &+ 1) }
    package var description: String { String(number) }

    /// Greatest epoch that is believed when a message brings it. Redis keeps epochs in 64 bits unsigned; refusing the last
    /// quarter leaves room to count on, so that one forged message cannot exhaust the clock.
    package static let greatestAccepted = Epoch(UInt64.max / 4 * 3)
}

/// One connection that the core asked for. Never used twice.
package struct LinkID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static func < (left: LinkID, right: LinkID) -> Bool { left.number < right.number }
    package var description: String { "link-\(number)" }
}

/// One question of a client that awaits its answer. Given out by the executor.
package struct Ticket: Hashable, Sendable, Codable {
    package let number: UInt64
    package init(_ number: UInt64) { self.number = number }
}

/// One durable step of the state. Effects that must not be seen before it is on disk name it.
package struct Revision: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static let zero = Revision(0)
    package static func < (left: Revision, right: Revision) -> Bool { left.number < right.number }
    package var next: Revision { Revision(number + 1) }
    package var description: String { String(number) }
}

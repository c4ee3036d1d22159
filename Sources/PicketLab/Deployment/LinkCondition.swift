/// What a link does to what passes over it. Forward is from the side that opened a connection.
package struct LinkCondition: Hashable, Sendable {
    package enum Flow: Hashable, Sendable {
        case open
        /// Nothing passes, not even the end of a connection; what was on its way arrives when it is open again.
        case held
        /// Later than it was sent, each portion by another jitter, never out of order; and no more than so many bytes a second.
        case shaped(delay: Duration, jitter: Duration, bytesPerSecond: Int?)
    }

    package var forward: Flow
    package var backward: Flow

    package init(forward: Flow = .open, backward: Flow = .open) {
        self.forward = forward
        self.backward = backward
    }

    package static let open = LinkCondition()
    package static let held = LinkCondition(forward: .held, backward: .held)
}

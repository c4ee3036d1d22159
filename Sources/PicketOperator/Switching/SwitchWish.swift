/// What the operator asks for: another primary.
package struct SwitchWish: Hashable, Sendable {
    package enum Manner: Hashable, Sendable {
        /// The primary hands over, or nothing happens.
        case switchover
        /// Handed over where the primary lives; promoted without it where it is held down.
        case failover
        /// Promoted whatever the primary, or a majority, says.
        case forced
    }

    package let group: String
    package let manner: Manner
    package let target: Address?

    package init(_ group: String, _ manner: Manner, to target: Address? = nil) {
        self.group = group
        self.manner = manner
        self.target = target
    }
}

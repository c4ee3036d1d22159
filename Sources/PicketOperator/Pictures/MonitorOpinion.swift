/// One monitor, and what it says of a group.
package struct MonitorOpinion: Hashable, Sendable {
    package let address: Address
    package let id: String?
    package let software: MonitorSoftware?
    package let zone: String?
    package let stance: Stance
    /// Others that hold this monitor down, and others that know it.
    package let heldDownBy: Int
    package let knownBy: Int

    package enum Stance: Hashable, Sendable {
        case silent(TalkFailure)
        /// It answers, and does not watch the group.
        case unaware
        case sees(Sight)
    }

    package struct Sight: Hashable, Sendable {
        package let primary: Address?
        package let isPrimaryDown: Bool
        package let isPrimaryObjectivelyDown: Bool
        package let failoverState: String?
        package let configEpoch: Int64
        package let quorum: Int
        /// Itself and the monitors that it knows and does not hold down.
        package let usableMonitors: Int
        /// Itself and all it knows: its majority is of these.
        package let knownMonitors: Int
        package let votedLeader: String?
    }

    package var sight: Sight? { if case .sees(let sight) = stance { sight } else { nil } }
    package var isPicketd: Bool { software?.isPicketd ?? false }
    package var shortID: String { id.map { String($0.prefix(8)) } ?? "?" }

    /// Whether the others can count on it: what they say, unless it is certain that it does not run.
    package var isUsable: Bool {
        if stance == .silent(.refusedConnection) || stance == .unaware { return false }
        return knownBy == 0 ? sight != nil : heldDownBy * 2 <= knownBy
    }

    /// For a table: what it says of the primary.
    package var words: String {
        switch stance {
        case .silent(let failure): return failure.text
        case .unaware: return "does not watch the group"
        case .sees(let sight):
            if let state = sight.failoverState { return "fails over (\(state))" }
            if sight.isPrimaryObjectivelyDown { return "holds the primary down, with a quorum" }
            if sight.isPrimaryDown { return "holds the primary down" }
            return "primary is up"
        }
    }

    package var style: Style {
        switch stance {
        case .silent, .unaware: .bad
        case .sees(let sight): sight.failoverState != nil ? .doubtful : sight.isPrimaryDown ? .bad : .good
        }
    }
}

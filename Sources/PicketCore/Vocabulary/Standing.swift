/// How one monitor stands to one group: what a picketd tells another one beyond Sentinel's protocol.
package struct Standing: Hashable, Sendable, Codable {
    package var group: GroupName
    package var primary: Endpoint
    package var configEpoch: Epoch
    /// Whether the sender holds that primary down.
    package var isDown: Bool
    /// The sender's latest vote in this group: nobody can have been elected with its help in a later epoch.
    package var vote: Vote?
    /// Whether the sender itself is about to give the group another primary.
    package var isLeading: Bool
    /// The sender stands for election, its `vote` is its own, and it asks for that of whoever reads this.
    package var isCandidate: Bool

    package init(
        group: GroupName, primary: Endpoint, configEpoch: Epoch, isDown: Bool, vote: Vote?, isLeading: Bool, isCandidate: Bool = false
    ) {
        self.group = group
        self.primary = primary
        self.configEpoch = configEpoch
        self.isDown = isDown
        self.vote = vote
        self.isLeading = isLeading
        self.isCandidate = isCandidate
    }
}

/// One message between two picketd, in either direction: many groups at once.
package struct StandingReport: Hashable, Sendable, Codable {
    package var sender: MonitorID
    package var currentEpoch: Epoch
    package var standings: [Standing]

    package init(sender: MonitorID, currentEpoch: Epoch, standings: [Standing]) {
        self.sender = sender
        self.currentEpoch = currentEpoch
        self.standings = standings
    }
}

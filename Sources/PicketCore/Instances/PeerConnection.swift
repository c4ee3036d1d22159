import OrderedCollections

/// The one connection to another monitor, whatever the number of groups that share it.
struct PeerConnection: Hashable, Sendable, Codable {
    let id: MonitorID
    var endpoint: Endpoint
    var reachability: Reachability
    /// The groups in which the peer is known.
    var groups: OrderedSet<GroupName> = []
    /// The groups that voted for the peer and wait for what it makes of it.
    var awaitedBy: OrderedSet<GroupName> = []
    /// The groups that hold the peer down and want to hear of its return.
    var heldDownIn: OrderedSet<GroupName> = []
    /// Another picketd: it answered a report of standings. Nil as long as it has not answered the one of this connection.
    var comparesStandings: Bool?
    /// The groups of which it is to be told next.
    var standingsToTell: OrderedSet<GroupName> = []
    /// A report of standings has not been answered: what changes meanwhile goes into the next one, together.
    var isComparing = false
    /// Of the groups that know it, the shortest down-after: it decides how often to ping.
    var shortestDownAfter: Duration

    init(id: MonitorID, endpoint: Endpoint, shortestDownAfter: Duration, at now: Instant) {
        self.id = id
        self.endpoint = endpoint
        self.shortestDownAfter = shortestDownAfter
        reachability = Reachability(at: now)
    }
}

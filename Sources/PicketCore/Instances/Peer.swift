/// Another monitor, as one group knows it. The connection is shared by all groups and stands in `PeerConnection`.
struct Peer: Hashable, Sendable, Codable {
    let id: MonitorID
    var endpoint: Endpoint
    var lastHello: Instant
    /// The configuration that its latest hello of this group told.
    var believed: (primary: Endpoint, epoch: Epoch)? {
        get { believedPrimary.map { ($0, believedEpoch) } }
        set {
            believedPrimary = newValue?.primary
            believedEpoch = newValue?.epoch ?? .zero
        }
    }
    private var believedPrimary: Endpoint?
    private var believedEpoch: Epoch = .zero

    /// S_DOWN of the peer, in this group's terms.
    var downSince: Instant?
    var opinion: Opinion?
    /// Its latest vote in this group that we know of.
    var vote: Vote?
    var askedAt: Instant?

    /// How it stood to the group, and since when that is certain: when it was asked. Only a picketd answers that.
    var standing: (standing: Standing, at: Instant)? {
        get { toldStanding.map { ($0, toldStandingAt) } }
        set {
            toldStanding = newValue?.standing
            toldStandingAt = newValue?.at ?? .init(sinceStart: .zero)
        }
    }
    private var toldStanding: Standing?
    private var toldStandingAt: Instant = .init(sinceStart: .zero)

    /// Its answer to whether it holds the group's primary down.
    struct Opinion: Hashable, Sendable, Codable {
        let isDown: Bool
        let at: Instant
    }

    init(id: MonitorID, endpoint: Endpoint, at now: Instant) {
        self.id = id
        self.endpoint = endpoint
        lastHello = now
    }
}

/// What a command link says about the life of whoever is at its other end.
///
/// The rules are Sentinel's: an unanswered ping counts from when it was sent; with nothing asked and no link, silence counts
/// from the last valid answer.
struct Reachability: Hashable, Sendable, Codable {
    var link: Link
    /// Our own address on the link that is open, or was last: where others can reach us.
    private(set) var localHost = ""
    /// The oldest ping that was not answered validly. Set at the start too: who never answers is down in time.
    private(set) var oldestUnansweredPing: Instant?
    private(set) var lastPingSent: Instant?
    /// The last answer that counts as alive.
    private(set) var lastValidReply: Instant
    /// The last answer of any kind to a ping.
    private(set) var lastReply: Instant
    /// From the latest ping that was answered to its answer.
    private(set) var roundTrip: Duration = .zero
    /// Why the credentials were refused, while they are.
    fileprivate(set) var denial: String?

    init(at now: Instant) {
        link = Link(openableAt: now)
        oldestUnansweredPing = now
        lastValidReply = now
        lastReply = now
    }

    /// The link is open.
    mutating func opened(localHost: String, at now: Instant) {
        link.opened(at: now)
        self.localHost = localHost
    }

    mutating func pinged(at now: Instant) {
        lastPingSent = now
        if oldestUnansweredPing == nil { oldestUnansweredPing = now }
    }

    /// A valid answer to a ping.
    mutating func proved(at now: Instant) {
        if let oldestUnansweredPing { roundTrip = now - oldestUnansweredPing }
        lastReply = now
        lastValidReply = now
        oldestUnansweredPing = nil
        denial = nil
    }

    /// An answer that does not count as alive, such as MISCONF.
    mutating func answeredInvalidly(at now: Instant) { lastReply = now }

    /// The credentials were refused: a sign of life, though not of service.
    mutating func denied(_ reason: String, at now: Instant) {
        denial = reason
        lastReply = now
        if oldestUnansweredPing != nil { oldestUnansweredPing = now }
        lastValidReply = now
    }

    /// What was not answered before `now` is nobody's fault but ours.
    mutating func startAfresh(at now: Instant) {
        if oldestUnansweredPing != nil { oldestUnansweredPing = now }
        lastValidReply = max(lastValidReply, now)
    }

    /// Since when there has been no sign of life though there should have been; nil where all is well.
    var silentSince: Instant? {
        if let oldestUnansweredPing { return oldestUnansweredPing }
        return link.isOpen ? nil : lastValidReply
    }
}

extension Reachability {
    /// A peer that refuses us lives, but is of no use: unlike an instance's, its denial does not count as a sign of life.
    mutating func noteDenial(_ reason: String) { denial = reason }
}

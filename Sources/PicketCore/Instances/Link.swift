/// One connection as the core sees it: closed until a time, being opened, or open. Plain numbers, so that a copy costs next to nothing.
struct Link: Hashable, Sendable, Codable {
    enum State: Hashable, Sendable, Codable {
        case closed(retryAt: Instant)
        case opening(LinkID)
        case open(LinkID, since: Instant)
    }

    private(set) var state: State
    /// Commands sent whose answers have not come.
    private(set) var pendingCommands = 0
    /// The last try was answered with a reset: the one failure that is evidence of a dead process.
    private(set) var wasRefused = false
    private var failuresInARow = 0

    init(openableAt now: Instant) { state = .closed(retryAt: now) }

    var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// The identifier while being opened or open.
    var id: LinkID? {
        switch state {
        case .closed: nil
        case .opening(let id), .open(let id, _): id
        }
    }

    var openSince: Instant? {
        if case .open(_, let since) = state { since } else { nil }
    }

    /// When a closed link may be opened.
    var retryAt: Instant? {
        if case .closed(let retryAt) = state { retryAt } else { nil }
    }

    mutating func beginOpening(_ id: LinkID) {
        state = .opening(id)
        pendingCommands = 0
    }

    mutating func opened(at now: Instant) {
        guard case .opening(let id) = state else { return }
        state = .open(id, since: now)
        wasRefused = false
    }

    /// An open link that ends is opened again at once: the answer to that (refused, or not) tells more than waiting does.
    /// Not so where it ended as soon as it was open: whoever hangs up on us is not to be stormed.
    mutating func closed(_ failure: LinkFailure, at now: Instant, longestDelay: Duration) {
        let wasSettled = isSettled(at: now)
        if wasSettled { failuresInARow = 0 }
        let pause = wasSettled ? failure.pauseAfterSettledLink(longestDelay) : nextPause(longestDelay)
        wasRefused = failure == .refused
        pendingCommands = 0
        state = .closed(retryAt: now + pause)
    }

    private func isSettled(at now: Instant) -> Bool {
        guard case .open(_, let since) = state else { return false }
        return now - since >= Limits.settledLinkAge
    }

    private mutating func nextPause(_ longest: Duration) -> Duration {
        let doubled = Limits.firstReconnectDelay * (1 << min(failuresInARow, 10))
        failuresInARow += 1
        return min(doubled, max(longest, Limits.firstReconnectDelay))
    }

    /// Forget a pause: the reason for it may be gone (new credentials, a new address).
    mutating func mayOpen(at now: Instant) {
        if isClosed { state = .closed(retryAt: now) }
        failuresInARow = 0
    }

    /// Another time than the usual for the next try.
    mutating func retry(at next: Instant) {
        if isClosed { state = .closed(retryAt: next) }
    }

    mutating func sent() { pendingCommands += 1 }
    mutating func answered() { pendingCommands = max(0, pendingCommands - 1) }
}

extension LinkFailure {
    /// After a denial somebody has to change a password first.
    fileprivate func pauseAfterSettledLink(_ longest: Duration) -> Duration {
        switch self {
        case .accessDenied: max(longest, Limits.firstReconnectDelay)
        case .refused, .timedOut, .unreachable, .unresolved, .closedByPeer, .protocolViolation, .limitExceeded, .closedLocally: .zero
        }
    }
}

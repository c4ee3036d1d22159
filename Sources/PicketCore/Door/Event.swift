/// What happened. The only way in.
///
/// Large payloads stand apart (`indirect`), here and in `Request`, `Reply` and `Action`: by far the most values are pings and their
/// answers, which are copied from hand to hand.
package enum Event: Hashable, Sendable, Codable {
    /// The executor is ready; comes once, first.
    case started
    /// `nextDeadline` has been reached.
    case deadlineReached
    /// The link is open and the handshake (AUTH, CLIENT SETNAME, for subscriptions SUBSCRIBE) was accepted.
    /// `localHost` is our own address on it: where others can reach us. `isAnswering` is false where the handshake was answered
    /// with an error that does not matter, such as BUSY: no sign of service.
    case linkOpened(LinkID, localHost: String, isAnswering: Bool = true)
    /// The link could not be opened, or an open one ended. It will not be heard of again.
    case linkClosed(LinkID, LinkFailure)
    case replied(LinkID, Request, Reply)
    /// Something arrived on a subscription: at least a sign of life of that link.
    case heard(LinkID)
    /// A hello, over a subscription or by a peer's PUBLISH to us.
    indirect case helloReceived(Hello)
    indirect case asked(Ticket, Question)
    /// Everything up to this revision is on disk.
    case persisted(Revision)
    /// The disk refused; the executor keeps trying and says `persisted` when it has succeeded.
    case persistenceFailed(Revision, reason: String)
    /// `addresses` is empty where the name could not be resolved now.
    case resolved(host: String, addresses: [String])
    case scriptStarted(ScriptID, processID: Int)
    case scriptEnded(ScriptID, ScriptOutcome)
}

import DequeModule
import PicketCore
import PicketRESP
import PicketWire

/// One link's conversation: the introduction, then requests and their replies in order. No I/O.
struct LinkStateMachine: ~Copyable {
    private enum State {
        /// Awaiting the replies to the introduction, in this order.
        case introducing(Deque<Introduction>)
        case talking
        case ended
    }

    enum Introduction {
        case authentication, name, subscription
    }

    enum Step {
        case opened(isAnswering: Bool)
        case replied(Request, Reply)
        /// A reply after which the connection cannot be used.
        case repliedLast(Request, Reply, LinkFailure)
        case heard
        case message(channel: String, text: String)
        case failed(LinkFailure)
    }

    private struct Pending {
        let request: Request
        let expected: Int
        var replies: [RESPValue] = []
    }

    private let target: LinkTarget
    private var state: State
    private var pending: Deque<Pending> = []
    /// The name was accepted: whoever is there carries commands out.
    private var isAnswering = true
    /// What AUTH was answered with, if with an error.
    private var refusal: String?

    init(target: LinkTarget) {
        self.target = target
        state = .introducing([])
    }

    /// The commands that introduce us; all are sent at once.
    mutating func introduce() -> [[String]] {
        var commands: [[String]] = []
        var awaited: Deque<Introduction> = []
        let names = target.names
        if let password = target.credentials.password {
            let user = target.credentials.user.map { [$0] } ?? []
            commands.append([names[command: "AUTH"]] + user + [password])
            awaited.append(.authentication)
        }
        commands.append([names[command: "CLIENT"], "SETNAME", target.clientName])
        awaited.append(.name)
        if target.purpose == .subscription {
            commands.append([names[command: "SUBSCRIBE"], HelloText.channel])
            awaited.append(.subscription)
        }
        state = .introducing(awaited)
        return commands
    }

    mutating func sent(_ request: Request, commandCount: Int) {
        pending.append(Pending(request: request, expected: commandCount))
    }

    mutating func received(_ value: RESPValue) -> Step? {
        switch state {
        case .introducing(var awaited):
            let step = introductionAnswered(awaited.removeFirst(), value)
            if let step {
                state = .ended
                return step
            }
            state = awaited.isEmpty ? .talking : .introducing(awaited)
            return awaited.isEmpty ? .opened(isAnswering: isAnswering) : nil
        case .talking:
            state = .talking
            return target.purpose == .subscription ? published(value) : replied(value)
        case .ended:
            state = .ended
            return nil
        }
    }

    /// Nil where the introduction goes on.
    ///
    /// Credentials that are refused decide nothing yet (as with Sentinel): the instance may let everybody in, and old ones
    /// that are still configured then do no harm. What decides is whether the next command is admitted.
    private mutating func introductionAnswered(_ part: Introduction, _ value: RESPValue) -> Step? {
        guard case .error(let text) = value else { return nil }
        switch part {
        case .authentication:
            refusal = text
            return nil
        case .name:
            // A name that is refused for another reason matters to nobody.
            isAnswering = false
            if text.hasPrefix("DENIED") { return .failed(.accessDenied(text)) }
            return text.hasPrefix("NOAUTH") ? .failed(.accessDenied(refusal ?? text)) : nil
        case .subscription:
            let isDenial = text.hasPrefix("NOAUTH") || text.hasPrefix("NOPERM")
            return .failed(isDenial ? .accessDenied(text) : .protocolViolation(text))
        }
    }

    private func published(_ value: RESPValue) -> Step? {
        guard case .array(let words) = value, words.count >= 3, words[0].text == "message", let channel = words[1].text,
            let text = words[2].text
        else { return .heard }
        return .message(channel: channel, text: text)
    }

    private mutating func replied(_ value: RESPValue) -> Step? {
        guard var current = pending.popFirst() else {
            return .failed(.protocolViolation("a reply that nobody asked for: \(value.briefDescription)"))
        }
        current.replies.append(value)
        if current.replies.count < current.expected {
            pending.prepend(current)
            return nil
        }
        let reply = ReplyDecoding.reply(to: current.request, from: current.replies)
        // Refused for another reason than its content, EXEC leaves the connection inside of the transaction.
        if RequestEncoding.isTransaction(current.request), current.expected > 1, case .error(let text) = value,
            !text.hasPrefix("EXECABORT"), !text.hasPrefix("ERR EXEC without MULTI")
        {
            return .repliedLast(current.request, reply, .protocolViolation("EXEC was refused: \(text)"))
        }
        return .replied(current.request, reply)
    }
}

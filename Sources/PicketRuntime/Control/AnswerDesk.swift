import PicketCore

/// Questions that wait for the core's answer. On the control loop.
final class AnswerDesk {
    private var waiting: [Ticket: (Answer) -> Void] = [:]
    private var lastTicket: UInt64 = 0

    /// Nil where too many wait already.
    func register(_ receive: @escaping (Answer) -> Void) -> Ticket? {
        guard waiting.count < RuntimeLimits.waitingQuestions else { return nil }
        lastTicket += 1
        let ticket = Ticket(lastTicket)
        waiting[ticket] = receive
        return ticket
    }

    var waitingCount: Int { waiting.count }

    func deliver(_ answer: Answer, to ticket: Ticket) { waiting.removeValue(forKey: ticket)?(answer) }
}

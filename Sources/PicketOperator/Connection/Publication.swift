import PicketRESP

/// What arrived by publication.
struct Publication: Sendable {
    let channel: String
    let text: String
    let at: ContinuousClock.Instant

    /// Nil where the value is an answer.
    init?(_ value: RESPValue) {
        guard let words = value.elements, let kind = words.first?.text else { return nil }
        switch (kind, words.count) {
        case ("message", 3): (channel, text) = (words[1].text ?? "", words[2].text ?? "")
        case ("pmessage", 4): (channel, text) = (words[2].text ?? "", words[3].text ?? "")
        default: return nil
        }
        at = .now
    }
}

/// Why something cannot be done in a playground, and what to do.
package struct PlaygroundError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// What was typed means nothing here.
        case usage
        /// It would harm what is there.
        case refused
    }

    package let kind: Kind
    package let message: String
    package let advice: String

    init(_ kind: Kind, _ message: String, _ advice: String) {
        self.kind = kind
        self.message = message
        self.advice = advice
    }

    package var description: String { "\(message)\n\(advice)" }
}

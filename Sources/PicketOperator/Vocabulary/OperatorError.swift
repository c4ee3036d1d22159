/// Why a verb could not do what it was asked for, in a sentence, and what the operator can do next.
package struct OperatorError: Error, Hashable, Sendable {
    package let status: VerbStatus
    package let message: String
    package let advice: String?

    package init(_ status: VerbStatus, _ message: String, advice: String? = nil) {
        self.status = status
        self.message = message
        self.advice = advice
    }

    package static func usage(_ message: String, advice: String? = nil) -> OperatorError { OperatorError(.usage, message, advice: advice) }
    package static func refused(_ message: String, advice: String? = nil) -> OperatorError {
        OperatorError(.refused, message, advice: advice)
    }
}

extension OperatorError: CustomStringConvertible {
    package var description: String { advice.map { "\(message)\n\($0)" } ?? message }
}

/// Something about a deployment that somebody should know before it matters.
package struct Finding: Hashable, Sendable {
    package enum Severity: String, CaseIterable, Hashable, Sendable, Comparable {
        /// It would not fail over, or would lose data, as it is.
        case error
        case warning
        /// Good to know.
        case note

        package static func < (first: Severity, second: Severity) -> Bool { first.rank < second.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self)! }

        var style: Style {
            switch self {
            case .error: .bad
            case .warning: .doubtful
            case .note: .faint
            }
        }
    }

    package let severity: Severity
    /// A word that stays the same over versions, for scripts.
    package let rule: String
    package let text: String
    /// What to do about it.
    package let advice: String

    init(_ severity: Severity, _ rule: String, _ text: String, _ advice: String) {
        self.severity = severity
        self.rule = rule
        self.text = text.printable
        self.advice = advice
    }
}

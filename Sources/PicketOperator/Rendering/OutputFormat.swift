/// How a verb answers.
package enum OutputFormat: String, CaseIterable, Hashable, Sendable {
    case table
    case wide
    case json
    case yaml

    package var isForPrograms: Bool { self == .json || self == .yaml }
}

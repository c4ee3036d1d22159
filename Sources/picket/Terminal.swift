import Glibc
import PicketOperator

/// Lines for a person: with colours where a terminal shows them, without anywhere else.
struct Terminal: Sendable {
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    private let isColoured: Bool

    init() {
        let isPlain = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false || getenv("TERM").map { strcmp($0, "dumb") == 0 } ?? true
        isColoured = isatty(STDOUT_FILENO) == 1 && !isPlain
    }

    var palette: Palette { Palette(isColoured: isColoured) }

    func say(_ line: String = "") {
        print(line)
        // Nothing else of this process prints: all streams are one.
        fflush(nil)
    }

    func complain(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    func complain(_ error: OperatorError) {
        complain("picket: \(error.message)" + (error.advice.map { "\n\($0)" } ?? ""))
    }

    func style(_ text: String, _ styles: Style...) -> String {
        isColoured ? "\u{1b}[\(styles.map(\.rawValue).joined(separator: ";"))m\(text)\u{1b}[0m" : text
    }

    // MARK: Asking

    /// Whether the operator says yes. Anything else is no; without a terminal nobody can be asked.
    func confirm(_ question: String) throws(OperatorError) -> Bool {
        guard isatty(STDIN_FILENO) == 1 else {
            throw .usage(
                "This asks before it acts, and there is no terminal to ask on.", advice: "Give --yes, or --dry-run to see what it would do."
            )
        }
        print("\(question) [y/N] ", terminator: "")
        fflush(nil)
        return ["y", "yes"].contains((readLine() ?? "").lowercased())
    }
}

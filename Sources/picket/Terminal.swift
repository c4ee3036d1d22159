import Glibc

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
        let isPlain = getenv("NO_COLOR") != nil || getenv("TERM").map { strcmp($0, "dumb") == 0 } ?? true
        isColoured = isatty(STDOUT_FILENO) == 1 && !isPlain
    }

    func say(_ line: String = "") {
        print(line)
        // Nothing else of this process prints: all streams are one.
        fflush(nil)
    }

    func complain(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    func style(_ text: String, _ styles: Style...) -> String {
        isColoured ? "\u{1b}[\(styles.map(\.rawValue).joined(separator: ";"))m\(text)\u{1b}[0m" : text
    }
}

extension BinaryInteger {
    /// With a comma for each three digits: 1,043.
    var grouped: String {
        let digits = Array(String(magnitude))
        let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[Swift.max(0, $0 - 3)..<$0]) }
        return (self < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }
}

extension String {
    /// Never cut; blanks to the left, or to the right.
    func right(_ width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
    func left(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}

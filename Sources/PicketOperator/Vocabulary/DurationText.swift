/// Lengths of time as people type and read them.
package enum DurationText {
    package static let advice = "A time is a number and a unit: 500ms, 90s, 30m, 2h, 1d; without a unit: seconds."

    /// `500ms`, `90s`, `30m`, `2h`, `1d`; without a unit: seconds. Up to a year.
    package static func parse(_ text: String) throws(OperatorError) -> Duration {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factor: Int64? =
            switch text[digits.endIndex...] {
            case "ms": 1
            case "", "s": 1_000
            case "m": 60_000
            case "h": 3_600_000
            case "d": 86_400_000
            default: nil
            }
        guard let number = Int64(digits), let factor, number <= 366 * 86_400_000 / factor else {
            throw .usage("'\(text.printable)' is no time.", advice: advice)
        }
        return .milliseconds(number * factor)
    }

    /// With its one or two largest units: `1d 2h`, `29m 58s`, `12s`, `350ms`.
    package static func brief(_ time: Duration) -> String {
        let milliseconds = max(0, time.wholeMilliseconds)
        guard milliseconds >= 1_000 else { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1_000
        let parts = [("d", seconds / 86_400), ("h", seconds / 3_600 % 24), ("m", seconds / 60 % 60), ("s", seconds % 60)]
        let first = parts.firstIndex { $0.1 > 0 } ?? 3
        return parts[first...].prefix(2).filter { $0.1 > 0 }.map { "\($0.1)\($0.0)" }.joined(separator: " ")
    }
}

extension Duration {
    package var wholeMilliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
    package var inMilliseconds: Double { Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15 }
}

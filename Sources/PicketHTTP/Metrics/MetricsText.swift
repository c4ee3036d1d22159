/// Prometheus' text format, version 0.0.4: families one after the other, each with its help and type, then its samples.
struct MetricsText {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var bytes: [UInt8] = []
    private var name = ""

    init() { bytes.reserveCapacity(1 << 16) }

    /// Begins a family. Its name tells the unit, seconds or bytes, and ends with `_total` where it counts.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        append("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    mutating func sample(_ value: some MetricValue) { sample("", [], value.number) }
    mutating func sample(_ labels: [(String, String)], _ value: some MetricValue) { sample("", labels, value.number) }

    mutating func histogram(_ labels: [(String, String)], bounds: [Double], counts: [UInt64], sum: Double) {
        var total: UInt64 = 0
        for (bound, count) in zip(bounds, counts) {
            total += count
            sample("_bucket", labels + [("le", Self.text(bound))], Double(total))
        }
        total += counts.last ?? 0
        sample("_bucket", labels + [("le", "+Inf")], Double(total))
        sample("_sum", labels, sum)
        sample("_count", labels, Double(total))
    }

    private mutating func sample(_ suffix: String, _ labels: [(String, String)], _ value: Double) {
        append(name)
        append(suffix)
        for (index, (label, text)) in labels.enumerated() {
            append(index == 0 ? "{" : ",")
            append(label)
            append("=\"")
            appendEscaped(text)
            append("\"")
        }
        if !labels.isEmpty { append("}") }
        append(" ")
        append(Self.text(value))
        append("\n")
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func appendEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\n"): append("\\n")
            default: bytes.append(byte)
            }
        }
    }

    /// Whole numbers without a point, as people read them.
    private static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 9e15 { return String(Int64(value)) }
        return "\(value)"
    }
}

/// What can stand behind a metric's name. True is 1.
protocol MetricValue {
    var number: Double { get }
}

extension Double: MetricValue { var number: Double { self } }
extension Int: MetricValue { var number: Double { Double(self) } }
extension UInt64: MetricValue { var number: Double { Double(self) } }
extension Bool: MetricValue { var number: Double { self ? 1 : 0 } }

/// Figures as a person reads them.
package enum FigureText {
    /// With a comma for each three digits: 1,043.
    package static func grouped(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude))
        let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[Swift.max(0, $0 - 3)..<$0]) }
        return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

    package static func grouped(_ number: Int) -> String { grouped(Int64(number)) }

    /// `0 B`, `873 B`, `12.5 KiB`, `3.0 GiB`.
    package static func bytes(_ count: Int64) -> String {
        guard count.magnitude >= 1_024 else { return "\(count) B" }
        var tenths = Double(count) * 10
        var unit = -1
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        repeat {
            tenths /= 1_024
            unit += 1
        } while tenths.magnitude >= 10_235 && unit < units.count - 1
        let rounded = Int64(tenths.rounded())
        return "\(rounded / 10).\(abs(rounded % 10)) \(units[unit])"
    }

    /// Milliseconds with a tenth below a hundred.
    package static func milliseconds(_ value: Double) -> String {
        guard value < 99.95 else { return grouped(Int64(value.rounded())) }
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// `1 replica`, `2 replicas`.
    package static func count(_ number: Int, _ one: String, _ several: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? one : several ?? one + "s")"
    }

    /// `a`, `a and b`, `a, b and c`.
    package static func enumeration(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}

/// Figures as a table shows them.
package enum FigureText {
    /// Milliseconds: with a tenth below ten, with commas above a thousand.
    package static func milliseconds(_ value: Double) -> String { number(value, decimals: value < 9.95 ? 1 : 0) }

    /// How many times the second is in the first: `0.021`, `0.35`, `1.4`, `12`. A dash where that says nothing.
    package static func ratio(_ first: Double, to second: Double) -> String {
        guard second > 0, first.isFinite, second.isFinite else { return "–" }
        let ratio = first / second
        guard ratio > 0 else { return "0" }
        return number(ratio, decimals: ratio < 0.0995 ? 3 : ratio < 0.995 ? 2 : ratio < 9.95 ? 1 : 0)
    }

    /// Rounded to nearest.
    package static func number(_ value: Double, decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        guard decimals > 0 else { return scaled.grouped }
        let fraction = String(scaled.magnitude % UInt(scale))
        return (scaled < 0 ? "-" : "") + (scaled.magnitude / UInt(scale)).grouped + "."
            + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
}

extension BinaryInteger {
    /// With a comma for each three digits: 1,043.
    package var grouped: String {
        let digits = Array(String(magnitude))
        let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[Swift.max(0, $0 - 3)..<$0]) }
        return (self < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }
}

extension String {
    /// Never cut; blanks to the left, or to the right.
    package func right(_ width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
    package func left(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}

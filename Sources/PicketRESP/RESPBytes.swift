extension UInt8 {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
}

extension Int64 {
    /// A number as Redis takes one from an argument: decimal digits, perhaps a minus before them, no leading zero, no blank, no plus.
    package init?(decimal text: String) {
        var text = text
        guard let number = text.withUTF8({ Int(decimal: UnsafeRawBufferPointer($0)) }) else { return nil }
        self.init(number)
    }
}

extension Int {
    /// A number as Redis writes one in a header: decimal digits, perhaps a minus before them, no leading zero, no blank, no plus.
    init?(decimal text: UnsafeRawBufferPointer) {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? UnsafeRawBufferPointer(rebasing: text.dropFirst()) : text
        guard let first = digits.first else { return nil }
        guard first != UInt8(ascii: "0") || (digits.count == 1 && !isNegative) else { return nil }
        var number = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            let (shifted, shiftOverflows) = number.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflows) = shifted.subtractingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            // Summed up below zero, where there is room for one number more.
            guard !shiftOverflows, !sumOverflows else { return nil }
            number = sum
        }
        if isNegative {
            self = number
        } else {
            guard number != .min else { return nil }
            self = -number
        }
    }
}

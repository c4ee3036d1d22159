/// Hexadecimal digits, without Foundation.
enum Hexadecimal {
    static let digits = Array("0123456789abcdef".utf8)

    /// The value of a digit in either letter case.
    static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Lower case, with leading zeros up to the integer's width.
    static func text(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: number.bitWidth / 4 - text.utf8.count) + text
    }
}

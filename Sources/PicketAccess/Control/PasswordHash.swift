import Crypto
import PicketRESP

/// The SHA-256 of a password; the password itself is kept nowhere.
package struct PasswordHash: Sendable, Hashable {
    /// 64 lower-case hexadecimal digits.
    package let digits: [UInt8]

    package static let length = 64

    package init(ofPassword password: some Collection<UInt8>) {
        var hash = SHA256()
        password.withContiguousBytes { hash.update(bufferPointer: $0) }
        let alphabet = Array("0123456789abcdef".utf8)
        digits = hash.finalize().flatMap { [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]] }
    }

    /// Nil unless `digits` are exactly 64 hexadecimal ones in lower case, as Redis demands.
    package init?(digits: some Collection<UInt8>) {
        let areHexadecimal = digits.allSatisfy {
            $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") || $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f")
        }
        guard digits.count == Self.length, areHexadecimal else { return nil }
        self.digits = Array(digits)
    }

    package var text: String { String(decoding: digits, as: UTF8.self) }

    /// Equality that takes equally long wherever the first difference is.
    package func isSame(as other: PasswordHash) -> Bool {
        var difference: UInt8 = 0
        for position in 0..<Self.length { difference |= digits[position] ^ other.digits[position] }
        return difference == 0
    }
}

extension Collection<UInt8> {
    fileprivate func withContiguousBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        if withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) == nil {
            Array(self).withUnsafeBytes(body)
        }
    }
}

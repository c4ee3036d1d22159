/// Tells whether a text is the one that was seen before (FNV-1a, 128 bits).
///
/// Not cryptographic: whoever wants to can make two texts with the same digest. It guards against not noticing an editor, not against
/// an attacker, who could as well edit the journal.
package struct ConfigDigest: Hashable, Sendable, CustomStringConvertible {
    package let value: UInt128

    package init(of bytes: some Sequence<UInt8>) {
        var value: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in bytes {
            value ^= UInt128(byte)
            value = value &* 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
        self.value = value
    }

    /// Nil unless `text` is 32 hexadecimal digits in lower case.
    package init?(text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ Hexadecimal.digits.contains($0) }), let value = UInt128(text, radix: 16) else {
            return nil
        }
        self.value = value
    }

    package var description: String { Hexadecimal.text(value) }
}

/// The Castagnoli checksum, as iSCSI and ext4 use it: finds every burst of damage up to 32 bits, and others but for one in four billion.
struct CRC32C {
    private var remainder: UInt32 = .max

    /// The checksum of everything that was added.
    var value: UInt32 { ~remainder }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            remainder = remainder >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)]
        }
    }

    private static let reversedPolynomial: UInt32 = 0x82f6_3b78

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { remainder, _ in
            remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ reversedPolynomial
        }
    }
}

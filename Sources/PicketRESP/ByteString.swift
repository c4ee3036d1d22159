/// Bytes that are usually text, kept exactly as they came.
///
/// `String` repairs what is not UTF-8; two different passwords must not become equal that way.
package struct ByteString: Sendable, Hashable, ExpressibleByStringLiteral {
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { self.bytes = Array(text.utf8) }
    package init(stringLiteral value: String) { self.init(value) }

    /// The text, with what is not UTF-8 repaired: for display and for names that were checked before.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text, or nil where the bytes are not UTF-8.
    package var exactText: String? { String(validating: bytes, as: UTF8.self) }

    package var count: Int { bytes.count }
    package var isEmpty: Bool { bytes.isEmpty }
}

extension ByteString: CustomStringConvertible {
    package var description: String { text }
}

/// One value of the Redis serialization protocol (RESP2 and RESP3), as read from or written to a socket.
///
/// Text that arrives is kept as bytes (`ByteString`), since a password or a client's name need not be UTF-8.
/// Not `indirect`: the arrays are the indirection, and a box for every value would cost an allocation each.
package enum RESPValue: Sendable, Hashable {
    /// `+text`: one line, no CR or LF within.
    case simple(String)
    /// `-text`: one line that begins with an upper-case code, `ERR unknown command …`.
    case error(String)
    /// `:number`.
    case integer(Int64)
    /// `$length` and that many bytes.
    case bulk(ByteString)
    /// RESP3 `=` with the format `txt`, text for a person to read; RESP2 a bulk string.
    case verbatim(String)
    /// RESP2 `$-1`, RESP3 `_`.
    case null
    /// RESP2 `*-1`, RESP3 `_`: kept apart from `null` because RESP2 clients tell the two apart.
    case nullArray
    case array([RESPValue])
    /// RESP3 `%`; RESP2 a flat array of key, value, key, value …
    case map([RESPPair])
    /// RESP3 `~`; RESP2 an array.
    case set([RESPValue])
    /// RESP3 `>`; RESP2 an array.
    case push([RESPValue])
    /// RESP3 `#t` / `#f`; RESP2 `:1` / `:0`.
    case boolean(Bool)
    /// RESP3 `,`; RESP2 a bulk string.
    case double(Double)

    package static func bulk(_ text: String) -> RESPValue { .bulk(ByteString(text)) }
}

/// A key and its value in a RESP map. A pair of its own, because maps keep the order in which they were written.
package struct RESPPair: Sendable, Hashable {
    package let key: RESPValue
    package let value: RESPValue

    package init(_ key: RESPValue, _ value: RESPValue) {
        self.key = key
        self.value = value
    }

    package init(_ key: String, _ value: RESPValue) {
        self.init(.bulk(key), value)
    }
}

/// The two protocol versions a connection can speak.
package enum RESPVersion: Int, Sendable, Hashable {
    case two = 2
    case three = 3
}

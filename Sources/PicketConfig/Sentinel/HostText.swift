/// Tells addresses from names, without asking anybody.
enum HostText {
    static func isAddress(_ text: String) -> Bool { isIPv4(text[...]) || isIPv6(text) }

    /// Whether a resolver could be asked for it: not empty, no blanks, no control characters, none of the hello's commas.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: ",") }
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                    && UInt8(part) != nil
            }
    }

    private static func isIPv6(_ text: String) -> Bool {
        let halves = Self.halves(of: text)
        guard let halves else { return false }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            for (position, part) in parts.enumerated() {
                let isLast = index == halves.count - 1 && position == parts.count - 1
                if isLast, isIPv4(part) {
                    groups += 2
                } else {
                    let isHexadecimal = part.utf8.allSatisfy { Hexadecimal.value(of: $0) != nil }
                    guard (1...4).contains(part.utf8.count), isHexadecimal else { return false }
                    groups += 1
                }
            }
        }
        return halves.count == 2 ? groups < 8 : groups == 8
    }

    /// The text before and after its only `::`, or all of it. Nil where there are several.
    private static func halves(of text: String) -> [Substring]? {
        let bytes = Array(text.utf8)
        var halves: [Substring] = []
        var start = 0
        var position = 0
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: ":"), bytes[position + 1] == UInt8(ascii: ":") {
                halves.append(Substring(String(decoding: bytes[start..<position], as: UTF8.self)))
                position += 2
                start = position
            } else {
                position += 1
            }
        }
        halves.append(Substring(String(decoding: bytes[start...], as: UTF8.self)))
        return halves.count <= 2 ? halves : nil
    }
}

import OrderedCollections

/// The main configuration file as it stands, every line of it, to be kept current without disturbing what its author wrote.
package struct ConfigurationDocument: Hashable, Sendable {
    let lines: [ConfigurationLine]
    let endsWithNewline: Bool
    /// What included files say, which the main file need not repeat.
    private(set) var inherited: OrderedDictionary<RewrittenLine.Key, [[[UInt8]]]> = [:]

    package init(_ bytes: [UInt8]) {
        var parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        endsWithNewline = parts.last?.isEmpty ?? true
        if endsWithNewline, !parts.isEmpty { parts.removeLast() }
        lines = parts.map { ConfigurationLine(Array($0)) }
    }

    /// The same document with another text: for a file that somebody edited while this process was running.
    package func replacingText(_ bytes: [UInt8]) -> ConfigurationDocument {
        var document = ConfigurationDocument(bytes)
        document.inherited = inherited
        return document
    }

    mutating func inherit(_ lines: [ConfigurationLine]) {
        for line in lines {
            guard let (key, meaning) = RewrittenLine.recognized(line) else { continue }
            inherited[key, default: []].append(meaning)
        }
    }
}

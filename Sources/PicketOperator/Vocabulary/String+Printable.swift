extension StringProtocol {
    /// Without control characters: what a server said must not paint the terminal, nor end the line.
    package var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) ? " " : $0 }))
    }

    package var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension String {
    /// Never cut; blanks to the right, or to the left.
    func padded(to width: Int, fromRight: Bool = false) -> String {
        let blanks = String(repeating: " ", count: Swift.max(0, width - count))
        return fromRight ? blanks + self : self + blanks
    }

    /// At most so many characters; the last is `…` where something was cut off.
    func clipped(to width: Int) -> String {
        guard count > width else { return self }
        return width < 1 ? "" : String(prefix(width - 1)) + "…"
    }
}

/// Text with colours in it.
package enum AnsiText {
    /// At most so many characters; escape sequences count nothing, and none is left open.
    package static func clipped(_ line: String, to width: Int) -> String {
        guard line.contains("\u{1b}") else { return line.clipped(to: width) }
        var shown = ""
        var count = 0
        var isPainted = false
        var rest = Substring(line)
        let total = length(line)
        while let next = rest.first {
            if next == "\u{1b}", let end = rest.firstIndex(of: "m") {
                let sequence = rest[...end]
                isPainted = sequence != "\u{1b}[0m"
                shown += sequence
                rest = rest[rest.index(after: end)...]
                continue
            }
            if total > width && count == width - 1 {
                shown += "…"
                break
            }
            guard count < width else { break }
            shown.append(next)
            count += 1
            rest = rest.dropFirst()
        }
        return isPainted ? shown + "\u{1b}[0m" : shown
    }

    static func length(_ line: String) -> Int {
        var count = 0
        var isEscape = false
        for character in line {
            if character == "\u{1b}" { isEscape = true } else if isEscape { isEscape = character != "m" } else { count += 1 }
        }
        return count
    }
}

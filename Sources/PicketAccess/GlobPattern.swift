import PicketRESP

/// A pattern as Redis matches channel names, group names and command names with.
///
/// `*` is any run of bytes, `?` any one byte, `[a-z]` one byte of a class (`[^…]` one that is not in it) and `\` takes
/// the special meaning from the byte that follows. Bytes, not characters: `?` matches half of an `é`.
///
/// Classes follow Redis in every corner, because clients live on them (`[-+]sdown`): a class that is never closed ends
/// with the pattern, `[]` matches nothing, `[^]` any byte, `[c-a]` is `[a-c]`, and in `[+-]x` the range runs from `+`
/// to `]`. In one corner it does not: a pattern of nothing but `*` matches the empty string too.
///
/// Work is bounded by the product of both lengths whatever the pattern, since only the last `*` is ever tried again.
package struct GlobPattern: Sendable, Hashable {
    /// The pattern as it was written.
    package let source: ByteString
    package let ignoresCase: Bool

    private let steps: [Step]
    private let classes: [ByteClass]
    private let matchesEverything: Bool

    /// One step of a match. Classes are kept aside so that a long pattern stays small.
    private enum Step: Sendable, Hashable {
        case byte(UInt8)
        case anyByte
        case anyRun
        case oneOf(class: Int32)
    }

    package init(_ source: ByteString, ignoresCase: Bool = false) {
        self.source = source
        self.ignoresCase = ignoresCase
        var steps: [Step] = []
        var classes: [ByteClass] = []
        steps.reserveCapacity(source.count)
        var rest = source.bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                // A row of stars says no more than one does.
                if steps.last != .anyRun { steps.append(.anyRun) }
            case UInt8(ascii: "?"):
                steps.append(.anyByte)
            case UInt8(ascii: "["):
                steps.append(.oneOf(class: Int32(classes.count)))
                classes.append(ByteClass(parsing: &rest, ignoresCase: ignoresCase))
            case UInt8(ascii: "\\"):
                let literal = rest.popFirst() ?? byte
                steps.append(.byte(ignoresCase ? literal.asciiLowercased : literal))
            default:
                steps.append(.byte(ignoresCase ? byte.asciiLowercased : byte))
            }
        }
        self.steps = steps
        self.classes = classes
        matchesEverything = steps == [.anyRun]
    }

    package func matches(_ text: ByteString) -> Bool { matches(text.bytes) }

    package func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

    private func matches(_ text: [UInt8]) -> Bool {
        if matchesEverything { return true }
        var step = 0
        var position = 0
        var afterLastRun: (step: Int, position: Int)?
        while position < text.count {
            if step < steps.count {
                if steps[step] == .anyRun {
                    step += 1
                    if step == steps.count { return true }
                    afterLastRun = (step, position)
                    continue
                }
                if accepts(steps[step], text[position]) {
                    step += 1
                    position += 1
                    continue
                }
            }
            guard let retry = afterLastRun else { return false }
            step = retry.step
            position = retry.position + 1
            afterLastRun = (retry.step, position)
        }
        return steps[step...].allSatisfy { $0 == .anyRun }
    }

    private func accepts(_ step: Step, _ byte: UInt8) -> Bool {
        switch step {
        case .byte(let expected): (ignoresCase ? byte.asciiLowercased : byte) == expected
        case .anyByte, .anyRun: true
        case .oneOf(let index): classes[Int(index)].contains(ignoresCase ? byte.asciiLowercased : byte)
        }
    }
}

/// The bytes that a class such as `[^a-z]` accepts.
private struct ByteClass: Sendable, Hashable {
    private var words: SIMD4<UInt64> = .zero
    private var isNegated = false

    /// Takes everything up to and including the closing bracket; what follows the opening one stands in `rest`.
    init(parsing rest: inout ArraySlice<UInt8>, ignoresCase: Bool) {
        if rest.first == UInt8(ascii: "^") {
            isNegated = true
            rest.removeFirst()
        }
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let literal = rest.popFirst() {
                insert(from: literal, through: literal, ignoresCase: ignoresCase)
            } else if byte == UInt8(ascii: "]") {
                return
            } else if rest.count >= 2, rest.first == UInt8(ascii: "-") {
                let end = rest[rest.startIndex + 1]
                rest.removeFirst(2)
                insert(from: min(byte, end), through: max(byte, end), ignoresCase: ignoresCase)
            } else {
                insert(from: byte, through: byte, ignoresCase: ignoresCase)
            }
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        (words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1) != isNegated
    }

    /// The ends are folded after they were put in order, as Redis does; `[Z-a]` is empty then.
    private mutating func insert(from first: UInt8, through last: UInt8, ignoresCase: Bool) {
        let first = ignoresCase ? first.asciiLowercased : first
        let last = ignoresCase ? last.asciiLowercased : last
        guard first <= last else { return }
        for byte in first...last { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }
}

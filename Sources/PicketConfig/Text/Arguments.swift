/// What is wrong with one argument of a line.
struct ArgumentFault: Error {
    /// Which token of the line; the directive's name is number 0.
    let token: Int
    let message: String
    var hint: String?
}

/// Reads the arguments of one line as what they ought to be.
struct Arguments {
    let tokens: [ConfigurationToken]
    /// The token that is argument number 0.
    let first: Int

    var count: Int { tokens.count - first }
    var indices: Range<Int> { 0..<count }

    func bytes(_ index: Int) -> [UInt8] { tokens[first + index].bytes }

    func fault(_ index: Int, _ message: String, hint: String? = nil) -> ArgumentFault {
        ArgumentFault(token: first + index, message: message, hint: hint)
    }

    func text(_ index: Int) throws(ArgumentFault) -> String {
        guard let text = tokens[first + index].text else {
            throw fault(
                index, "The value is not UTF-8 text.",
                hint: "Names and passwords that go to other processes have to be UTF-8; write the file in that encoding.")
        }
        return text
    }

    /// Nil where the text is empty: in Redis' configuration that means "not set".
    func optionalText(_ index: Int) throws(ArgumentFault) -> String? {
        let text = try text(index)
        return text.isEmpty ? nil : text
    }

    func isYes(_ index: Int) throws(ArgumentFault) -> Bool {
        switch tokens[first + index].keyword {
        case "yes": return true
        case "no": return false
        default: throw fault(index, "The value has to be yes or no.")
        }
    }

    func integer(_ index: Int, in range: ClosedRange<Int>) throws(ArgumentFault) -> Int {
        let number = try integer(index)
        guard range.contains(number) else {
            throw fault(index, "The number has to be between \(range.lowerBound) and \(range.upperBound).")
        }
        return number
    }

    func integer(_ index: Int) throws(ArgumentFault) -> Int {
        let text = try text(index)
        guard let number = Int(text), !text.hasPrefix("+") else {
            throw fault(index, "A whole number is expected here, not \(ConfigurationLine.quoted(text)).")
        }
        return number
    }

    func unsigned(_ index: Int) throws(ArgumentFault) -> UInt64 {
        let text = try text(index)
        guard let number = UInt64(text), !text.hasPrefix("+") else {
            throw fault(index, "A whole number, 0 or more, is expected here, not \(ConfigurationLine.quoted(text)).")
        }
        return number
    }

    func seconds(_ index: Int) throws(ArgumentFault) -> Duration {
        .seconds(try integer(index, in: 0...Int(Int32.max)))
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ index: Int) throws(ArgumentFault) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: tokens[first + index].keyword) else {
            let names = Choice.allCases.map(\.rawValue)
            throw fault(
                index, "The value has to be one of: \(names.joined(separator: ", ")).",
                hint: Spelling.nearest(to: tokens[first + index].keyword, among: names).map { "Did you mean \($0)?" })
        }
        return choice
    }

    /// Bytes with an optional unit: k, m, g are powers of 1000, kb, mb, gb of 1024, b is a byte.
    func memorySize(_ index: Int) throws(ArgumentFault) -> Int {
        let text = try text(index).lowercased()
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = ["": 1, "b": 1, "k": 1000, "kb": 1 << 10, "m": 1_000_000, "mb": 1 << 20, "g": 1_000_000_000, "gb": 1 << 30]
        guard let number = Int(digits), let unit = units[String(text.dropFirst(digits.count))] else {
            throw fault(
                index, "A size in bytes is expected here, not \(ConfigurationLine.quoted(text)).",
                hint: "Write a whole number and a unit: b, k, kb, m, mb, g or gb; for example 32mb.")
        }
        let (size, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow else { throw fault(index, "The size does not fit into 64 bits.") }
        return size
    }
}

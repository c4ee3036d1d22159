/// Some of the table's commands, a bit for each: asking costs a shift.
package struct CommandSet: Sendable, Hashable {
    /// How many entries the table may have.
    package static let capacity = 128

    private var low: UInt64 = 0
    private var high: UInt64 = 0

    package init() {}

    /// A bit for every command; none for what is but another spelling of one.
    package static let everything: CommandSet = {
        var all = CommandSet()
        for entry in CommandTable.entries { all.insert(entry.permission) }
        return all
    }()

    package func contains(_ position: Int) -> Bool {
        position < 64 ? low >> UInt64(position) & 1 == 1 : high >> UInt64(position - 64) & 1 == 1
    }

    package mutating func insert(_ position: Int) {
        if position < 64 { low |= 1 << UInt64(position) } else { high |= 1 << UInt64(position - 64) }
    }

    package mutating func remove(_ position: Int) {
        if position < 64 { low &= ~(1 << UInt64(position)) } else { high &= ~(1 << UInt64(position - 64)) }
    }
}

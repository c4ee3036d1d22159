import OrderedCollections

/// Members by their identifier, in the order in which they came: a dictionary whose values can be read and changed where they are.
///
/// An `OrderedDictionary` hands out copies, and moves a value out and back for each change by key. With values as large as an instance
/// or a group, that costs more than all that is done with them; so what runs at every event goes by `index(of:)` and `subscript(at:)`.
struct Roster<ID: Hashable & Sendable, Member: Hashable & Sendable>: Hashable, Sendable {
    private(set) var keys: OrderedSet<ID> = []
    /// In the order of `keys`.
    private(set) var values: [Member] = []

    var count: Int { values.count }
    var isEmpty: Bool { values.isEmpty }
    var indices: Range<Int> { values.indices }

    /// Valid until a member is removed.
    func index(of id: ID) -> Int? { keys.firstIndex(of: id) }

    subscript(at index: Int) -> Member {
        _read { yield values[index] }
        _modify { yield &values[index] }
    }

    /// For whatever is rare. Setting nil removes the member; a new one comes last.
    subscript(id: ID) -> Member? {
        get { index(of: id).map { values[$0] } }
        set {
            switch (index(of: id), newValue) {
            case (let index?, let member?): values[index] = member
            case (nil, let member?): append(member, id)
            case (_?, nil): removeValue(forKey: id)
            case (nil, nil): break
            }
        }
        _modify {
            let index = index(of: id)
            var member = index.map { take(at: $0) }
            defer { put(member, id, at: index) }
            yield &member
        }
    }

    @discardableResult
    mutating func removeValue(forKey id: ID) -> Member? {
        guard let index = index(of: id) else { return nil }
        keys.remove(at: index)
        return values.remove(at: index)
    }

    /// The last member fills the gap, so that nobody else holds what is changed, and nothing has to be copied for it.
    private mutating func take(at index: Int) -> Member {
        values.swapAt(index, values.count - 1)
        return values.removeLast()
    }

    private mutating func put(_ member: Member?, _ id: ID, at index: Int?) {
        switch (index, member) {
        case (let index?, let member?):
            values.append(member)
            values.swapAt(index, values.count - 1)
        case (nil, let member?): append(member, id)
        case (let index?, nil):
            keys.remove(at: index)
            // The one that filled the gap goes back to the end.
            if index < values.count { values.append(values.remove(at: index)) }
        case (nil, nil): break
        }
    }

    private mutating func append(_ member: Member, _ id: ID) {
        keys.append(id)
        values.append(member)
    }
}

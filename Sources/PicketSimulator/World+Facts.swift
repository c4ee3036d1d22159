import PicketCore
import PicketInvariants
import PicketWire

/// What processes tell the world, for invariants and figures.
extension World {
    func newHexadecimalID() -> String {
        var text = ""
        for _ in 0..<3 {
            let part = String(random.next(), radix: 16)
            text += String(repeating: "0", count: 16 - part.count) + part
        }
        return String(text.prefix(MonitorID.length))
    }

    func newWrite() -> Int {
        lastWrite += 1
        return lastWrite
    }

    func acknowledged(_ write: Int, of group: GroupName, by primary: Endpoint) {
        figures.acknowledgedWrites += 1
        acknowledgedWrites[group, default: []].append(write)
    }

    func confirmed(_ write: Int, of group: GroupName) {
        figures.confirmedWrites += 1
        tell(.writeConfirmed(group: group, write: write))
    }

    func promoted(_ instance: FakeRedis, epoch: Epoch, over connection: Int) {
        figures.promotions += 1
        guard let leader = opener(of: connection) as? any SimulatedMonitor else { return }
        // redis-sentinel looks at none of this.
        let isPicket = leader is PicketMonitor
        let suitability = Fact.Suitability(
            isSyncing: isPicket && instance.syncingFor > 2 * .second, wasEverInSync: !isPicket || instance.wasEverInSync,
            sharesHistory: !isPicket || instance.data.origin == instance.origin)
        tell(.promoted(group: instance.group, instance.endpoint, epoch: epoch, by: leader.id, suitability))
    }

    /// The same hello reaches many, again and again: each text is read once.
    func hello(_ text: String) -> Hello? {
        if let known = hellos[text] { return known }
        let hello = HelloText.decode(text)
        if hellos.count >= 256 { hellos = [:] }
        hellos[text] = .some(hello)
        return hello
    }

    /// The group that an instance belongs to.
    func group(of endpoint: Endpoint) -> GroupName? { (process(at: endpoint) as? FakeRedis)?.group }
}

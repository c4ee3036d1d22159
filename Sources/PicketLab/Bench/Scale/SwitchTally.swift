/// Counts changes of address: which groups moved, and when; which moved twice, and which had no reason to.
struct SwitchTally {
    private struct Story {
        var firstAt: [Int: ContinuousClock.Instant] = [:]
        var texts: Set<String> = []
    }

    private let monitors: Int
    private let victims: Set<String>
    private var stories: [String: Story] = [:]
    /// Events counted so far.
    private(set) var counted = 0

    init(_ victims: [String], monitors: Int) {
        self.victims = Set(victims)
        self.monitors = monitors
    }

    /// Of a list that only ever grows; what was counted before is passed over.
    mutating func count(_ entries: [EventLedger.Entry]) {
        for entry in entries.dropFirst(counted) {
            stories[entry.group, default: Story()].texts.insert(entry.text)
            if stories[entry.group]?.firstAt[entry.monitor] == nil { stories[entry.group]?.firstAt[entry.monitor] = entry.at }
        }
        counted = max(counted, entries.count)
    }

    private var moved: [Story] { victims.compactMap { stories[$0] } }

    /// Groups of which every monitor told.
    var movedEverywhere: Int { moved.count { $0.firstAt.count == monitors } }

    func firstTold(since crashedAt: ContinuousClock.Instant) -> [Double] {
        moved.compactMap { $0.firstAt.values.min() }.map { ($0 - crashedAt).inMilliseconds }.sorted()
    }

    func allTold(since crashedAt: ContinuousClock.Instant) -> [Double] {
        moved.filter { $0.firstAt.count == monitors }.compactMap { $0.firstAt.values.max() }.map { ($0 - crashedAt).inMilliseconds }
            .sorted()
    }

    /// Groups of which more than one change of address was told.
    var secondFailovers: Int { stories.values.count { $0.texts.count > 1 } }
    /// Groups that moved though nothing had happened to their primaries.
    var falseFailovers: Int { stories.keys.count { !victims.contains($0) } }
}

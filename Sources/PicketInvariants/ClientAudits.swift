/// What became of numbered writes, each of which has a key of its own and its number for a value.
package struct WriteAudit: Hashable, Sendable {
    /// Acknowledged, and not there any more.
    package let lost: [Int]
    /// There, and never acknowledged: a client cannot know.
    package let unacknowledged: [Int]
    /// There, with a value that nobody of the clients wrote.
    package let foreign: [Int]

    /// - Parameter values: What the primary has of the writes from 0 on; nil: nothing. What it has of later ones is not known.
    package init(acknowledged: Set<Int>, values: [String?]) {
        var (lost, unacknowledged, foreign) = ([Int](), [Int](), [Int]())
        for (number, value) in values.enumerated() {
            switch value {
            case String(number): if !acknowledged.contains(number) { unacknowledged.append(number) }
            case nil: if acknowledged.contains(number) { lost.append(number) }
            default: foreign.append(number)
            }
        }
        // Whatever was not looked for was not found.
        lost += acknowledged.filter { $0 >= values.count }.sorted()
        (self.lost, self.unacknowledged, self.foreign) = (lost, unacknowledged, foreign)
    }
}

/// What became of increments by one, each of which told the value that it came to.
package enum CounterAudit {
    /// How many acknowledged increments were taken back, at least: increments that were not acknowledged may stand in for some.
    ///
    /// - Parameters:
    ///   - values: What the acknowledged ones came to. One that is told twice was taken back in between.
    ///   - final: What the counter stands at now.
    package static func lostAtLeast(values: [Int64], final: Int64) -> Int {
        max(values.count - Int(clamping: max(0, final)), values.count - Set(values).count)
    }
}

/// When instances took writes, and when more than one did.
package enum PrimaryOverlap {
    /// - Parameter spans: Of each instance, in which it certainly took writes; in ascending order and apart.
    /// - Returns: The spans in which two or more did, in ascending order.
    package static func spans(_ spans: [[ClosedRange<Duration>]]) -> [ClosedRange<Duration>] {
        let edges = spans.flatMap { $0.flatMap { [(at: $0.lowerBound, step: 1), (at: $0.upperBound, step: -1)] } }
            // Where one ends as another begins there are not two.
            .sorted { ($0.at, $0.step) < ($1.at, $1.step) }
        var (count, begin, overlaps) = (0, Duration.zero, [ClosedRange<Duration>]())
        for edge in edges {
            let before = count
            count += edge.step
            if before < 2 && count == 2 { begin = edge.at }
            if before == 2 && count < 2 && edge.at > begin { overlaps.append(begin...edge.at) }
        }
        return overlaps
    }
}

/// What a writer saw.
package struct WriterReport: Sendable {
    package struct Acknowledged: Sendable {
        /// Of the write, from 0; also the value that was written.
        package let number: Int
        package let at: ContinuousClock.Instant
        /// Of the instance that did.
        package let port: Int
    }

    package let startedAt: ContinuousClock.Instant
    package let endedAt: ContinuousClock.Instant
    /// Writes that fell due, whether or not there was anybody to send them to.
    package let attempted: Int
    /// In the order in which they were acknowledged.
    package let acknowledged: [Acknowledged]

    package struct Silence: Sendable {
        package let from: ContinuousClock.Instant
        package let to: ContinuousClock.Instant
        package var duration: Duration { to - from }
    }

    /// The longest time in which no write was acknowledged.
    package var longestSilence: Silence {
        var longest = Silence(from: startedAt, to: acknowledged.first?.at ?? endedAt)
        let instants = acknowledged.map(\.at) + [endedAt]
        for (from, to) in zip(instants, instants.dropFirst()) where to - from > longest.duration { longest = Silence(from: from, to: to) }
        return longest
    }

    /// The longest time in which no write was acknowledged, of those that ended in the given time: one that had begun before is
    /// told in full.
    package func longestSilence(endingIn span: ClosedRange<ContinuousClock.Instant>) -> Duration {
        var longest = Duration.zero
        var from = startedAt
        for each in acknowledged {
            if span.contains(each.at) { longest = max(longest, each.at - from) }
            from = each.at
        }
        return span.contains(endedAt) ? max(longest, endedAt - from) : longest
    }

    static func key(_ number: Int) -> String { "picket:lab:\(number)" }

    /// The acknowledged writes that the instance does not have.
    package func missing(on instance: RedisInstance) async throws -> [Int] {
        var missing: [Int] = []
        for start in stride(from: 0, to: acknowledged.count, by: 1_000) {
            let numbers = acknowledged[start..<min(start + 1_000, acknowledged.count)].map(\.number)
            let reply = try await instance.node.connection().call(["MGET"] + numbers.map(Self.key))
            guard let values = reply.elements, values.count == numbers.count else { throw LabError.unexpected("MGET: \(reply)") }
            missing += zip(numbers, values).filter { number, value in value.text != String(number) }.map(\.0)
        }
        return missing
    }
}

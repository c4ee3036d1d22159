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
    package var name = "lab"
    /// A write falls due every so often, from `startedAt` on.
    package var period: Duration = .milliseconds(1)

    /// When a write fell due: the first one a period after the start.
    package func due(_ number: Int) -> ContinuousClock.Instant { startedAt + period * (number + 1) }

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

    static func key(_ number: Int, of name: String = "lab") -> String { "picket:\(name):\(number)" }

    /// The acknowledged writes that the instance does not have.
    package func missing(on instance: RedisInstance) async throws -> [Int] {
        let numbers = acknowledged.map(\.number)
        return zip(numbers, try await values(of: numbers, on: instance)).filter { number, value in value != String(number) }.map(\.0)
    }

    /// What the instance has of each write; nil: nothing.
    func values(of numbers: [Int], on instance: RedisInstance) async throws -> [String?] {
        var values: [String?] = []
        for start in stride(from: 0, to: numbers.count, by: 1_000) {
            let keys = numbers[start..<min(start + 1_000, numbers.count)].map { Self.key($0, of: name) }
            let reply = try await instance.node.connection().call(["MGET"] + keys)
            guard let found = reply.elements, found.count == keys.count else { throw LabError.unexpected("MGET: \(reply)") }
            values += found.map(\.text)
        }
        return values
    }
}

import PicketInvariants

/// What each client saw.
struct ClientRecords: Sendable {
    let begin: ContinuousClock.Instant
    let firstStep: ContinuousClock.Instant
    let end: ContinuousClock.Instant

    func records(_ outcome: ChaosLoad.Outcome, _ data: DataCheck?, keys: Int) -> [RunRecord.Client] {
        var clients = outcome.writers.enumerated().map { index, writer in
            record(writer.kind, writer.report, data.flatMap { $0.audits.count > index ? $0.audits[index] : nil })
        }
        if let counter = outcome.counter {
            var client = RunRecord.Client(name: "counter", words: "INCR every \(CounterClient.period.milliseconds) ms; lost: at least")
            client.attempted = counter.attempted
            client.acknowledged = counter.values.count
            if let final = data?.counter { client.lost = CounterAudit.lostAtLeast(values: counter.values, final: final) }
            clients.append(client)
        }
        if let queue = outcome.queue {
            var client = RunRecord.Client(
                name: "queue",
                words:
                    "RPUSH every \(QueueClients.period.milliseconds) ms, taken off by BLPOP; \(queue.lostAnswers) BLPOP without an answer,"
                    + " \(queue.popped.count - Set(queue.popped).count) items taken twice")
            client.attempted = queue.pushed.count
            client.acknowledged = queue.pushed.count
            let taken = Set(queue.popped)
            // One item may have gone with each answer that never came.
            client.lost = data.map { data in
                max(0, queue.pushed.count { !taken.contains($0) && !data.queued.contains($0) } - queue.lostAnswers)
            }
            client.silence = longestSilence(queue.answeredAt)
            clients.append(client)
        }
        if let reader = outcome.reader {
            var client = RunRecord.Client(
                name: "reader",
                words: "GET from a replica every 20 ms; \(reader.failed) failed, \(reader.steppedBack) older than one before")
            client.attempted = reader.answeredAt.count + reader.failed
            client.acknowledged = reader.answeredAt.count
            client.silence = longestSilence(reader.answeredAt)
            clients.append(client)
        }
        if keys > 0 {
            var client = RunRecord.Client(name: "keys", words: "there before, on every Redis server")
            client.attempted = keys
            client.acknowledged = keys
            client.lost = data?.keysMissing
            clients.append(client)
        }
        return clients
    }

    private func record(_ kind: ChaosLoad.WriterKind, _ report: WriterReport, _ audit: WriteAudit?) -> RunRecord.Client {
        let words =
            "SET every \(report.period.milliseconds) ms, "
            + (kind.guidance == .following ? "follows +switch-master" : "asks the monitors") + (kind.isConfirmed ? ", WAIT 1" : "")
        var client = RunRecord.Client(name: kind.name, words: words)
        client.attempted = report.attempted
        client.acknowledged = report.acknowledged.count
        client.lost = audit?.lost.count
        client.unacknowledged = audit?.unacknowledged.count
        client.silence = report.longestSilence(endingIn: firstStep...report.endedAt).inMilliseconds
        let bins = max(1, Int((end - begin).inMilliseconds / RunRecord.bin) + 1)
        client.rate = Array(repeating: 0, count: bins)
        client.latency = Array(repeating: 0, count: bins)
        var latencies: [Double] = []
        for each in report.acknowledged {
            let latency = (each.at - report.due(each.number)).inMilliseconds
            latencies.append(latency)
            let bin = min(bins - 1, max(0, Int((each.at - begin).inMilliseconds / RunRecord.bin)))
            client.rate[bin] += 1
            client.latency[bin] = max(client.latency[bin], latency)
        }
        if let distribution = Distribution(latencies) {
            client.latencyMedian = distribution.median
            client.latencyP99 = distribution.percentile(99)
            client.latencyMax = distribution.maximum
        }
        return client
    }

    private func longestSilence(_ answered: [ContinuousClock.Instant]) -> Double {
        var longest = Duration.zero
        var last = begin
        for instant in answered + [end] {
            if instant >= firstStep { longest = max(longest, instant - last) }
            last = instant
        }
        return longest.inMilliseconds
    }
}

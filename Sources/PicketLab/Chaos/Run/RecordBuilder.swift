import PicketInvariants

/// Makes of what was seen in a run what is told of it.
struct RecordBuilder: Sendable {
    let plan: ChaosPlan
    let supervisor: MonitorKind
    let begin: ContinuousClock.Instant
    let firstStep: ContinuousClock.Instant
    var ids: [String] = []
    var logs: [MonitorHistory.Words] = []
    var steps: [FaultInjector.Done] = []
    var events: [MonitorEvent] = []
    var deaths: [String]?
    var heal = ChaosRun.Healing()
    var outcome = ChaosLoad.Outcome()
    var observed = ChaosWatch.Observed(samples: [], views: [], resyncs: [:])
    var resyncsBefore: [String: MonitorSampler.Resyncs] = [:]
    var data: DataCheck?

    init(_ plan: ChaosPlan, _ supervisor: MonitorKind, begin: ContinuousClock.Instant, firstStep: ContinuousClock.Instant) {
        self.plan = plan
        self.supervisor = supervisor
        self.begin = begin
        self.firstStep = firstStep
    }

    private func at(_ instant: ContinuousClock.Instant) -> Double { (instant - begin).inMilliseconds }

    func record(_ deployment: Deployment, _ group: Deployment.Group) -> RunRecord {
        var record = RunRecord(plan, supervisor)
        let end = outcome.writers.map(\.report.endedAt).max() ?? begin
        record.length = at(end)
        record.steps = steps.map { RunRecord.Step(at: at($0.at), words: $0.words, isTroubled: $0.trouble != nil) }
        record.events = events.filter { Self.told.contains($0.name) || $0.name.hasPrefix("-failover-abort") }.map {
            RunRecord.Event(at: at($0.at), monitor: deployment.monitors[$0.monitor].name, name: $0.name, text: $0.text)
        }
        record.phases = phases
        record.failovers = failovers
        record.outage = outage
        record.heal = heal.at?.inMilliseconds
        let overlaps = PrimaryOverlap.spans(acceptingSpans)
        record.twoPrimaries = overlaps.reduce(0) { $0 + ($1.upperBound - $1.lowerBound).inMilliseconds }
        (record.fullResyncs, record.partialResyncs) = resyncs
        record.clients = ClientRecords(begin: begin, firstStep: firstStep, end: end).records(outcome, data, keys: plan.shape.keys)
        record.lanes = lanes(group, end)
        record.findings = ChaosJudge.findings(observation(record), plan.expectation)
        return record
    }

    /// Events that a timeline shows; the rest is chatter.
    private static let told: Set<String> = [
        "+sdown", "-sdown", "+odown", "-odown", "+try-failover", "+vote-for-leader", "+elected-leader", "+selected-slave",
        "+failover-state-send-slaveof-noone", "+failover-state-wait-promotion", "+promoted-slave", "+switch-master", "+failover-end",
        "+convert-to-slave", "+reboot", "+tilt", "-tilt", "+config-update-from",
    ]

    private var phases: RunRecord.Phases {
        func first(_ name: String, ofPrimary: Bool = false) -> Double? {
            events.first { $0.name == name && $0.at >= firstStep && (!ofPrimary || $0.words.first == "master") }
                .map { ($0.at - firstStep).inMilliseconds }
        }
        return RunRecord.Phases(
            detect: first("+odown", ofPrimary: true), elect: first("+elected-leader"), promote: first("+promoted-slave"),
            announce: first("+switch-master"))
    }

    /// Each is told by all monitors, of one failover in the same words; a group that goes to and fro tells the same words again.
    private var failovers: [String] {
        var told: [(text: String, at: ContinuousClock.Instant, monitors: Set<Int>)] = []
        for event in events where event.name == "+switch-master" && event.at >= begin {
            if let index = told.lastIndex(where: { $0.text == event.text && !$0.monitors.contains(event.monitor) }) {
                told[index].monitors.insert(event.monitor)
            } else {
                told.append((event.text, event.at, [event.monitor]))
            }
        }
        return told.map(\.text)
    }

    private var outage: Double? {
        outcome.writers.first.map { $0.report.longestSilence(endingIn: firstStep...$0.report.endedAt).inMilliseconds }
    }

    private var resyncs: (Int, Int) {
        observed.resyncs.reduce(into: (0, 0)) { sum, entry in
            let before = resyncsBefore[entry.key] ?? MonitorSampler.Resyncs()
            sum.0 += entry.value.full - before.full
            sum.1 += entry.value.partial - before.partial
        }
    }

    // MARK: Two primaries

    /// Between a probe that was answered and the next one that was sent, if both were taken and little time lies between: shorter than
    /// the truth, never longer.
    private var acceptingSpans: [[ClosedRange<Duration>]] {
        observed.samples.map { samples in
            var spans: [ClosedRange<Duration>] = []
            for (one, next) in zip(samples, samples.dropFirst())
            where one.answer == .accepts && next.answer == .accepts && next.sentAt - one.answeredAt <= WriteProbe.patience
                && next.answeredAt - next.sentAt <= WriteProbe.patience && next.sentAt >= one.answeredAt
            {
                let (from, to) = (one.answeredAt - begin, next.answeredAt - begin)
                if let last = spans.last, from <= last.upperBound {
                    spans[spans.count - 1] = last.lowerBound...to
                } else {
                    spans.append(from...to)
                }
            }
            return spans
        }
    }

    /// The longest time in which this process did not look, though nothing kept it from looking.
    private func blindness(until end: ContinuousClock.Instant) -> Double {
        observed.samples.map { samples in
            guard let last = samples.last else { return .infinity }
            let gaps = zip(samples, samples.dropFirst()).map { ($1.sentAt - $0.answeredAt).inMilliseconds }
            return (gaps + [(end - last.answeredAt).inMilliseconds]).max() ?? .infinity
        }.max() ?? .infinity
    }

    // MARK: Findings

    private func observation(_ record: RunRecord) -> ChaosObservation {
        var seen = ChaosObservation()
        seen.troubles = zip(steps, record.steps).compactMap { step, told in step.trouble.map { "\(told.words): \($0)" } }
        seen.confirmed = losses(isConfirmed: true)
        seen.unconfirmed = losses(isConfirmed: false)
        if let counter = outcome.counter, let final = data?.counter {
            seen.countsLost = CounterAudit.lostAtLeast(values: counter.values, final: final)
        }
        let isProbed = !observed.samples.isEmpty && observed.samples.allSatisfy { $0.count > 1 }
        seen.twoPrimaries = isProbed ? record.twoPrimaries : nil
        seen.blindness = blindness(until: outcome.writers.map(\.report.endedAt).max() ?? begin)
        seen.outage = outage
        seen.failovers = failovers
        seen.deaths = deaths
        seen.heal = heal.at?.inMilliseconds
        seen.unhealed = heal.seen
        let views = observed.views.map {
            MonitorHistory.View(
                monitor: ids[$0.monitor], at: $0.at - begin, primaryPort: $0.primaryPort, epoch: $0.epoch, life: $0.processID)
        }
        var history = MonitorHistory(group: "cache", logs: logs, views: views)
        history.isForced = supervisor == .redisSentinel && plan.steps.contains { $0.action == .switchOver }
        // Every monitor was seen at least once, and has said something.
        let isComplete = ids.allSatisfy { id in views.contains { $0.monitor == id } } && logs.allSatisfy { !$0.log.isEmpty }
        seen.violations = isComplete ? history.violations : nil
        return seen
    }

    private func losses(isConfirmed: Bool) -> ChaosObservation.Losses? {
        guard let data, data.audits.count == outcome.writers.count else { return nil }
        var sum = ChaosObservation.Losses(acknowledged: 0, lost: 0, unacknowledged: 0, foreign: 0)
        for (writer, audit) in zip(outcome.writers, data.audits) where writer.kind.isConfirmed == isConfirmed {
            sum.acknowledged += writer.report.acknowledged.count
            sum.lost += audit.lost.count
            sum.unacknowledged += audit.unacknowledged.count
            sum.foreign += audit.foreign.count
        }
        // All replicas had them: more than WAIT 1 asks for.
        if isConfirmed {
            sum.acknowledged += plan.shape.keys
            sum.lost += data.keysMissing
        }
        return sum
    }

    // MARK: Lanes

    private static let late = 60.0

    private func lanes(_ group: Deployment.Group, _ end: ContinuousClock.Instant) -> [RunRecord.Lane] {
        zip(group.instances, observed.samples).map { instance, samples in
            var segments: [RunRecord.Lane.Segment] = []
            func append(_ state: String, _ from: Double, _ to: Double) {
                if let last = segments.last, last.state == state {
                    segments[segments.count - 1].to = to
                } else {
                    if !segments.isEmpty { segments[segments.count - 1].to = from }
                    segments.append(.init(from: from, to: to, state: state))
                }
            }
            for sample in samples {
                let state = sample.answer == .refuses ? sample.word ?? "refuses" : sample.answer.rawValue
                let (from, to) = (at(sample.sentAt), at(sample.answeredAt))
                // What was answered late was not answered for a while.
                if to - from > Self.late { append(WriteProbe.Answer.silent.rawValue, from, to) }
                append(state, max(from, to - Self.late), to)
            }
            return RunRecord.Lane(name: instance.name, segments: segments)
        }
    }
}

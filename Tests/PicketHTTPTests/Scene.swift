import PicketStatus

@testable import PicketCore

/// A monitor that shows what a test wants it to show.
final class FakeMonitor: MonitorSource {
    let version = "0.0.0"
    let listenPort = 26379
    let events = EventFeed(at: 1_000)
    let shown: MonitorStatus?
    let current: Endpoint?
    var history: any HistoryReading { events }

    init(_ groups: [GroupReview] = [.example()], current: Endpoint? = nil, change: (inout MonitorStatus) -> Void = { _ in }) {
        var status = MonitorStatus(
            sequence: 1, takenAt: 1_700_000_000_000, identity: .example(0), currentEpoch: 7, isTilted: false, tiltTotal: 1,
            storageFault: nil, runningScripts: 1, queuedScripts: 2, waitingQuestions: 3, openLinks: 4, figures: MonitorFigures(),
            groups: groups)
        change(&status)
        shown = status
        self.current = current ?? groups.first?.primary.endpoint
    }

    /// One whose control loop hangs.
    init(silent: Void) {
        shown = nil
        current = nil
    }

    func status() async -> MonitorStatus? { shown }
    func primary(of group: String) -> Endpoint? { shown?.groups.contains { $0.name.text == group } == true ? current : nil }
    func serverFigures() -> ServerFigures { ServerFigures() }
    func process() -> ProcessReading {
        ProcessReading(cpuSeconds: 1.5, residentBytes: 1 << 20, openFiles: 9, maxFiles: 1024, startedAt: 1_700_000_000)
    }
}

extension MonitorID {
    static func example(_ number: Int) -> MonitorID { MonitorID(String(repeating: "abcdef"[number], count: 40))! }
}

extension String {
    fileprivate subscript(place: Int) -> Character { self[index(startIndex, offsetBy: place)] }
}

extension Endpoint {
    static func example(_ port: Int) -> Endpoint { Endpoint(host: "10.0.0.1", port: port) }
}

extension InstanceView {
    static func example(_ port: Int, name: String? = nil, flags: [Flag], kind: Kind) -> InstanceView {
        InstanceView(
            name: name ?? "10.0.0.1:\(port)", endpoint: .example(port), runID: "run\(port)", flags: flags, pendingCommands: 0,
            linkReferences: 1, failoverPhase: nil, unansweredPingAge: 0, lastValidReplyAge: 20, lastReplyAge: 20,
            subjectivelyDownFor: flags.contains(.subjectivelyDown) ? 100 : nil, objectivelyDownFor: nil, downAfter: 1_000, kind: kind,
            roundTrip: .microseconds(400), commandLinkAge: 5_000, subscriptionAge: 5_000)
    }
}

extension GroupReview {
    static func example(
        _ name: String = "cache", primaryFlags: [InstanceView.Flag] = [.primary], state: Explanation.State = .ok, alive: Int = 3,
        replica: (inout InstanceView, inout ReplicaDetails) -> Void = { _, _ in }
    ) -> GroupReview {
        let report = ReportDetails(infoAge: 900, claimedRole: .primary, claimedRoleFor: 9_000, offset: 5_000)
        let primary = InstanceView.example(
            6379, name: name, flags: primaryFlags,
            kind: .primary(
                PrimaryDetails(
                    report: report, configEpoch: Epoch(6), replicaCount: 1, peerCount: 2, quorum: 2, failoverTimeout: 1, parallelSyncs: 1)))
        var details = ReplicaDetails(
            report: ReportDetails(infoAge: 800, claimedRole: .replica, claimedRoleFor: 9_000, offset: 4_900), linkDownFor: 0,
            isLinkUp: true, primary: .example(6379), priority: 100, offset: 4_900, isAnnounced: true, lag: 100)
        var view = InstanceView.example(6380, flags: [.replica], kind: .replica(details))
        replica(&view, &details)
        view.kind = .replica(details)
        let peers = [1, 2].map { number in
            InstanceView.example(
                26_380 + number, name: MonitorID.example(number).text, flags: [.peer],
                kind: .peer(
                    PeerDetails(
                        helloAge: 700, votedLeader: .example(0), votedEpoch: Epoch(6), believedPrimary: .example(6379),
                        believedEpoch: Epoch(6))))
        }
        let witnesses = (0...2).map { number in
            Explanation.Witness(
                id: .example(number), endpoint: .example(26_380 + number), kind: number == 0 ? .own : .picketd, opinion: .up, age: 5)
        }
        let explanation = Explanation(
            verdict: "All is well.", state: state, primary: .example(6379), downFor: nil, nextRetryIn: nil, quorum: 2, majority: 2,
            monitorsAlive: alive, monitorsKnown: 3, pause: state == .paused ? PauseView(secondsLeft: 9, reason: "work") : nil,
            maintenance: [], witnesses: witnesses,
            votes: [.init(voter: .example(0), vote: Vote(epoch: Epoch(6), leader: .example(0)))],
            replicas: [
                .init(endpoint: view.endpoint, isChoosable: true, reason: "would be chosen", offset: 4_900, priority: 100, objection: nil)
            ])
        return GroupReview(
            name: GroupName(name), primary: primary, replicas: [view], peers: peers, explanation: explanation, votesNeeded: 2,
            traces: [.example(name)])
    }
}

extension FailoverTrace {
    static func example(_ group: String = "cache", outcome: Outcome = .done) -> FailoverTrace {
        let began = Instant(sinceStart: .seconds(10))
        var trace = FailoverTrace(group: GroupName(group), epoch: Epoch(6), cause: .crash, from: .example(6380), began: began)
        trace.to = .example(6379)
        trace.ended(.detect, at: began + .milliseconds(20))
        trace.ended(.elect, at: began + .milliseconds(23))
        trace.ended(.reconfigure, at: began + .milliseconds(100))
        trace.witnesses = [.init(monitor: .example(0), after: .milliseconds(20))]
        trace.votes = [.init(monitor: .example(0), after: .milliseconds(22))]
        trace.candidates = [
            .init(endpoint: .example(6379), offset: 10, priority: 100, verdict: "chosen"),
            .init(endpoint: .example(6381), offset: 9, priority: 100, verdict: "is down"),
            .init(endpoint: .example(6382), offset: 8, priority: 100, verdict: "has 2 bytes less"),
        ]
        trace.reattached = [.init(endpoint: .example(6382), after: .milliseconds(99))]
        trace.outcome = outcome
        return trace
    }
}

import NIOCore
import PicketRESP
import Testing

@testable import PicketCore
@testable import PicketWire

@Suite("Instances as clients see them")
struct ViewEncodingTests {
    static let report = ReportDetails(infoAge: 4_711, claimedRole: .primary, claimedRoleFor: 88)

    static let primary = InstanceView(
        name: "cache", endpoint: Endpoint(host: "10.0.0.1", port: 6379), runID: "91066b0301b3dc54e4fa745ba4be3f3a501b5eb1",
        flags: [.primary],
        pendingCommands: 1, linkReferences: 1, failoverPhase: nil, unansweredPingAge: 0, lastValidReplyAge: 11, lastReplyAge: 12,
        subjectivelyDownFor: nil, objectivelyDownFor: nil, downAfter: 30_000,
        kind: .primary(
            PrimaryDetails(
                report: report, configEpoch: Epoch(7), replicaCount: 2, peerCount: 3, quorum: 4, failoverTimeout: 180_000, parallelSyncs: 5,
                notificationScript: nil, clientReconfigScript: nil)))

    static let replica = InstanceView(
        name: "[::1]:6380", endpoint: Endpoint(host: "::1", port: 6380), runID: "", flags: [.replica], pendingCommands: 0,
        linkReferences: 1, failoverPhase: nil, unansweredPingAge: 0, lastValidReplyAge: 11, lastReplyAge: 12, subjectivelyDownFor: nil,
        objectivelyDownFor: nil, downAfter: 30_000,
        kind: .replica(
            ReplicaDetails(
                report: ReportDetails(infoAge: 0, claimedRole: .replica, claimedRoleFor: 88), linkDownFor: 3_000, isLinkUp: true,
                primary: Endpoint(host: "10.0.0.1", port: 6379), priority: 100, offset: 263, isAnnounced: true)))

    static let peer = InstanceView(
        name: HelloTextTests.sender.text, endpoint: Endpoint(host: "10.0.0.9", port: 26379), runID: HelloTextTests.sender.text,
        flags: [.peer], pendingCommands: 0, linkReferences: 2, failoverPhase: nil, unansweredPingAge: 0, lastValidReplyAge: 11,
        lastReplyAge: 12, subjectivelyDownFor: nil, objectivelyDownFor: nil, downAfter: 30_000,
        kind: .peer(PeerDetails(helloAge: 99, votedLeader: nil, votedEpoch: .zero)))

    /// The fields as `name=value`. Fails where a value is no bulk string.
    static func fields(_ view: InstanceView) throws -> [String] {
        guard case .map(let pairs) = ViewEncoding.map(view) else {
            Issue.record("no map")
            return []
        }
        return try pairs.map { pair in
            guard case .bulk(let key) = pair.key, case .bulk(let value) = pair.value else {
                throw NotAString()
            }
            return "\(key)=\(value)"
        }
    }

    struct NotAString: Error {}

    @Test("a healthy primary has twenty fields, in this order")
    func healthyPrimary() throws {
        #expect(
            try Self.fields(Self.primary) == [
                "name=cache", "ip=10.0.0.1", "port=6379", "runid=91066b0301b3dc54e4fa745ba4be3f3a501b5eb1", "flags=master",
                "link-pending-commands=1", "link-refcount=1", "last-ping-sent=0", "last-ok-ping-reply=11", "last-ping-reply=12",
                "down-after-milliseconds=30000", "info-refresh=4711", "role-reported=master", "role-reported-time=88", "config-epoch=7",
                "num-slaves=2", "num-other-sentinels=3", "quorum=4", "failover-timeout=180000", "parallel-syncs=5",
            ])
    }

    @Test("a replica has twenty-one fields, in this order")
    func healthyReplica() throws {
        #expect(
            try Self.fields(Self.replica) == [
                "name=[::1]:6380", "ip=::1", "port=6380", "runid=", "flags=slave", "link-pending-commands=0", "link-refcount=1",
                "last-ping-sent=0", "last-ok-ping-reply=11", "last-ping-reply=12", "down-after-milliseconds=30000", "info-refresh=0",
                "role-reported=slave", "role-reported-time=88", "master-link-down-time=3000", "master-link-status=ok",
                "master-host=10.0.0.1", "master-port=6379", "slave-priority=100", "slave-repl-offset=263", "replica-announced=1",
            ])
    }

    @Test("a replica that says nothing of its primary follows '?' at port 0")
    func unknownPrimary() throws {
        var view = Self.replica
        guard case .replica(var details) = view.kind else { return }
        details.primary = nil
        details.isLinkUp = false
        details.isAnnounced = false
        details.offset = -1
        view.kind = .replica(details)
        let fields = try Self.fields(view)
        #expect(
            fields[15...] == [
                "master-link-status=err", "master-host=?", "master-port=0", "slave-priority=100", "slave-repl-offset=-1",
                "replica-announced=0",
            ])
    }

    @Test("a peer has fourteen fields, in this order, and '?' for a vote that it has not given")
    func healthyPeer() throws {
        let fields = try Self.fields(Self.peer)
        #expect(
            fields == [
                "name=\(HelloTextTests.sender)", "ip=10.0.0.9", "port=26379", "runid=\(HelloTextTests.sender)", "flags=sentinel",
                "link-pending-commands=0", "link-refcount=2", "last-ping-sent=0", "last-ok-ping-reply=11", "last-ping-reply=12",
                "down-after-milliseconds=30000", "last-hello-message=99", "voted-leader=?", "voted-leader-epoch=0",
            ])
        var voted = Self.peer
        voted.kind = .peer(PeerDetails(helloAge: 99, votedLeader: HelloTextTests.sender, votedEpoch: Epoch(12)))
        #expect(try Self.fields(voted)[12...] == ["voted-leader=\(HelloTextTests.sender)", "voted-leader-epoch=12"])
    }

    @Test("down, agreed to be down and failed over each add a field, at its own place")
    func lessHealthyPrimary() throws {
        var view = Self.primary
        view.flags = [.subjectivelyDown, .primary]
        view.subjectivelyDownFor = 501
        #expect(try Self.fields(view).count == 21)
        #expect(try Self.fields(view)[9...11] == ["last-ping-reply=12", "s-down-time=501", "down-after-milliseconds=30000"])
        view.flags = [.subjectivelyDown, .objectivelyDown, .primary, .disconnected]
        view.objectivelyDownFor = 402
        #expect(try Self.fields(view).count == 22)
        #expect(
            try Self.fields(view)[9...12] == ["last-ping-reply=12", "s-down-time=501", "o-down-time=402", "down-after-milliseconds=30000"])
        view.flags += [.failoverInProgress, .forcedFailover]
        view.failoverPhase = .awaitingPromotion
        let fields = try Self.fields(view)
        #expect(fields.count == 23)
        #expect(fields[4] == "flags=s_down,o_down,master,disconnected,failover_in_progress,force_failover")
        #expect(fields[6...8] == ["link-refcount=1", "failover-state=wait_promotion", "last-ping-sent=0"])
    }

    @Test("scripts of a primary stand at its end")
    func scripts() throws {
        var view = Self.primary
        guard case .primary(var details) = view.kind else { return }
        details.notificationScript = "/opt/notify"
        details.clientReconfigScript = "/opt/reconfigure"
        view.kind = .primary(details)
        #expect(
            try Self.fields(view)[19...] == [
                "parallel-syncs=5", "notification-script=/opt/notify", "client-reconfig-script=/opt/reconfigure",
            ])
    }

    @Test("a paused primary tells at the end for how long yet, and why")
    func pausedPrimary() throws {
        var view = Self.primary
        guard case .primary(var details) = view.kind else { return }
        details.pause = PauseView(secondsLeft: 90, reason: "new cables")
        view.kind = .primary(details)
        #expect(try Self.fields(view).suffix(2) == ["paused-for-seconds=90", "paused-reason=new cables"])
        #expect(try !Self.fields(Self.primary).contains { $0.hasPrefix("paused") })
    }

    private static let tokens: [InstanceView.Flag: String] = [
        .subjectivelyDown: "s_down", .objectivelyDown: "o_down", .primary: "master", .replica: "slave", .peer: "sentinel",
        .disconnected: "disconnected", .saysPrimaryIsDown: "master_down", .failoverInProgress: "failover_in_progress",
        .promoted: "promoted", .reattachSent: "reconf_sent", .reattachInProgress: "reconf_inprog", .reattachDone: "reconf_done",
        .forcedFailover: "force_failover", .scriptKillSent: "script_kill_sent", .restarted: "master_reboot",
        .paused: "paused", .maintenance: "maintenance",
    ]

    @Test("each flag has its word, and they stand in Sentinel's order")
    func flags() throws {
        for flag in InstanceView.Flag.allCases { #expect(ViewEncoding.token(flag) == Self.tokens[flag]) }
        var view = Self.primary
        view.flags = InstanceView.Flag.allCases
        #expect(
            try Self.fields(view)[4]
                == "flags=s_down,o_down,master,slave,sentinel,disconnected,master_down,failover_in_progress,promoted,reconf_sent,"
                + "reconf_inprog,reconf_done,force_failover,script_kill_sent,master_reboot,paused,maintenance")
    }

    @Test("each phase of a failover has its word")
    func phases() {
        #expect(
            FailoverPhase.allCases.map(ViewEncoding.token)
                == ["wait_start", "select_slave", "select_slave", "send_slaveof_noone", "wait_promotion", "reconf_slaves"])
    }

    @Test("in RESP2 the map is a flat array, in which num-other-sentinels stands at position 33")
    func flat() throws {
        var buffer = ByteBuffer()
        buffer.writeRESP(ViewEncoding.map(Self.primary), version: .two)
        var reader = RESPReader()
        try reader.feed(&buffer)
        guard case .array(let values)? = try reader.next() else {
            Issue.record("no array")
            return
        }
        #expect(values.count == 40)
        #expect(values[32] == .bulk("num-other-sentinels"))
        #expect(values[33] == .bulk("3"))
    }

    @Test("an address is two strings, and none is a null array")
    func addresses() {
        #expect(ViewEncoding.address(Endpoint(host: "::1", port: 6379)) == .array([.bulk("::1"), .bulk("6379")]))
        #expect(ViewEncoding.address(nil) == .nullArray)
    }

    @Test("a group's cache is its name and its reports, each with its age and its text or none")
    func cache() {
        #expect(
            ViewEncoding.cache(GroupName("cache"), [CachedReport(age: 12, text: "role:master"), CachedReport(age: 0, text: nil)]) == [
                .bulk("cache"), .array([.array([.integer(12), .bulk("role:master")]), .array([.integer(0), .null])]),
            ])
    }

    @Test("a script that runs shows for how long, one that waits until when, and both how often they were tried")
    func scriptJobs() {
        let now = Instant(sinceStart: .seconds(100))
        let call = ScriptCall.notification(path: "/opt/notify", notice: Notice(.tiltEntered))
        func pairs(_ state: ScriptQueue.Job.State) -> RESPValue {
            ViewEncoding.script(ScriptQueue.Job(id: ScriptID(1), call: call, state: state, tries: 2), at: now)
        }
        let argv = RESPPair("argv", .array([.bulk("/opt/notify"), .bulk("+tilt"), .bulk("#tilt mode entered")]))
        func expected(_ fields: (String, String)...) -> RESPValue { .map([argv] + fields.map { RESPPair($0, .bulk($1)) }) }
        #expect(
            pairs(.running(since: now - .milliseconds(1_500), processID: 4711, isBeingKilled: false))
                == expected(("flags", "running"), ("pid", "4711"), ("run-time", "1500"), ("retry-num", "2")))
        #expect(
            pairs(.waiting(until: now + .milliseconds(250)))
                == expected(("flags", "scheduled"), ("pid", "0"), ("run-delay", "250"), ("retry-num", "2")))
        #expect(
            pairs(.waiting(until: now - .milliseconds(250)))
                == expected(("flags", "scheduled"), ("pid", "0"), ("run-delay", "0"), ("retry-num", "2")))
    }
}

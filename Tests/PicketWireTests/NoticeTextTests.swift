import PicketCore
import PicketWire
import Testing

@Suite("Notices")
struct NoticeTextTests {
    static let primary = Endpoint(host: "10.0.0.1", port: 6379)
    static let replica = Endpoint(host: "10.0.0.2", port: 6380)
    static let peer = MonitorID("0123456789abcdef0123456789abcdef01234567")!

    private static let master = Notice.Subject(
        kind: .primary, name: "cache", endpoint: primary, group: GroupName("cache"), primary: primary)
    private static let slave = Notice.Subject(
        kind: .replica, name: "10.0.0.2:6380", endpoint: replica, group: GroupName("cache"), primary: primary)
    private static let sentinel = Notice.Subject(
        kind: .peer, name: peer.text, endpoint: Endpoint(host: "10.0.0.9", port: 26379), group: GroupName("cache"), primary: primary)

    private static let masterText = "master cache 10.0.0.1 6379"
    private static let slaveText = "slave 10.0.0.2:6380 10.0.0.2 6380 @ cache 10.0.0.1 6379"
    private static let sentinelText = "sentinel \(peer) 10.0.0.9 26379 @ cache 10.0.0.1 6379"

    struct Row: Sendable {
        let channel: String
        let level: NoticeText.Level
        let subject: Notice.Subject?
        let detail: Notice.Detail
        let message: String

        init(_ channel: String, _ level: NoticeText.Level, _ subject: Notice.Subject?, _ detail: Notice.Detail, _ message: String) {
            self.channel = channel
            self.level = level
            self.subject = subject
            self.detail = detail
            self.message = message
        }
    }

    /// Sentinel's events: channel, level of the log, and the words of the message.
    private static let expected: [Notice.Kind: Row] = [
        .monitored: Row("+monitor", .warning, master, .quorum(2), "\(masterText) quorum 2"),
        .unmonitored: Row("-monitor", .warning, master, masterText),
        .settingChanged: Row("+set", .warning, master, .option(name: "quorum", values: ["3"]), "\(masterText) quorum 3"),
        .groupReset: Row("+reset-master", .warning, master, masterText),
        .replicaFound: Row("+slave", .notice, slave, slaveText),
        .peerFound: Row("+sentinel", .notice, sentinel, sentinelText),
        .peerMoved: Row(
            "+sentinel-address-switch", .notice, master, .peerMoved(peer, to: Endpoint(host: "10.0.0.8", port: 26380)),
            "\(masterText) ip 10.0.0.8 port 26380 for \(peer)"),
        .peersCorrected: Row(
            "+sentinel-address-update", .notice, sentinel, .peersCorrected(3), "\(sentinelText) 3 additional matching instances"),
        .peerAddressTaken: Row("+sentinel-invalid-addr", .notice, sentinel, sentinelText),
        .rebooted: Row("+reboot", .notice, master, masterText),
        .roleAsConfigured: Row("+role-change", .verbose, slave, .reportedRole(.replica), "\(slaveText) new reported role is slave"),
        .roleNotAsConfigured: Row("-role-change", .verbose, slave, .reportedRole(.primary), "\(slaveText) new reported role is master"),
        .subjectivelyDown: Row("+sdown", .warning, slave, slaveText),
        .subjectivelyUp: Row("-sdown", .warning, sentinel, sentinelText),
        .objectivelyDown: Row("+odown", .warning, master, .agreement(agreeing: 3, quorum: 2), "\(masterText) #quorum 3/2"),
        .objectivelyUp: Row("-odown", .warning, master, masterText),
        .epochRaised: Row("+new-epoch", .warning, nil, .epoch(Epoch(12)), "12"),
        .failoverTried: Row("+try-failover", .warning, master, masterText),
        .voted: Row("+vote-for-leader", .warning, nil, .vote(peer, Epoch(12)), "\(peer) 12"),
        .elected: Row("+elected-leader", .warning, master, masterText),
        .selecting: Row("+failover-state-select-slave", .warning, master, masterText),
        .selected: Row("+selected-slave", .warning, slave, slaveText),
        .promoting: Row("+failover-state-send-slaveof-noone", .notice, slave, slaveText),
        .awaitingPromotion: Row("+failover-state-wait-promotion", .notice, slave, slaveText),
        .promoted: Row("+promoted-slave", .warning, slave, slaveText),
        .reattaching: Row("+failover-state-reconf-slaves", .warning, master, masterText),
        .reattachSent: Row("+slave-reconf-sent", .notice, slave, slaveText),
        .reattachInProgress: Row("+slave-reconf-inprog", .notice, slave, slaveText),
        .reattachDone: Row("+slave-reconf-done", .notice, slave, slaveText),
        .reattachTimedOut: Row("-slave-reconf-sent-timeout", .notice, slave, slaveText),
        .reattachSentAnyway: Row("+slave-reconf-sent-be", .notice, slave, slaveText),
        .failoverEndedByTimeout: Row("+failover-end-for-timeout", .warning, master, masterText),
        .failoverEnded: Row("+failover-end", .warning, master, masterText),
        .switched: Row(
            "+switch-master", .warning, master, .switched(GroupName("cache"), from: primary, to: replica),
            "cache 10.0.0.1 6379 10.0.0.2 6380"),
        .configurationAdopted: Row("+config-update-from", .warning, sentinel, sentinelText),
        .abortedNotElected: Row("-failover-abort-not-elected", .warning, master, masterText),
        .abortedNoGoodReplica: Row("-failover-abort-no-good-slave", .warning, master, masterText),
        .abortedReplicaTimeout: Row("-failover-abort-slave-timeout", .warning, master, masterText),
        .converted: Row("+convert-to-slave", .notice, slave, slaveText),
        .replicationFixed: Row("+fix-slave-config", .notice, slave, slaveText),
        .tiltEntered: Row("+tilt", .warning, nil, "#tilt mode entered"),
        .tiltLeft: Row("-tilt", .warning, nil, "#tilt mode exited"),
        .scriptFailed: Row(
            "-script-error", .warning, nil, .script(path: "/opt/notify", signal: 0, exitStatus: 7), "/opt/notify 0 7"),
        .scriptTimedOut: Row("-script-timeout", .warning, nil, .scriptTimeout(path: "/opt/notify", processID: 4711), "/opt/notify 4711"),
        .paused: Row("+pause", .warning, master, .pause(seconds: 90, reason: "new cables"), masterText + " 90 new cables"),
        .resumed: Row("-pause", .warning, master, .word("expired"), masterText + " expired"),
        .maintenanceBegan: Row("+maintenance", .warning, slave, .word("disk"), slaveText + " disk"),
        .maintenanceEnded: Row("-maintenance", .warning, slave, .word(""), slaveText),
        .forgotten: Row("+forget", .warning, sentinel, sentinelText),
        .remembered: Row("-forget", .notice, slave, slaveText),
    ]

    @Test("each kind of notice has its channel, its level and its words", arguments: Notice.Kind.allCases)
    func text(_ kind: Notice.Kind) throws {
        let row = try #require(Self.expected[kind], "no expectation for \(kind)")
        #expect(NoticeText.channel(of: kind) == row.channel)
        #expect(NoticeText.level(of: kind) == row.level)
        #expect(NoticeText.message(of: Notice(kind, row.subject, row.detail)) == row.message)
    }

    @Test("no two kinds share a channel")
    func channels() {
        let channels = Notice.Kind.allCases.map(NoticeText.channel)
        #expect(Set(channels).count == channels.count)
    }

    @Test("an option that was emptied leaves its blank, and one with two values shows both")
    func options() {
        func message(_ values: [String]) -> String {
            NoticeText.message(of: Notice(.settingChanged, Self.master, .option(name: "auth-user", values: values)))
        }
        #expect(message([""]) == "\(Self.masterText) auth-user ")
        #expect(message(["a", "b"]) == "\(Self.masterText) auth-user a b")
    }

    @Test("an IPv6 replica has brackets in its name and none in its address")
    func addressesOfSix() {
        let six = Endpoint(host: "::1", port: 6380)
        let subject = Notice.Subject(kind: .replica, name: six.description, endpoint: six, group: GroupName("cache"), primary: Self.primary)
        #expect(NoticeText.message(of: Notice(.replicaFound, subject)) == "slave [::1]:6380 ::1 6380 @ cache 10.0.0.1 6379")
    }

    @Test("a message has at most 1023 bytes, and is not cut within a character")
    func longMessages() {
        func message(_ value: String) -> String {
            NoticeText.message(of: Notice(.settingChanged, Self.master, .option(name: "rename-command", values: [value])))
        }
        let start = message("")
        let room = 1023 - start.utf8.count
        #expect(message(String(repeating: "x", count: room)) == start + String(repeating: "x", count: room))
        #expect(message(String(repeating: "x", count: room + 1)) == start + String(repeating: "x", count: room))
        for shift in 0...4 {
            let text = message(String(repeating: "x", count: shift) + String(repeating: "🦊", count: 300))
            #expect(text.utf8.count <= 1023 && text.utf8.count > 1019)
            #expect(text.hasSuffix("🦊"))
        }
    }

    @Test("a notification script gets the event and the message, a reconfiguration script seven words")
    func scripts() {
        let notice = Notice(.subjectivelyDown, Self.master)
        #expect(ScriptArguments.words(for: .notification(path: "/opt/notify", notice: notice)) == ["+sdown", Self.masterText])
        for (isLeader, word) in [(true, "leader"), (false, "observer")] {
            let call = ScriptCall.reconfiguration(
                path: "/opt/reconfigure", group: GroupName("cache"), isLeader: isLeader, from: Self.primary, to: Self.replica)
            #expect(ScriptArguments.words(for: call) == ["cache", word, "start", "10.0.0.1", "6379", "10.0.0.2", "6380"])
        }
    }
}

extension NoticeTextTests.Row {
    init(_ channel: String, _ level: NoticeText.Level, _ subject: Notice.Subject?, _ message: String) {
        self.init(channel, level, subject, .none, message)
    }
}

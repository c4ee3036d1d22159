import OrderedCollections
import PicketConfig
import PicketCore
import Testing

func parsed(
    _ text: String, overrides: [[String]] = [], includes: @escaping IncludeReader = { .failure(IncludeFailure(reason: "no \($0)")) }
) throws(InvalidConfiguration) -> Configuration {
    try Configuration.parse(text, file: "sentinel.conf", overrides: overrides, includes: includes)
}

func faults(_ text: String, overrides: [[String]] = []) -> [Diagnostic] {
    do {
        _ = try parsed(text, overrides: overrides)
        return []
    } catch {
        return error.diagnostics
    }
}

func id(_ digit: Character) throws -> MonitorID { try #require(MonitorID(String(repeating: digit, count: 40))) }

@Suite("Reading the configuration")
struct ConfigurationParsingTests {
    @Test("An empty file gives Redis' defaults for a sentinel")
    func defaults() throws {
        let configuration = try parsed("")
        #expect(configuration.daemon == DaemonSettings())
        #expect(configuration.daemon.port == 26379)
        #expect(!configuration.daemon.isProtectedMode)
        #expect(configuration.durable == DurableState())
        #expect(configuration.durable.settings.denyScriptsReconfig)
    }

    @Test("Directives may stand in any order and any letter case")
    func anyOrder() throws {
        let configuration = try parsed(
            """
            SENTINEL Down-After-Milliseconds cache 1500
            sentinel known-replica cache redis-2.example 6380
            sentinel MONITOR cache redis-1.example 6379 2
            Sentinel Resolve-Hostnames YES
            PORT 7000
            """)
        let group = try #require(configuration.durable.groups[GroupName("cache")])
        #expect(group.settings.downAfter == .milliseconds(1500))
        #expect(group.replicas == [Endpoint(host: "redis-2.example", port: 6380)])
        #expect(configuration.daemon.port == 7000)
    }

    @Test("All of a group's directives are read, with Valkey's and the old spellings")
    func group() throws {
        let me = try id("a"), peer = try id("b")
        let configuration = try parsed(
            """
            sentinel myid \(me)
            sentinel current-epoch 9
            sentinel announce-ip 192.0.2.1
            sentinel announce-port 7001
            sentinel announce-hostnames yes
            sentinel deny-scripts-reconfig no
            sentinel sentinel-user watcher
            sentinel sentinel-pass "let me in"
            sentinel monitor "my cache" 10.0.0.1 6379 2
            sentinel failover-timeout "my cache" 60000
            sentinel parallel-syncs "my cache" 3
            sentinel notification-script "my cache" notify.sh
            sentinel client-reconfig-script "my cache" reconfigure.sh
            sentinel auth-pass "my cache" "a \\"b\\" c"
            sentinel auth-user "my cache" monitor
            sentinel rename-command "my cache" CONFIG hidden
            sentinel primary-reboot-down-after-period "my cache" 5000
            sentinel config-epoch "my cache" 7
            sentinel leader-epoch "my cache" 8
            sentinel known-slave "my cache" 10.0.0.2 6379
            sentinel known-sentinel "my cache" 10.0.0.3 26379 \(peer)
            sentinel known-sentinel "my cache" 10.0.0.4 26379
            """)
        var group = DurableGroup(settings: GroupSettings(quorum: 2), primary: Endpoint(host: "10.0.0.1", port: 6379))
        group.settings.failoverTimeout = .seconds(60)
        group.settings.parallelSyncs = 3
        group.settings.notificationScript = "notify.sh"
        group.settings.clientReconfigScript = "reconfigure.sh"
        group.settings.credentials = Credentials(user: "monitor", password: #"a "b" c"#)
        group.settings.renamedCommands = ["config": "hidden"]
        group.settings.rebootDownAfter = .seconds(5)
        group.configEpoch = Epoch(7)
        group.vote = Vote(epoch: Epoch(8), leader: nil)
        group.replicas = [Endpoint(host: "10.0.0.2", port: 6379)]
        group.peers = [peer: Endpoint(host: "10.0.0.3", port: 26379)]
        var expected = DurableState()
        expected.identity = me
        expected.currentEpoch = Epoch(9)
        expected.settings.announceHost = "192.0.2.1"
        expected.settings.announcePort = 7001
        expected.settings.announceHostnames = true
        expected.settings.denyScriptsReconfig = false
        expected.settings.peerCredentials = Credentials(user: "watcher", password: "let me in")
        expected.groups = [GroupName("my cache"): group]
        #expect(configuration.durable == expected)
        #expect(configuration.scripts.map(\.path) == ["notify.sh", "reconfigure.sh"])
        #expect(configuration.scripts.map(\.source.number) == [12, 13])
        let complaint = configuration.scripts[0].diagnostic("It is not executable.")
        #expect(complaint.column == 41)
    }

    @Test("What concerns fast failovers is read; what is not there has its default")
    func failover() throws {
        let text = "sentinel monitor a 10.0.0.1 6379 2\n"
        let defaults = try #require(try parsed(text).durable.groups[GroupName("a")]).settings
        #expect(defaults.crashDownAfter == .milliseconds(20))
        #expect(defaults.switchoverTimeout == .seconds(2))
        #expect(defaults.electionRetry == ElectionRetry(atLeast: .milliseconds(100), atMost: .milliseconds(500)))
        #expect(defaults.guardsAgainstEmptyPrimary)
        let set = try #require(
            try parsed(
                text + """
                    sentinel Crash-Down-After-Milliseconds a 35
                    sentinel switchover-timeout a 750
                    sentinel election-retry a 20 60
                    sentinel empty-primary-guard a NO
                    """
            ).durable.groups[GroupName("a")]
        ).settings
        #expect(set.crashDownAfter == .milliseconds(35))
        #expect(set.switchoverTimeout == .milliseconds(750))
        #expect(set.electionRetry == ElectionRetry(atLeast: .milliseconds(20), atMost: .milliseconds(60)))
        #expect(!set.guardsAgainstEmptyPrimary)
        let off = try parsed(text + "sentinel crash-down-after-milliseconds a 0\nsentinel election-retry a 9 9")
        #expect(off.durable.groups[GroupName("a")]?.settings.crashDownAfter == .zero)
        #expect(
            off.durable.groups[GroupName("a")]?.settings.electionRetry == ElectionRetry(atLeast: .milliseconds(9), atMost: .milliseconds(9))
        )
    }

    @Test("The current epoch is never behind those of the groups")
    func currentEpoch() throws {
        let configuration = try parsed(
            """
            sentinel monitor a 10.0.0.1 6379 2
            sentinel config-epoch a 3
            sentinel leader-epoch a 5
            sentinel current-epoch 2
            """)
        #expect(configuration.durable.currentEpoch == Epoch(5))
    }

    @Test("A replica at the primary's own address is no replica")
    func selfReplica() throws {
        let configuration = try parsed("sentinel monitor a 10.0.0.1 6379 2\nsentinel known-replica a 10.0.0.1 6379")
        #expect(configuration.durable.groups[GroupName("a")]?.replicas.isEmpty == true)
    }

    @Test(
        "Each fault is reported in Sentinel's words, at the argument that is wrong",
        arguments: [
            ("sentinel down-after-milliseconds b 5", "No such master with specified name.", 34),
            ("sentinel monitor a 10.0.0.9 6379 2", "Duplicate master name.", 18),
            ("sentinel monitor b 10.0.0.9 6379 0", "Quorum must be 1 or greater.", 34),
            ("sentinel monitor b 10.0.0.9 70000 1", "Invalid port number.", 29),
            ("sentinel monitor b redis.example 6379 1", "Can't resolve instance hostname.", 20),
            ("sentinel failover-timeout a 0", "negative or zero time parameter.", 29),
            ("sentinel down-after-milliseconds a -5", "negative or zero time parameter.", 36),
            ("sentinel myid abc", "Malformed Sentinel id in myid option.", 15),
            ("sentinel frobnicate a", "Unrecognized sentinel configuration statement.", 10),
            ("sentinel", "Unrecognized sentinel configuration statement.", 9),
            ("sentinel known-replica a 10.0.0.2 6379", "Duplicate hostname and port for replica.", 26),
            ("sentinel known-sentinel a 10.0.0.7 1 cccccccccccccccccccccccccccccccccccccccc", "Duplicate runid for sentinel.", 38),
            ("sentinel parallel-syncs a many", "A whole number is expected here, not many.", 27),
            ("sentinel parallel-syncs a", "Wrong number of arguments: sentinel parallel-syncs takes 2, not 1.", 26),
            ("sentinel monitor my cache 10.0.0.1 6379 2", "Wrong number of arguments: sentinel monitor takes 4, not 5.", 41),
            (#"sentinel auth-pass a "\xff""#, "The value is not UTF-8 text.", 22),
            (#"sentinel auth-pass a "x"#, "A quote is not closed, or something other than a blank follows where it closes.", 22),
            ("sentinel crash-down-after-milliseconds a -1", "negative or zero time parameter.", 42),
            ("sentinel crash-down-after-milliseconds a x", "A whole number is expected here, not x.", 42),
            ("sentinel crash-down-after-milliseconds b 5", "No such master with specified name.", 40),
            ("sentinel switchover-timeout a 0", "negative or zero time parameter.", 31),
            ("sentinel switchover-timeout a 3162240000001", "The time is longer than a century.", 31),
            ("sentinel election-retry a 0 5", "negative or zero time parameter.", 27),
            ("sentinel election-retry a 6 5", "The longest pause is shorter than the shortest.", 29),
            ("sentinel election-retry a 6 x", "A whole number is expected here, not x.", 29),
            ("sentinel election-retry a 6", "Wrong number of arguments: sentinel election-retry takes 3, not 2.", 28),
            ("sentinel empty-primary-guard a maybe", "The value has to be yes or no.", 32),
            ("sentinel empty-primary-guard a", "Wrong number of arguments: sentinel empty-primary-guard takes 2, not 1.", 31),
            ("prot 26379", "There is no directive of this name.", 1),
            ("port x", "A whole number is expected here, not x.", 6),
            ("port 70000", "The number has to be between 0 and 65535.", 6),
            ("protected-mode maybe", "The value has to be yes or no.", 16),
            ("loglevel loud", "The value has to be one of: debug, verbose, notice, warning, nothing.", 10),
            (
                "client-output-buffer-limit pubsub 32mb 8mb",
                "Wrong number of arguments: client-output-buffer-limit takes at least 4, not 3.", 43
            ),
            ("client-output-buffer-limit pubsub 32xb 8mb 60", "A size in bytes is expected here, not 32xb.", 35),
            ("include other.conf", "The file to include cannot be read: no other.conf", 9),
            ("tls-port 26380", "TLS is not available in this version: tls-port cannot be obeyed.", 1),
            ("tls-cert-file /etc/x.crt", "TLS is not available in this version: tls-cert-file cannot be obeyed.", 1),
            ("tls-replication yes", "TLS is not available in this version: tls-replication cannot be obeyed.", 1),
        ])
    func diagnostics(line: String, message: String, column: Int) throws {
        let good = """
            sentinel monitor a 10.0.0.1 6379 2
            sentinel known-replica a 10.0.0.2 6379
            sentinel known-sentinel a 10.0.0.3 26379 cccccccccccccccccccccccccccccccccccccccc
            """
        let found = faults(good + "\n" + line)
        let only = try #require(found.first)
        #expect(found.count == 1)
        #expect(only.message == message)
        #expect(only.line == 4)
        #expect(only.column == column)
        #expect(only.text == line)
        #expect(only.file == "sentinel.conf")
    }

    @Test(
        "A name that is nearly right is recognized",
        arguments: [
            ("prot 26379", "Did you mean port?"),
            ("sentinel montior a 10.0.0.1 6379 2", "Did you mean monitor?"),
            ("monitor a 10.0.0.1 6379 2", "Did you mean sentinel monitor?"),
            ("loglevel notcie", "Did you mean notice?"),
            (
                "sentinel monitor a 10.0.0.1 6379 2\nsentinel crash-down-after-miliseconds a 5",
                "Did you mean crash-down-after-milliseconds?"
            ),
            ("sentinel monitor a 10.0.0.1 6379 2\nsentinel switchover-timeout a 0", "Times are in milliseconds."),
            ("sentinel monitor a 10.0.0.1 6379 2\nsentinel election-retry a 6 5", "Write the shorter one first: 100 500"),
            (
                "sentinel monitor a 10.0.0.1 6379 2\nsentinel election-retry a 6",
                "sentinel election-retry <name> <milliseconds at least> <milliseconds at most>"
            ),
            (
                "sentinel monitor a redis.example 6379 2",
                "This is not an IP address. To use host names, add the line: sentinel resolve-hostnames yes"
            ),
        ])
    func hints(line: String, hint: String) {
        #expect(faults(line).map(\.hint) == [hint])
    }

    @Test("All faults are reported at once, in the order of the lines; what follows from a fault is not")
    func allFaults() {
        let found = faults(
            """
            sentinel down-after-milliseconds bad 1
            port x
            sentinel monitor bad 10.0.0.1 6379 0
            sentinel quorum bad 1
            sentinel auth-pass other secret
            """)
        #expect(found.map(\.line) == [2, 3, 4, 5])
    }

    @Test("The report for stderr shows the line with a caret under the fault")
    func report() {
        let report = Diagnostic.report(faults("# first\nsentinel\tmonitor späß 10.0.0.1 6379 0"))
        #expect(
            report == """

                *** FATAL CONFIG FILE ERROR (picketd) ***
                Reading the configuration file, at line 2 of sentinel.conf
                >>> 'sentinel\tmonitor späß 10.0.0.1 6379 0'
                             \t                           ^
                Quorum must be 1 or greater.


                """)
    }

    @Test(
        "Host names and addresses are told apart",
        arguments: [
            ("10.0.0.1", true), ("::1", true), ("2001:db8::1", true), ("::ffff:10.0.0.1", true), ("1:2:3:4:5:6:7:8", true), ("::", true),
            ("10.0.0", false), ("10.0.0.256", false), ("1:2:3", false), ("1::2::3", false), (":::", false), ("g::1", false),
            ("1:2:3:4:5:6:7:8:9", false), ("localhost", false),
        ])
    func addresses(host: String, isAddress: Bool) {
        #expect(faults("sentinel monitor a \(host) 6379 1").isEmpty == isAddress)
    }
}

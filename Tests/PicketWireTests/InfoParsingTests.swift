import PicketCore
import PicketWire
import Testing

@Suite("INFO")
struct InfoParsingTests {
    @Test("a primary's INFO tells its id, its data and its replicas in order, one of them by an IPv6 address")
    func primary() throws {
        let report = try #require(InfoParsing.report(from: CapturedInfo.primary))
        #expect(report.role == .primary)
        #expect(report.runID == RunID("91066b0301b3dc54e4fa745ba4be3f3a501b5eb1"))
        #expect(report.replicas == [Endpoint(host: "127.0.0.1", port: 12803), Endpoint(host: "::1", port: 12804)])
        #expect(report.replicationID == "a43ccf5a6b541ac7040270f8b8f44595642a44a2")
        #expect(report.previousReplicationID == "0000000000000000000000000000000000000000")
        #expect(report.offset == 263)
        #expect(report.keyCount == 5)
        #expect(report.replication == nil)
        #expect(report.text == CapturedInfo.primary)
    }

    @Test("a replica's INFO tells whom it follows and how far it is")
    func replica() throws {
        let report = try #require(InfoParsing.report(from: CapturedInfo.replica))
        #expect(report.role == .replica)
        #expect(report.replicas.isEmpty)
        let status = try #require(report.replication)
        #expect(status.primary == Endpoint(host: "127.0.0.1", port: 12802))
        #expect(status.isLinkUp)
        #expect(status.linkDownFor == nil)
        #expect(!status.isSyncing)
        #expect(status.offset == 263)
        #expect(status.priority == 7)
        #expect(!status.isAnnounced)
    }

    @Test("a replica that lost its primary says for how long, and an IPv6 primary keeps its colons")
    func orphan() throws {
        let status = try #require(InfoParsing.report(from: CapturedInfo.orphan)?.replication)
        #expect(status.primary == Endpoint(host: "::1", port: 12802))
        #expect(!status.isLinkUp)
        #expect(status.linkDownFor == .seconds(3))
        #expect(status.priority == 100)
        #expect(status.isAnnounced)
    }

    @Test("a promoted replica has a new history and remembers the one before")
    func promoted() throws {
        let report = try #require(InfoParsing.report(from: CapturedInfo.promoted))
        #expect(report.role == .primary)
        #expect(report.replicationID == "de338c02ea0c9fe8e375290381d50b8eea09cd9a")
        #expect(report.previousReplicationID == "a43ccf5a6b541ac7040270f8b8f44595642a44a2")
        #expect(report.replication == nil)
    }

    @Test("a primary tells how far it is with a FAILOVER, and one that is in the middle of it is a replica already")
    func handOver() throws {
        let resting = try #require(InfoParsing.report(from: CapturedInfo.primary))
        #expect(resting.handOver == HandOverState.none)
        let waiting = try #require(InfoParsing.report(from: CapturedInfo.waitingForReplica))
        #expect(waiting.handOver == .waitingForReplica)
        #expect(waiting.role == .primary)
        #expect(waiting.offset == 78)
        let underWay = try #require(InfoParsing.report(from: CapturedInfo.handingOver))
        #expect(underWay.handOver == .underWay)
        #expect(underWay.role == .replica)
        #expect(underWay.replication?.primary == Endpoint(host: "127.0.0.1", port: 43401))
        #expect(underWay.replication?.isLinkUp == false)
        #expect(underWay.replication?.linkDownFor == nil)
        #expect(underWay.replication?.offset == 129)
        #expect(underWay.replicationID == "0f9da78acdaea0b3d04282bc256b806e11188e24")
    }

    @Test("a server without FAILOVER says nothing of it, and a word that is not known is as good as nothing")
    func noHandOver() throws {
        let old = CapturedInfo.primary.replacing("master_failover_state:no-failover\r\n", with: "")
        #expect(try #require(InfoParsing.report(from: old)).handOver == nil)
        let odd = CapturedInfo.primary.replacing("no-failover", with: "confused")
        #expect(try #require(InfoParsing.report(from: odd)).handOver == nil)
    }

    @Test("a server that loads its data says so")
    func loading() throws {
        let loading = try #require(InfoParsing.report(from: CapturedInfo.loading))
        #expect(loading.isLoading)
        #expect(loading.role == .primary)
        for text in [CapturedInfo.primary, CapturedInfo.replica, CapturedInfo.promoted] {
            #expect(try #require(InfoParsing.report(from: text)).isLoading == false)
        }
        // A replica that loads beside serving what it has (diskless, `async_loading`) has data.
        #expect(InfoParsing.report(from: "role:slave\nloading:0\nasync_loading:1")?.isLoading == false)
    }

    @Test("lines may end with LF alone, and all the rest is as with CR and LF")
    func lineFeeds() throws {
        for text in [CapturedInfo.primary, CapturedInfo.replica, CapturedInfo.orphan] {
            var unix = try #require(InfoParsing.report(from: text.replacing("\r\n", with: "\n")))
            #expect(!unix.text.utf8.contains(0x0d))
            unix.text = text
            #expect(unix == InfoParsing.report(from: text))
        }
    }

    struct ReplicaLine: Sendable, CustomTestStringConvertible {
        let line: String
        let replica: Endpoint?
        var testDescription: String { line }

        init(_ line: String, _ host: String?, _ port: Int = 0) {
            self.line = line
            replica = host.map { Endpoint(host: $0, port: port) }
        }
    }

    @Test(
        "a replica's line is understood in the form of every version, or passed over",
        arguments: [
            ReplicaLine("slave0:ip=10.0.0.1,port=6379,state=online,offset=1,lag=0", "10.0.0.1", 6379),
            ReplicaLine("slave12:ip=10.0.0.1,port=6379,state=wait_bgsave,offset=0,lag=0", "10.0.0.1", 6379),
            ReplicaLine("slave0:port=6379,ip=10.0.0.1", nil),
            ReplicaLine("slave0:ip=10.0.0.1,state=online,port=6380", "10.0.0.1", 6380),
            ReplicaLine("slave0:10.0.0.1,6379,online", "10.0.0.1", 6379),
            ReplicaLine("slave0:10.0.0.1,6379", "10.0.0.1", 6379),
            ReplicaLine("slave0:ip=fe80::1,port=6379,state=online", "fe80::1", 6379),
            ReplicaLine("slave0:::1,6379,online", "::1", 6379),
            ReplicaLine("slave0:ip=replica.example,port=6379,state=online", "replica.example", 6379),
            ReplicaLine("slave0:ip=10.0.0.1,port=6379,state=online,offset=1,lag=0,type=replica", "10.0.0.1", 6379),
            ReplicaLine("slave0:ip=10.0.0.1,port=6379,state=online,offset=1,lag=0,type=main-channel", "10.0.0.1", 6379),
            ReplicaLine("slave0:ip=10.0.0.1,port=6379,state=send_bulk_and_stream,offset=0,lag=0,type=rdb-channel", nil),
            ReplicaLine("slave0:ip=10.0.0.1,port=0,state=online", nil),
            ReplicaLine("slave0:ip=10.0.0.1,port=65536,state=online", nil),
            ReplicaLine("slave0:ip=10.0.0.1,port=-1,state=online", nil),
            ReplicaLine("slave0:ip=10.0.0.1,port=,state=online", nil),
            ReplicaLine("slave0:ip=10.0.0.1,port=99999999999999999999,state=online", nil),
            ReplicaLine("slave0:ip=,port=6379,state=online", nil),
            ReplicaLine("slave0:ip=10.0.0.1", nil),
            ReplicaLine("slave0:,6379,online", nil),
            ReplicaLine("slave0:", nil),
            ReplicaLine("slave0", nil),
            ReplicaLine("slave:ip=10.0.0.1,port=6379,state=online", nil),
            ReplicaLine("slavex:ip=10.0.0.1,port=6379,state=online", nil),
            ReplicaLine("slave0x:ip=10.0.0.1,port=6379,state=online", nil),
        ])
    func replicaLine(_ row: ReplicaLine) {
        let report = InfoParsing.report(from: "role:master\r\n\(row.line)\r\n")
        #expect(report?.replicas == (row.replica.map { [$0] } ?? []))
    }

    @Test("an odd line costs nothing but itself")
    func oddLines() throws {
        let text = """
            # role:slave
            :
            ::
            no colon
            role
            rolex:slave
            \u{1F98A}:role:slave
            master_host
            role:master
            run_id:
            slave0:ip=10.0.0.1,port=1,state=online
            slave1:rubbish
            slave2:ip=10.0.0.2,port=2,state=online
            master_repl_offset:many
            """
        let report = try #require(InfoParsing.report(from: text))
        #expect(report.role == .primary)
        #expect(report.replicas == [Endpoint(host: "10.0.0.1", port: 1), Endpoint(host: "10.0.0.2", port: 2)])
        #expect(report.offset == 0)
    }

    @Test(
        "keys are counted over all databases, and no number of them is too large",
        arguments: [
            ("", 0), ("db0:keys=12,expires=3,avg_ttl=0", 12), ("db0:keys=12,expires=0\ndb15:keys=30,expires=0,avg_ttl=0,subexpiry=0", 42),
            ("db0:expires=0,keys=12", 0), ("db0:keys=,expires=0", 0), ("dbx:keys=12,expires=0", 0),
            ("db0:keys=-12,expires=0\ndb1:keys=1", 1),
            ("db0:keys=9223372036854775807\ndb1:keys=9223372036854775807", .max),
        ] as [(String, Int64)])
    func keys(_ lines: String, _ count: Int64) {
        #expect(InfoParsing.report(from: "role:master\n\(lines)\n")?.keyCount == count)
    }

    @Test(
        "without a role there is no report",
        arguments: ["", "\r\n", "run_id:x\r\n", "role:\r\n", "role:sentinel\r\n", "ROLE:master\r\n", "# Server"])
    func noRole(_ text: String) {
        #expect(InfoParsing.report(from: text) == nil)
    }

    struct StatusLine: Sendable, CustomTestStringConvertible {
        let lines: String
        let expect: @Sendable (inout ReplicationStatus) -> Void
        var testDescription: String { lines }

        init(_ lines: String, _ expect: @escaping @Sendable (inout ReplicationStatus) -> Void) {
            self.lines = lines
            self.expect = expect
        }
    }

    @Test(
        "each line of a replica's status changes its own field and no other",
        arguments: [
            StatusLine("") { _ in },
            StatusLine("master_host:10.0.0.1") { _ in },
            StatusLine("master_host:10.0.0.1\nmaster_port:x") { _ in },
            StatusLine("master_host:db.example\nmaster_port:6379") { $0.primary = Endpoint(host: "db.example", port: 6379) },
            StatusLine("master_link_status:up") { $0.isLinkUp = true },
            StatusLine("master_link_status:down") { _ in },
            StatusLine("master_link_down_since_seconds:0") { $0.linkDownFor = .zero },
            StatusLine("master_link_down_since_seconds:17") { $0.linkDownFor = .seconds(17) },
            StatusLine("master_link_down_since_seconds:-1") { _ in },
            StatusLine("master_sync_in_progress:1") { $0.isSyncing = true },
            StatusLine("master_sync_in_progress:0") { _ in },
            StatusLine("slave_repl_offset:9223372036854775807") { $0.offset = .max },
            StatusLine("slave_repl_offset:9223372036854775808") { _ in },
            StatusLine("slave_priority:0") { $0.priority = 0 },
            StatusLine("slave_priority:low") { _ in },
            StatusLine("replica_announced:0") { $0.isAnnounced = false },
            StatusLine("replica_announced:1") { _ in },
        ])
    func statusLine(_ row: StatusLine) {
        var expected = ReplicationStatus()
        row.expect(&expected)
        #expect(InfoParsing.report(from: "role:slave\n\(row.lines)\n")?.replication == expected)
    }

    @Test("a primary with a thousand replicas and a megabyte of foreign lines is read whole")
    func huge() throws {
        let replicas = (1...1000).map { Endpoint(host: "10.0.\($0 / 256).\($0 % 256)", port: 6379) }
        let lines = replicas.enumerated().map {
            "slave\($0.offset):ip=\($0.element.host),port=\($0.element.port),state=online,offset=0,lag=0"
        }
        let foreign = String(repeating: "module_statistics_of_somebody:1234567890\r\n", count: 25_000)
        let report = try #require(
            InfoParsing.report(from: foreign + "role:master\r\n" + lines.joined(separator: "\r\n") + "\r\n" + foreign))
        #expect(report.replicas == replicas)
    }

    @Test("one line of a megabyte is passed over")
    func longLine() throws {
        let report = try #require(InfoParsing.report(from: "slave0:" + String(repeating: ",", count: 1 << 20) + "\r\nrole:master"))
        #expect(report.replicas.isEmpty)
    }
}

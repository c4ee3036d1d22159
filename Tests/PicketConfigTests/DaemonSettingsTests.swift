import OrderedCollections
import PicketConfig
import PicketCore
import Testing

@Suite("The daemon's settings")
struct DaemonSettingsTests {
    @Test("Every directive arrives where it belongs")
    func all() throws {
        let configuration = try parsed(
            """
            port 7000
            bind 127.0.0.1 -::1 *
            bind-source-addr 10.0.0.5
            unixsocket /run/picket.sock
            unixsocketperm 770
            protected-mode yes
            tcp-backlog 64
            tcp-keepalive 10
            timeout 5
            maxclients 99
            daemonize yes
            supervised systemd
            pidfile /run/picket.pid
            proc-title-template "{title} {listen-addr}"
            dir /var/lib/picket
            loglevel warning
            logfile log.txt
            syslog-enabled yes
            syslog-ident watch
            syslog-facility LOCAL7
            crash-log-enabled no
            acllog-max-len 5
            acl-pubsub-default allchannels
            requirepass "\\xff\\x00"
            aclfile users.acl
            client-output-buffer-limit normal 1kb 2k 3 pubsub 1gb 1m 4 replica 1 1 1
            enable-debug-command local
            enable-protected-configs yes
            enable-debug-assert yes
            latency-tracking no
            latency-tracking-info-percentiles 50 99.5
            rename-command PING PONG
            http-port 8080
            http-bind 10.0.0.5 -::1
            http-zone a 10.0.0.1 10.0.0.2:6379
            http-zone b redis-3.example
            history-size 1mb
            sentinel state-dir /var/lib/picket/state
            sentinel state-config-file state.conf
            """)
        var expected = DaemonSettings()
        expected.port = 7000
        expected.bindAddresses = [
            BindAddress(host: "127.0.0.1"), BindAddress(host: "::1", mayBeMissing: true), BindAddress(host: "*"),
        ]
        expected.bindSourceAddress = "10.0.0.5"
        expected.unixSocket = "/run/picket.sock"
        expected.unixSocketPermissions = 0o770
        expected.isProtectedMode = true
        expected.tcpBacklog = 64
        expected.tcpKeepalive = .seconds(10)
        expected.clientTimeout = .seconds(5)
        expected.maxClients = 99
        expected.isDaemonized = true
        expected.supervision = .systemd
        expected.pidFile = "/run/picket.pid"
        expected.processTitleTemplate = "{title} {listen-addr}"
        expected.directory = "/var/lib/picket"
        expected.httpPort = 8080
        expected.historySize = 1 << 20
        expected.httpBindAddresses = [BindAddress(host: "10.0.0.5"), BindAddress(host: "::1", mayBeMissing: true)]
        expected.zones = ["10.0.0.1": "a", "10.0.0.2:6379": "a", "redis-3.example": "b"]
        expected.logLevel = .warning
        expected.logFile = "log.txt"
        expected.syslog.isEnabled = true
        expected.syslog.ident = "watch"
        expected.syslog.facility = .local7
        expected.isCrashLogEnabled = false
        expected.normalOutputLimit = OutputBufferLimit(hardBytes: 1024, softBytes: 2000, softDuration: .seconds(3))
        expected.pubSubOutputLimit = OutputBufferLimit(hardBytes: 1 << 30, softBytes: 1_000_000, softDuration: .seconds(4))
        expected.debugCommand = .local
        expected.protectedConfigs = .yes
        expected.isDebugAssertEnabled = true
        expected.isLatencyTracked = false
        expected.latencyPercentiles = [50, 99.5]
        expected.renamedCommands = configuration.daemon.renamedCommands
        #expect(configuration.daemon == expected)
        #expect(configuration.daemon.renamedCommands.map(\.command) == ["ping"])
        #expect(configuration.daemon.renamedCommands.map(\.newName) == ["PONG"])
        #expect(configuration.access.requirepass == [0xff, 0])
        #expect(configuration.access.aclFile == "users.acl")
        #expect(configuration.access.logMaxLength == 5)
        #expect(configuration.access.allChannelsByDefault)
        #expect(configuration.stateDirectory == "/var/lib/picket/state")
        #expect(configuration.stateConfigFile == "state.conf")
    }

    @Test("The last of several lines counts; an empty value unsets")
    func lastCounts() throws {
        let daemon = try parsed("port 1\nlogfile x\nport 2\nlogfile \"\"\nbind \"\"").daemon
        #expect(daemon.port == 2)
        #expect(daemon.logFile == nil)
        #expect(daemon.bindAddresses.isEmpty)
    }

    @Test("Directives of a data server are accepted, and named once each")
    func ineffective() throws {
        let configuration = try parsed(
            """
            repl-diskless-sync-delay 0
            save ""
            APPENDONLY no
            save 900 1
            tls-port 0
            tls-replication no
            tls-cert-file ""
            """)
        #expect(
            configuration.ineffectiveDirectives == [
                "repl-diskless-sync-delay", "save", "appendonly", "tls-port", "tls-replication", "tls-cert-file",
            ])
    }

    @Test("Users come as raw words with their place; a later line of the same user replaces the earlier")
    func users() throws {
        let configuration = try parsed("user default on nopass\nuser alice on >\"a b\" ~*\nuser default off")
        #expect(configuration.access.users.map { String(decoding: $0.name, as: UTF8.self) } == ["default", "alice"])
        #expect(configuration.access.users[0].rules == [Array("off".utf8)])
        #expect(configuration.access.users[1].rules == ["on", ">a b", "~*"].map { Array($0.utf8) })
        let complaint = configuration.access.users[1].diagnostic(ofRule: 1, "No such rule.")
        #expect(complaint.line == 2)
        #expect(complaint.column == 15)
    }

    @Test("The command line is cut into directives")
    func commandLine() throws {
        let directives = try CommandLineDirectives.parse([
            "--port", "7000", "--sentinel", "monitor", "a", "127.0.0.1", "6379", "2", "--sentinel", "--logfile", "a b",
        ])
        #expect(
            directives == [["port", "7000"], ["sentinel", "monitor", "a", "127.0.0.1", "6379", "2"], ["sentinel"], ["logfile", "a b"]])
        let configuration = try parsed("port 1\nlogfile x", overrides: directives)
        #expect(configuration.daemon.port == 7000)
        #expect(configuration.daemon.logFile == "a b")
        #expect(configuration.durable.groups.keys == [GroupName("a")])
    }

    @Test("A value without a directive is refused with its place")
    func strayValue() {
        let error = #expect(throws: InvalidConfiguration.self) { try CommandLineDirectives.parse(["stray", "--port", "1"]) }
        #expect(error?.diagnostics.map(\.column) == [1])
    }

    @Test("A fault of the command line is reported as such")
    func commandLineFault() {
        let found = faults("port 1", overrides: [["loglevel", "notice"], ["port", "many"]])
        #expect(found.map(\.line) == [2])
        #expect(found.map(\.column) == [6])
        #expect(Diagnostic.report(found).contains("Reading the command line, at directive 2\n>>> 'port many'\n          ^\n"))
    }

    @Test("The main file's word about a primary outranks the command line; the command line's settings outrank the file's")
    func ranks() throws {
        let configuration = try parsed(
            "sentinel monitor a 10.0.0.2 6379 2\nsentinel down-after-milliseconds a 1000",
            overrides: [["sentinel", "down-after-milliseconds", "a", "500"], ["sentinel", "monitor", "a", "10.0.0.1", "6379", "2"]])
        let group = try #require(configuration.durable.groups[GroupName("a")])
        #expect(group.primary.host == "10.0.0.2")
        #expect(group.settings.downAfter == .milliseconds(500))
    }

    @Test("Included files are read at their place, and the main file's word about groups outranks theirs")
    func includes() throws {
        let common = """
            port 2
            sentinel monitor a 10.0.0.1 6379 2
            sentinel down-after-milliseconds a 1000
            sentinel auth-pass a secret
            user default on nopass
            """
        let configuration = try parsed(
            """
            port 1
            sentinel down-after-milliseconds a 2000
            sentinel monitor a 10.0.0.2 6379 2
            user default off
            include conf.d/*.conf
            maxclients 7
            """
        ) { path in .success(path == "conf.d/*.conf" ? [IncludedFile(path: "conf.d/a.conf", bytes: Array(common.utf8))] : []) }
        let group = try #require(configuration.durable.groups[GroupName("a")])
        #expect(configuration.daemon.port == 2)
        #expect(configuration.daemon.maxClients == 7)
        #expect(group.primary.host == "10.0.0.2")
        #expect(group.settings.downAfter == .milliseconds(2000))
        #expect(group.settings.credentials.password == "secret")
        #expect(configuration.access.users.map(\.rules) == [[Array("off".utf8)]])
    }

    @Test("Files that include each other for ever are found out")
    func includeLoop() {
        let error = #expect(throws: InvalidConfiguration.self) {
            try parsed("include loop.conf") { .success([IncludedFile(path: $0, bytes: Array("include loop.conf".utf8))]) }
        }
        #expect(error?.diagnostics.map(\.message) == ["Files include each other more than 16 deep."])
        #expect(error?.diagnostics.map(\.file) == ["loop.conf"])
    }

    @Test("HTTP is served nowhere by default, and then on the loopback interface only")
    func httpIsOff() throws {
        let daemon = try parsed("").daemon
        #expect(daemon.httpPort == 0)
        #expect(daemon.httpBindAddresses == [BindAddress(host: "127.0.0.1")])
    }

    @Test(
        "Mistakes in what is served over HTTP are told with their place",
        arguments: [
            ("http-port 65536", 11), ("http-port eighty", 11), ("http-port", 10), ("http-bind \"\"", 11), ("http-bind 10.0.0.1 -", 20),
            ("http-zone a", 12), ("http-zone \"a b\" 10.0.0.1", 11), ("http-zone a \"\"", 13), ("history-size 1k", 14),
            ("history-size 2gb", 14),
        ])
    func httpFaults(_ line: String, _ column: Int) {
        let faults = faults("port 7000\n\(line)\n")
        #expect(faults.map(\.line) == [2])
        #expect(faults.map(\.column) == [column], "\(faults.map(\.message))")
    }
}

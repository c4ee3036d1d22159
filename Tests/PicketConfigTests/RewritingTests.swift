import Foundation
import OrderedCollections
import PicketConfig
import PicketCore
import Testing

@Suite("Keeping the configuration file current")
struct RewritingTests {
    private func rewritten(
        _ text: String, logLevel: LogLevel? = nil, accessLines: [String]? = nil, _ change: (inout DurableState) -> Void = { _ in }
    ) throws -> String {
        let configuration = try parsed(text)
        var state = configuration.durable
        change(&state)
        return String(decoding: configuration.document.rewritten(state, logLevel: logLevel, accessLines: accessLines), as: UTF8.self)
    }

    private func golden(_ name: String) throws -> String {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "conf", subdirectory: "Goldens"))
        return String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    /// A file with the lines that every rewrite makes sure of.
    private let settled = """
        # watches the cache
        port 7000
        sentinel myid aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        sentinel monitor cache 10.0.0.1 6379 2
        sentinel config-epoch cache 1
        sentinel leader-epoch cache 1
        sentinel current-epoch 1

        """

    private let cache = GroupName("cache")

    @Test("What redis-sentinel 7.0.15 wrote is understood, and left as it is to the byte", arguments: ["grown", "fresh"])
    func goldens(name: String) throws {
        let text = try golden(name)
        let configuration = try parsed(text)
        let peers: OrderedDictionary<MonitorID, Endpoint> = [
            try #require(MonitorID("cc4d295295c451bea48aa5566d5da781b0578897")): Endpoint(host: "127.0.0.1", port: 7005),
            try #require(MonitorID("4f55d58fe4ec57108063e6a83e24488a2c0e47a7")): Endpoint(host: "127.0.0.1", port: 7001),
        ]
        var second = DurableGroup(settings: GroupSettings(quorum: 2), primary: Endpoint(host: "127.0.0.1", port: 7008))
        second.settings.downAfter = .milliseconds(1500)
        second.settings.failoverTimeout = .seconds(60)
        second.settings.rebootDownAfter = .seconds(5)
        second.configEpoch = Epoch(1)
        second.vote = Vote(epoch: Epoch(1), leader: nil)
        second.replicas = [Endpoint(host: "127.0.0.1", port: 7002)]
        second.peers = peers
        var cache = DurableGroup(settings: GroupSettings(quorum: 2), primary: Endpoint(host: "127.0.0.1", port: 7007))
        cache.settings.downAfter = .seconds(5)
        cache.settings.failoverTimeout = .seconds(90)
        cache.settings.parallelSyncs = 2
        cache.settings.notificationScript = "/usr/local/bin/notify.sh"
        cache.settings.clientReconfigScript = "/usr/local/bin/notify.sh"
        cache.settings.credentials = Credentials(user: "default", password: "s3cret#1")
        cache.settings.rebootDownAfter = .seconds(7)
        cache.settings.renamedCommands = ["baz": "QUX", "foo": "BAR"]
        cache.replicas = [Endpoint(host: "127.0.0.1", port: 7006), Endpoint(host: "127.0.0.1", port: 7003)]
        cache.peers = peers
        var expected = DurableState()
        expected.identity = MonitorID("bb7b6aab062cca102613ac4d39aded140c631259")
        expected.currentEpoch = Epoch(1)
        expected.settings.denyScriptsReconfig = false
        expected.settings.resolveHostnames = true
        expected.settings.announceHostnames = true
        expected.settings.announceHost = "127.0.0.1"
        expected.settings.announcePort = 7004
        expected.settings.peerCredentials = Credentials(user: "default", password: "opensesame")
        expected.groups = [GroupName("second"): second, self.cache: cache]
        if name == "grown" {
            expected.groups[GroupName("third")] = DurableGroup(
                settings: GroupSettings(quorum: 1), primary: Endpoint(host: "127.0.0.1", port: 1))
        }
        #expect(configuration.durable == expected)
        #expect(configuration.daemon.port == 7004)
        #expect(configuration.access.requirepass == Array("opensesame".utf8))
        #expect(configuration.access.users.count == 2)
        #expect(String(decoding: configuration.document.rewritten(configuration.durable), as: UTF8.self) == text)
    }

    @Test("New lines stand in redis-sentinel's own order: a file from nothing is the one that it would write")
    func order() throws {
        let fresh = try golden("fresh")
        let state = try parsed(fresh).durable
        let written = String(decoding: ConfigurationDocument([]).rewritten(state), as: UTF8.self)
        // It quotes this one address always, and keeps the letter case of a renamed command.
        let expected =
            fresh.replacing("\"127.0.0.1\"", with: "127.0.0.1").replacing("BAZ", with: "baz").replacing("FOO", with: "foo")
            .split(separator: "\n").filter { $0.hasPrefix("sentinel") || $0.hasPrefix("# Gen") }.joined(separator: "\n") + "\n"
        #expect(written == expected)
    }

    @Test("The first rewrite adds below what was there, and leaves that alone")
    func firstRewrite() throws {
        let original = """
            # my sentinel
            dir ./data

              SENTINEL   Monitor cache 10.0.0.1 6379 2 \r
            sentinel down-after-milliseconds cache 030000
            \tsave "" # odd but harmless
            sentinel deny-scripts-reconfig YES
            # the end
            """.replacing("\tsave \"\" # odd but harmless", with: "\tlogfile \"\"")
        let id = try id("a")
        let text = try rewritten(original) { $0.identity = id }
        #expect(
            text == original + """


                # Generated by CONFIG REWRITE
                sentinel myid \(id)
                sentinel config-epoch cache 0
                sentinel leader-epoch cache 0
                sentinel current-epoch 0

                """)
        #expect(try rewritten(text) == text)
    }

    @Test("A file that says all already is not touched, with or without a last newline")
    func untouched() throws {
        #expect(try rewritten(settled) == settled)
        #expect(try rewritten(String(settled.dropLast())) == String(settled.dropLast()))
    }

    @Test("A changed line is replaced where it stands, of the group that it is about")
    func replacedInPlace() throws {
        let text = """
            sentinel myid aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            # first
            sentinel monitor one 10.0.0.1 6379 2
            sentinel auth-pass one secret
            # second
            sentinel monitor two 10.0.0.2 6379 2
            sentinel auth-pass two secret
            sentinel config-epoch one 0
            sentinel config-epoch two 0
            sentinel leader-epoch one 0
            sentinel leader-epoch two 0
            sentinel current-epoch 0

            """
        let changed = try rewritten(text) {
            $0.apply(.configured(GroupName("two"), primary: Endpoint(host: "10.0.0.9", port: 6380), epoch: Epoch(4)))
            $0.groups[GroupName("two")]?.settings.credentials.password = "new \"one\""
        }
        let expected = text.replacing("two 10.0.0.2 6379", with: "two 10.0.0.9 6380")
            .replacing("config-epoch two 0", with: "config-epoch two 4").replacing("two secret", with: #"two "new \"one\"""#)
        #expect(changed == expected)
    }

    @Test("A removed group takes its lines along, and no comment")
    func removedGroup() throws {
        let text = settled + "sentinel known-replica cache 10.0.0.2 6379\nsentinel auth-pass cache x\n# tail\n"
        #expect(
            try rewritten(text) { $0.groups = [:] } == """
                # watches the cache
                port 7000
                sentinel myid aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
                sentinel current-epoch 1
                # tail

                """)
    }

    @Test("Members that come and go use each other's lines; lines that stay do not move")
    func members() throws {
        let text =
            settled + """
                sentinel known-replica cache 10.0.0.2 6379
                sentinel known-slave cache 10.0.0.3 6379
                sentinel known-replica cache 10.0.0.4 6379

                """
        let changed = try rewritten(text) {
            $0.apply(.replicaRemoved(cache, Endpoint(host: "10.0.0.2", port: 6379)))
            $0.apply(.replicaRemoved(cache, Endpoint(host: "10.0.0.4", port: 6379)))
            $0.apply(.replicaAdded(cache, Endpoint(host: "10.0.0.5", port: 6379)))
        }
        #expect(changed == settled + "sentinel known-replica cache 10.0.0.5 6379\nsentinel known-slave cache 10.0.0.3 6379\n")
    }

    @Test("A replica that has just become the primary is not written as both")
    func promoted() throws {
        let text = settled + "sentinel known-replica cache 10.0.0.2 6379\n"
        let changed = try rewritten(text) {
            $0.apply(.configured(cache, primary: Endpoint(host: "10.0.0.2", port: 6379), epoch: Epoch(1)))
        }
        #expect(changed == settled.replacing("10.0.0.1", with: "10.0.0.2"))
    }

    @Test("A default gets no line, but keeps the one that is there; what was cleared loses its line")
    func defaults() throws {
        let text = settled + "sentinel down-after-milliseconds cache 5\nsentinel auth-user cache me\nsentinel resolve-hostnames yes\n"
        let changed = try rewritten(text) {
            $0.groups[cache]?.settings.downAfter = GroupSettings.defaultDownAfter
            $0.groups[cache]?.settings.credentials.user = nil
            $0.settings.resolveHostnames = false
        }
        #expect(changed == settled + "sentinel down-after-milliseconds cache 30000\nsentinel resolve-hostnames no\n")
    }

    private static let ours = ["crash-down-after-milliseconds", "switchover-timeout", "election-retry", "empty-primary-guard"]

    @Test("What redis-sentinel does not know stands in the file only where it is used")
    func ours() throws {
        #expect(try !Self.ours.contains(where: rewritten(settled).contains))
        var fresh = DurableState()
        fresh.groups[cache] = DurableGroup(settings: GroupSettings(quorum: 2), primary: Endpoint(host: "10.0.0.1", port: 6379))
        let bare = String(decoding: ConfigurationDocument([]).rewritten(fresh), as: UTF8.self)
        #expect(!Self.ours.contains(where: bare.contains))
        let used = try rewritten(settled) {
            $0.groups[cache]?.settings.crashDownAfter = .zero
            $0.groups[cache]?.settings.switchoverTimeout = .milliseconds(750)
            $0.groups[cache]?.settings.electionRetry = ElectionRetry(atLeast: .milliseconds(100), atMost: .milliseconds(501))
            $0.groups[cache]?.settings.guardsAgainstEmptyPrimary = false
        }
        #expect(
            used == settled + """

                # Generated by CONFIG REWRITE
                sentinel crash-down-after-milliseconds cache 0
                sentinel switchover-timeout cache 750
                sentinel election-retry cache 100 501
                sentinel empty-primary-guard cache no

                """)
        let settings = try #require(try parsed(used).durable.groups[cache]).settings
        #expect(settings.crashDownAfter == .zero)
        #expect(settings.switchoverTimeout == .milliseconds(750))
        #expect(settings.electionRetry.atMost == .milliseconds(501))
        #expect(!settings.guardsAgainstEmptyPrimary)
        // Written in another way, they say the same and stay.
        let odd = used.replacing("cache 750", with: "cache 0750").replacing("guard cache no", with: "guard cache No")
        #expect(try rewritten(odd) == odd)
        let back = try rewritten(used) { $0.groups[cache]?.settings = GroupSettings(quorum: 2) }
        #expect(back.contains("sentinel election-retry cache 100 500\n"))
        #expect(back.contains("sentinel empty-primary-guard cache yes\n"))
    }

    @Test("Surplus lines of the same kind are taken out")
    func surplus() throws {
        let text = settled + "sentinel current-epoch 1\nsentinel current-epoch 3\n"
        #expect(try rewritten(text) == settled.replacing("sentinel current-epoch 1\n", with: "") + "sentinel current-epoch 3\n")
        #expect(try rewritten(settled + "sentinel known-sentinel cache 10.0.0.3 1\n") == settled)
    }

    @Test("The mark above additions is written once only")
    func mark() throws {
        let once = try rewritten(settled) { $0.apply(.replicaAdded(cache, Endpoint(host: "10.0.0.2", port: 6379))) }
        let twice = try rewritten(once) { $0.apply(.replicaAdded(cache, Endpoint(host: "10.0.0.3", port: 6379))) }
        #expect(
            twice == settled + """

                # Generated by CONFIG REWRITE
                sentinel known-replica cache 10.0.0.2 6379
                sentinel known-replica cache 10.0.0.3 6379

                """)
    }

    @Test("Names and values with anything in them survive the file")
    func oddValues() throws {
        var state = DurableState()
        let name = GroupName("my \"cache\" \\ 'x'\n#")
        var group = DurableGroup(settings: GroupSettings(quorum: 1), primary: Endpoint(host: "::1", port: 1))
        group.settings.credentials = Credentials(user: "späß", password: "\t \u{1}\u{7f}'\"\\")
        group.settings.renamedCommands = ["config": "", "slaveof": "a b"]
        state.groups[name] = group
        let text = ConfigurationDocument([]).rewritten(state)
        #expect(try Configuration.parse(text, file: "x").durable == state)
    }

    @Test("The log level and the access lines are written when given, and left alone when not")
    func liveValues() throws {
        let text = settled + "loglevel debug\nrequirepass old\nuser default on\nuser bob off\n"
        #expect(try rewritten(text) == text)
        #expect(try rewritten(text, logLevel: .debug) == text)
        let changed = try rewritten(text, logLevel: .warning, accessLines: ["user default on", "user \"al ice\" on ~*", "requirepass new"])
        #expect(
            changed == settled + """
                loglevel warning
                requirepass new
                user default on

                # Generated by CONFIG REWRITE
                user "al ice" on ~*

                """)
        #expect(
            try rewritten(changed, accessLines: ["user default on"]) == settled + """
                loglevel warning
                requirepass new
                user default on

                # Generated by CONFIG REWRITE

                """)
        #expect(try rewritten(settled, logLevel: .notice) == settled)
    }

    @Test("What an included file says is not repeated; what changed since is")
    func included() throws {
        let common = "sentinel monitor cache 10.0.0.1 6379 2\nsentinel parallel-syncs cache 4\nsentinel known-replica cache 10.0.0.2 6379\n"
        let main = "include common.conf\n"
        let read: IncludeReader = { .success([IncludedFile(path: $0, bytes: Array(common.utf8))]) }
        let configuration = try parsed(main, includes: read)
        var state = configuration.durable
        let additions = "\n# Generated by CONFIG REWRITE\n"
        let epochs = "sentinel config-epoch cache 0\nsentinel leader-epoch cache 0\n"
        #expect(
            String(decoding: configuration.document.rewritten(state), as: UTF8.self)
                == main + additions + epochs + "sentinel current-epoch 0\n")
        state.apply(.configured(cache, primary: Endpoint(host: "10.0.0.2", port: 6379), epoch: Epoch(0)))
        state.groups[cache]?.replicas = [Endpoint(host: "10.0.0.1", port: 6379)]
        state.groups[cache]?.settings.parallelSyncs = 1
        let text = configuration.document.rewritten(state)
        #expect(
            String(decoding: text, as: UTF8.self)
                == main + additions + "sentinel monitor cache 10.0.0.2 6379 2\nsentinel parallel-syncs cache 1\n" + epochs
                + "sentinel known-replica cache 10.0.0.1 6379\nsentinel current-epoch 0\n")
        #expect(try Configuration.parse(text, file: "x", includes: read).durable == state)
    }

    @Test("Bytes that are not UTF-8 stay where they are, in comments and in lines that are not ours")
    func bytes() throws {
        let text = [0x23, 0xe9, 0x0a] + Array("requirepass \"\\xe9\"\n".utf8) + [0x23, 0xff]
        let configuration = try Configuration.parse(text, file: "x")
        #expect(configuration.access.requirepass == [0xe9])
        #expect(configuration.document.rewritten(configuration.durable).starts(with: text))
    }

    @Test("A file that was edited meanwhile keeps its new comments; a line that cannot be read is kept too")
    func replacedText() throws {
        let configuration = try parsed(settled)
        let edited = "# new\nsentinel auth-pass \"cache\n" + settled
        #expect(
            configuration.document.replacingText(Array(edited.utf8)).rewritten(configuration.durable) == Array(edited.utf8))
    }
}

import ArgumentParser
import Testing

@testable import PicketOperator
@testable import picket

@Suite("The command line")
struct VerbTests {
    /// Each verb with all of its words.
    private static let verbs: [(type: any ParsableCommand.Type, words: [String])] = [
        (StatusCommand.self, ["status"]), (TopologyCommand.self, ["topology"]), (ListCommand.self, ["list"]),
        (WatchCommand.self, ["watch"]),
        (ExplainCommand.self, ["explain"]), (CheckCommand.self, ["check"]), (HistoryCommand.self, ["history"]),
        (EventsCommand.self, ["events"]),
        (SwitchoverCommand.self, ["switchover"]), (FailoverCommand.self, ["failover"]), (PauseCommand.self, ["pause"]),
        (ResumeCommand.self, ["resume"]),
        (MaintenanceCommand.self, ["maintenance"]), (ForgetCommand.self, ["forget"]), (MonitorCommand.self, ["monitor"]),
        (RemoveCommand.self, ["remove"]),
        (SetCommand.self, ["set"]), (ConfigCommand.self, ["config"]), (ConfigGetCommand.self, ["config", "get"]),
        (ConfigSetCommand.self, ["config", "set"]),
        (LabCommand.self, ["lab"]), (LabUpCommand.self, ["lab", "up"]), (LabDownCommand.self, ["lab", "down"]),
        (LabStatusCommand.self, ["lab", "status"]),
        (LabKillCommand.self, ["lab", "kill"]), (LabFreezeCommand.self, ["lab", "freeze"]), (LabThawCommand.self, ["lab", "thaw"]),
        (LabRestartCommand.self, ["lab", "restart"]), (LabCutCommand.self, ["lab", "cut"]), (LabHealCommand.self, ["lab", "heal"]),
        (DemoCommand.self, ["lab", "demo"]), (LabRelayCommand.self, ["lab", "relay"]), (VersionCommand.self, ["version"]),
        (CompletionCommand.self, ["completion"]),
    ]

    private static func all(_ root: any ParsableCommand.Type, _ words: [String] = []) -> [(type: any ParsableCommand.Type, words: [String])]
    {
        root.configuration.subcommands.flatMap { verb -> [(type: any ParsableCommand.Type, words: [String])] in
            let path = words + [verb.configuration.commandName ?? "?"]
            return [(verb, path)] + all(verb, path)
        }
    }

    @Test("every verb has the name that it is meant to have, and there is no other")
    func names() {
        let expected = Self.verbs.map { "\($0.type) \($0.words.joined(separator: " "))" }
        let found = Self.all(Picket.self).map { "\($0.type) \($0.words.joined(separator: " "))" }
        #expect(Set(found) == Set(expected))
        #expect(found.count == expected.count)
    }

    @Test("every verb has an abstract, and an example in its help", arguments: verbs.map(\.words))
    func examples(words: [String]) throws {
        let verb = try #require(Self.verbs.first { $0.words == words })
        #expect(!verb.type.configuration.abstract.isEmpty)
        #expect(Picket.helpMessage(for: verb.type).contains("Example: picket \(words.joined(separator: " "))") || words == ["lab"])
        #expect(Picket.helpMessage(for: verb.type).contains("Example: picket "))
    }

    @Test("the examples in the help are understood", arguments: verbs.map(\.words))
    func examplesParse(words: [String]) throws {
        let verb = try #require(Self.verbs.first { $0.words == words })
        let lines = verb.type.configuration.discussion.split(separator: "\n").map { $0.trimmed.replacing("Example: ", with: "") }
        for line in lines where line.hasPrefix("picket ") {
            // What the shell would make of it, as far as the examples need it.
            let command = line.split(separator: " | ")[0].split(separator: " && ")[0].split(separator: " > ")[0]
            var parts: [String] = []
            for (index, piece) in command.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
                parts += index.isMultiple(of: 2) ? piece.split(separator: " ").map(String.init) : [String(piece)]
            }
            #expect(throws: Never.self, "\(line)") { try Picket.parseAsRoot(Array(parts.dropFirst())) }
        }
    }

    @Test("words and options arrive where they belong")
    func parsing() throws {
        func parse<Verb: ParsableCommand>(_ line: String, as type: Verb.Type) throws -> Verb {
            try #require(try Picket.parseAsRoot(line.split(separator: " ").map(String.init)) as? Verb)
        }
        let status = try parse(
            "status -o json --sentinels a:1,b:2 --user me --no-redis --no-discover --zone a=x --zone b=y --ask-timeout 500ms",
            as: StatusCommand.self)
        #expect(status.output.output == .json)
        let sources = try status.whom.sources
        #expect(sources.sentinels == "a:1,b:2" && sources.user == "me" && !sources.asksRedis && !sources.discovers)
        #expect(sources.zones == ["a=x", "b=y"] && sources.answerLimit == .milliseconds(500))
        #expect(sources.tls == nil)
        let secure = try parse("status --tls --cacert /ca --cert /c --key /k --sni n --insecure --no-redis-tls", as: StatusCommand.self)
        #expect(try secure.whom.sources.tls?.authorityFile == "/ca" && secure.whom.sources.tls?.verifies == false)
        #expect(try secure.whom.sources.usesRedisTLS == false)
        #expect(try parse("topology orders", as: TopologyCommand.self).group == "orders")
        #expect(try parse("topology", as: TopologyCommand.self).group == nil)
        #expect(try parse("check orders --strict", as: CheckCommand.self).strict)
        let failover = try parse("failover orders --to 10.0.0.2:6379 --force --yes --timeout 5s", as: FailoverCommand.self)
        #expect(failover.force && failover.switching.consent.yes && failover.switching.timeout.duration == .seconds(5))
        #expect(failover.switching.to == Address(host: "10.0.0.2", port: 6_379))
        #expect(try parse("switchover orders --dry-run", as: SwitchoverCommand.self).switching.consent.dryRun)
        let pause = try parse("pause orders --for 2h --reason kernel", as: PauseCommand.self)
        #expect(pause.span.duration == .seconds(7_200) && pause.reason == "kernel")
        #expect(try parse("pause orders", as: PauseCommand.self).span.duration == .seconds(1_800))
        let maintenance = try parse("maintenance 10.0.0.2:6379 off --group orders", as: MaintenanceCommand.self)
        #expect(maintenance.change == .off && maintenance.group == "orders")
        #expect(try parse("forget orders abcd", as: ForgetCommand.self).target == "abcd")
        #expect(try parse("set orders quorum 2 down-after-milliseconds 5000", as: SetCommand.self).settings.count == 4)
        #expect(try parse("config get", as: ConfigGetCommand.self).patterns == ["*"])
        #expect(try parse("monitor orders 10.0.0.1:6379 2", as: MonitorCommand.self).quorum == 2)
        #expect(try parse("events -f --only +sdown --only -sdown --raw", as: EventsCommand.self).only == ["+sdown", "-sdown"])
        #expect(
            try parse("lab up --supervisor redis-sentinel --groups 2 --replicas 1 --monitors 5 --mixed 2 --cuttable", as: LabUpCommand.self)
                .mixed == 2)
        #expect(try parse("lab kill primary --dir /x", as: LabKillCommand.self).target.lab.dir == "/x")
    }

    @Test(
        "what cannot be meant ends with status 2, before anybody is asked",
        arguments: [
            "frobnicate", "status --bogus", "status -o xml", "topology a b", "pause", "pause orders --for 8d", "pause orders --for 0s",
            "pause orders --for soon",
            "maintenance nowhere on", "maintenance 10.0.0.1:6379 perhaps", "failover orders --to nowhere", "failover orders --timeout 0s",
            "monitor orders 10.0.0.1:6379 0",
            "monitor a,b 10.0.0.1:6379 1", "monitor orders 10.0.0.1 1", "events", "set orders", "config set loglevel", "config",
            "lab up --monitors 0", "lab up --groups a,a",
            "lab up --groups 99", "lab up --mixed 4", "lab up --quorum 4", "watch --interval 1ms", "completion tcsh",
            "status --sentinels h:x", "status --context",
            "status --sentinels h:1 --zone nowhere", "status --sentinels h:1 --user me",
            "status --sentinels h:1 --password-file /nonexistent/file",
            "status --sentinels h:1 --cacert /nonexistent/file", "set orders auth-pass hunter2 --sentinels h:1",
            "config set sentinel-pass hunter2 --sentinels h:1",
            "lab status --dir /nonexistent/lab", "lab kill primary --dir /nonexistent/lab",
        ])
    func usage(line: String) async {
        #expect(await Program.run(line.split(separator: " ").map(String.init)) == (line == "config" ? 0 : 2))
    }

    @Test(
        "where nobody answers the status is 4",
        arguments: ["status", "topology orders", "explain", "switchover orders --yes", "pause orders", "set orders quorum 2", "events -f"])
    func nobody(line: String) async {
        // Port 1 of this machine: nobody listens there.
        #expect(await Program.run(line.split(separator: " ").map(String.init) + ["--sentinels", "127.0.0.1:1"]) == 4)
    }

    @Test(
        "help and versions are no failures",
        arguments: ["--help", "--version", "status --help", "help lab up", "version --client", "completion bash"])
    func help(line: String) async { #expect(await Program.run(line.split(separator: " ").map(String.init)) == 0) }
}

import ArgumentParser
import Glibc
import PicketLab

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "What clients get out of one monitor, and what that costs it.",
        discussion: """
            Three monitors of each supervisor in turn watch a small make-believe fleet on 127.0.0.1. One of them is asked for addresses as fast \
            as it answers; has subscribers that are told of a switch; and is asked in a storm while primaries freeze.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("What is measured: \(Choice<QueryBench.Part>.all); several with commas.", valueName: "parts"))
    var parts = Choice<QueryBench.Part>(argument: "all")!

    @Option(help: ArgumentHelp("Runs of each supervisor.", valueName: "n"))
    var runs = 3

    @Option(help: ArgumentHelp("Connections that ask.", valueName: "n"))
    var connections = 50

    @Option(help: ArgumentHelp("How long each way to ask is measured.", valueName: "s"))
    var seconds = 5.0

    @Option(help: ArgumentHelp("How many subscribers there are.", valueName: "n"))
    var subscribers = 2_000

    @Option(help: ArgumentHelp("Queries a second of the storm.", valueName: "n"))
    var stormRate = 100_000

    @Option(help: ArgumentHelp("Primaries that freeze without a storm, and as many within one.", valueName: "n"))
    var stormTrials = 5

    @Option(help: ArgumentHelp("How long a primary must be silent to be held down.", valueName: "ms"))
    var downAfter = 1_000

    func validate() throws {
        guard (1...100).contains(runs) else { throw ValidationError("--runs takes 1 to 100, not \(runs).") }
        guard (1...1_000).contains(connections) else { throw ValidationError("--connections takes 1 to 1000, not \(connections).") }
        guard (0.1...600).contains(seconds) else { throw ValidationError("--seconds takes 0.1 to 600, not \(seconds).") }
        guard (1...10_000).contains(subscribers) else { throw ValidationError("--subscribers takes 1 to 10000, not \(subscribers).") }
        guard (100...10_000_000).contains(stormRate) else { throw ValidationError("--storm-rate takes 100 to 10000000, not \(stormRate).") }
        guard (1...100).contains(stormTrials) else { throw ValidationError("--storm-trials takes 1 to 100, not \(stormTrials).") }
        guard (1...60_000).contains(downAfter) else {
            throw ValidationError("--down-after takes milliseconds from 1 to 60000, not \(downAfter).")
        }
    }

    func run() async throws {
        var bench = QueryBench(parts: parts.values, supervisors: common.supervisors, runs: runs, program: Executables.ownPath)
        bench.connections = connections
        bench.seconds = seconds
        bench.subscribers = subscribers
        bench.stormRate = stormRate
        bench.stormTrials = stormTrials
        bench.downAfter = .milliseconds(downAfter)
        bench.executables = common.executables
        try await Console.run("query") { [bench, common, runs] in
            try bench.checkPrograms()
            let report = try await bench.run { report in
                try common.write(report)
                guard let last = report.results.last else { return }
                Console.tell("\(last.number)/\(runs) \(last.supervisor.rawValue): \(last.summary)")
            }
            try common.write(report)
            print(common.markdown ? report.markdown : report.text, terminator: "")
        }
    }
}

/// The client that asks, as a process of its own.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load", abstract: "Asks for addresses.", shouldDisplay: false)

    @Option var port: Int
    @Option(help: "Divided by commas.") var groups: String
    @Option var connections = 50
    @Option var pipeline = 1
    @Option var seconds = 5.0
    @Option(help: "Queries a second; as many as are answered, if it is not said.") var rate: Int?

    func validate() throws {
        guard (1...65_535).contains(port), !groups.isEmpty, (1...10_000).contains(connections), (1...1_000).contains(pipeline),
            (0.1...3_600).contains(seconds), rate ?? 1 > 0
        else { throw ValidationError("A figure is out of range.") }
    }

    func run() throws {
        // What was measured until then is told.
        signal(SIGTERM) { _ in LoadClient.stop() }
        let client = try LoadClient(
            .init(
                port: port, groups: groups.split(separator: ",").map(String.init), connections: connections, pipeline: pipeline,
                seconds: seconds, rate: rate))
        print(try client.run())
    }
}

/// The subscribers, as a process of its own.
struct ListenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "listen", abstract: "Subscribes often.", shouldDisplay: false)

    @Option var port: Int
    @Option var subscribers = 2_000
    @Option var channel = "+switch-master"
    @Option(help: "Seconds.") var limit = 60.0

    func validate() throws {
        guard (1...65_535).contains(port), (1...19_000).contains(subscribers), (0.1...3_600).contains(limit) else {
            throw ValidationError("A figure is out of range.")
        }
    }

    func run() throws {
        let clients = try ListeningClients(.init(port: port, subscribers: subscribers, channel: channel, limit: limit))
        print(
            try clients.run {
                print("ready")
                fflush(nil)
            })
    }
}

import ArgumentParser
import PicketLab

/// Several of an enumeration's values, divided by commas; or all.
struct Choice<Value: CaseIterable & RawRepresentable & Sendable>: ExpressibleByArgument, Sendable where Value.RawValue == String {
    let values: [Value]

    init?(argument: String) {
        if argument == "all" {
            values = Array(Value.allCases)
            return
        }
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        let found = words.compactMap { Value(rawValue: String($0)) }
        guard found.count == words.count else { return nil }
        values = found
    }

    var defaultValueDescription: String { values.map(\.rawValue).joined(separator: ",") }

    static var all: String { (Value.allCases.map(\.rawValue) + ["all"]).joined(separator: ", ") }
}

struct FailoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failover", abstract: "How long clients are without a primary, and what they lose.",
        discussion: """
            For each trial a primary, two replicas and three monitors are started afresh on 127.0.0.1; a client writes each millisecond \
            while the primary comes to harm. picketd and the other one take turns. Everything is ended afterwards, and on Ctrl-C.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("What happens: \(Choice<FailoverFault>.all); several with commas.", valueName: "faults"))
    var fault = Choice<FailoverFault>(argument: "kill")!

    @Option(help: ArgumentHelp("Trials of each fault and supervisor.", valueName: "n"))
    var trials = 5

    @Option(help: ArgumentHelp("How long the primary must be silent to be held down.", valueName: "ms"))
    var downAfter = 1_000

    @Option(help: ArgumentHelp("The failover-timeout of both.", valueName: "ms"))
    var failoverTimeout = 10_000

    @Option(help: ArgumentHelp("How long a trial waits for what is to happen.", valueName: "s"))
    var limit = 60

    @Option(help: ArgumentHelp("How many of picketd's three monitors are redis-sentinels: a mixed quorum.", valueName: "n"))
    var mixed = 0

    @Flag(help: "Leave the logs and configurations of every trial where they are.")
    var keepFiles = false

    func validate() throws {
        guard (1...10_000).contains(trials) else { throw ValidationError("--trials takes 1 to 10000, not \(trials).") }
        guard (1...3_600_000).contains(downAfter) else {
            throw ValidationError("--down-after takes milliseconds from 1 to 3600000, not \(downAfter).")
        }
        guard (1...3_600_000).contains(failoverTimeout) else {
            throw ValidationError("--failover-timeout takes milliseconds from 1 to 3600000, not \(failoverTimeout).")
        }
        guard (0...2).contains(mixed) else { throw ValidationError("--mixed takes 0, 1 or 2, not \(mixed).") }
        guard (1...3_600).contains(limit) else { throw ValidationError("--limit takes seconds from 1 to 3600, not \(limit).") }
    }

    func run() async throws {
        var bench = FailoverBench(faults: fault.values, supervisors: common.supervisors, trials: trials)
        bench.downAfter = .milliseconds(downAfter)
        bench.failoverTimeout = .milliseconds(failoverTimeout)
        bench.limit = .seconds(limit)
        bench.executables = common.executables
        bench.keepsFiles = keepFiles
        bench.stockMonitors = mixed
        try await Console.run("failover") { [bench, common, trials] in
            try bench.checkPrograms()
            let report = try await bench.run { report in
                try common.write(report)
                guard let last = report.results.last else { return }
                Console.tell("\(last.fault.rawValue) \(last.number)/\(trials) \(last.supervisor.rawValue): \(last.summary)")
            }
            try common.write(report)
            print(common.markdown ? report.markdown : report.text, terminator: "")
        }
    }
}

import ArgumentParser
@preconcurrency import Glibc
import PicketCore
import PicketInvariants
import PicketSimulator

enum Output {
    /// So that what was found is seen at once, through a pipe too.
    static func lineByLine() { setlinebuf(stdout) }
}

@main
struct PicketSim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picket-sim", abstract: "Runs whole deployments in virtual time and checks that their invariants hold.",
        subcommands: [
            RunCommand.self, ReplayCommand.self, ShrinkCommand.self, ScenarioCommand.self, CoverageCommand.self, AuditCommand.self,
            InvariantsCommand.self, MutationsCommand.self,
        ])
}

/// What all runs of seeds need to know.
struct PlanOptions: ParsableArguments {
    @Option(help: "Simulated minutes of each run.")
    var minutes = 10
    @Option(help: "Kinds of faults, separated by commas: \(FaultFamily.allCases.map(\.rawValue).joined(separator: ", ")).")
    var faults: String?
    @Flag(help: "Only pickets, no look-alikes of redis-sentinel.")
    var noStock = false
    @Option(help: "Break the core in this way, where the build can.")
    var mutation: String?

    func plan(_ seed: UInt64) throws -> Plan {
        var families = FaultFamily.usual
        if let faults {
            families = try faults.split(separator: ",").map { word in
                guard let family = FaultFamily(rawValue: String(word)) else {
                    throw ValidationError("There is no kind of faults called '\(word)'.")
                }
                return family
            }
        }
        var plan = Plan(seed: seed, minutes: minutes, families: families)
        if noStock { plan.shape.stockCount = 0 }
        plan.mutation = try chosenMutation()
        return plan
    }

    private func chosenMutation() throws -> Mutation? {
        guard let mutation else { return nil }
        guard Run.canMutate else { throw ValidationError(MutationsCommand.howToBuild) }
        guard let chosen = Mutation(rawValue: mutation) else { throw ValidationError("There is no mutation '\(mutation)'.") }
        return chosen
    }

    /// The options that repeat a run, beside its seed.
    var words: String {
        "--minutes \(minutes)" + (faults.map { " --faults \($0)" } ?? "") + (noStock ? " --no-stock" : "")
            + (mutation.map { " --mutation \($0)" } ?? "")
    }
}

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Runs one seed again and prints everything that happens.")
    @Argument(help: "The seed.") var seed: UInt64
    @OptionGroup var options: PlanOptions

    func run() throws {
        let plan = try options.plan(seed)
        print("\(plan.shape)")
        for fault in plan.faults { print(fault) }
        Output.lineByLine()
        let run = Run(plan, traces: true)
        for line in run.trace { print(line) }
        for violation in run.violations { print("VIOLATION \(violation)") }
        print(
            "events \(run.eventCount), digest \(String(run.digest, radix: 16)), converged after \(run.figures.longestConvergence / 1000) ms"
        )
        if !run.violations.isEmpty { throw ExitCode(1) }
    }
}

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Runs many seeds, on all processors.")
    @Option(help: "How many seeds.") var seeds = 100
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "Runs at the same time.") var jobs = 2
    @OptionGroup var options: PlanOptions

    func run() async throws {
        Output.lineByLine()
        let clock = ContinuousClock()
        let start = clock.now
        var figures = Figures()
        var coverage = Coverage()
        var events = 0
        var failures = 0
        try await withThrowingTaskGroup(of: [Run].self) { group in
            for job in 0..<jobs {
                group.addTask {
                    var runs: [Run] = []
                    for number in stride(from: job, to: seeds, by: jobs) {
                        let run = Run(try options.plan(from + UInt64(number)))
                        if let violation = run.violations.first {
                            print("seed \(run.plan.seed): \(violation)\n    picket-sim replay \(run.plan.seed) \(options.words)")
                        }
                        runs.append(run)
                    }
                    return runs
                }
            }
            for try await runs in group {
                for run in runs {
                    figures.merge(run.figures)
                    coverage.merge(run.coverage)
                    events += run.eventCount
                    if !run.violations.isEmpty { failures += 1 }
                }
            }
        }
        let elapsed = clock.now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let hours = Double(seeds * options.minutes) / 60
        print("\(seeds) seeds, \(failures) with violations; \(hours) simulated hours in \(seconds) s: \(hours / seconds) hours per second")
        let processorSeconds = Double(Glibc.clock()) / Double(CLOCKS_PER_SEC)
        print("\(processorSeconds) s of processor time: \(hours / processorSeconds) simulated hours per second of one processor")
        print("\(events) events, \(Double(events) / seconds) per second; \(figures)")
        let missing = coverage.missing
        print(missing.isEmpty ? "all notices and edges reached" : "not reached: \(missing.joined(separator: ", "))")
        if failures > 0 { throw ExitCode(1) }
    }
}

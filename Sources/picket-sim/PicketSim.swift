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
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs many seeds, on all processors. Ends with status 1 where an invariant did not hold.")
    @Option(help: "How many seeds.") var seeds = 100
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "Runs at the same time; by default as many as there are processors.") var jobs: Int?
    @Flag(help: "Print the digest of each run.") var digests = false
    @OptionGroup var options: PlanOptions

    func validate() throws {
        guard seeds > 0 else { throw ValidationError("At least one seed has to run.") }
        if let jobs, jobs < 1 { throw ValidationError("At least one run has to be under way.") }
    }

    func run() async throws {
        Output.lineByLine()
        let start = ContinuousClock.now
        var tally = Tally()
        try await withThrowingTaskGroup(of: (number: Int, run: Run).self) { group in
            var next = 0
            func startNext() {
                guard next < seeds else { return }
                let number = next
                next += 1
                group.addTask { (number, Run(try options.plan(from + UInt64(number)))) }
            }
            for _ in 0..<(jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) { startNext() }
            // Told in the order of the seeds, so that the output is the same whatever takes how long.
            var early: [Int: Run] = [:]
            while let finished = try await group.next() {
                startNext()
                early[finished.number] = finished.run
                while let run = early.removeValue(forKey: tally.runs) { tell(run, &tally) }
            }
        }
        tell(tally, after: ContinuousClock.now - start)
        if tally.failures > 0 { throw ExitCode(1) }
    }

    /// What all runs together come to.
    private struct Tally {
        var runs = 0
        var failures = 0
        var events = 0
        var figures = Figures()
        var coverage = Coverage()
    }

    private func tell(_ run: Run, _ tally: inout Tally) {
        tally.runs += 1
        tally.events += run.eventCount
        tally.figures.merge(run.figures)
        tally.coverage.merge(run.coverage)
        if digests { print("seed \(run.plan.seed): digest \(String(run.digest, radix: 16)), \(run.eventCount) events") }
        guard let violation = run.violations.first else { return }
        tally.failures += 1
        print("seed \(run.plan.seed): \(violation)\n    picket-sim replay \(run.plan.seed) \(options.words)")
    }

    private func tell(_ tally: Tally, after elapsed: Duration) {
        let hours = Double(seeds * options.minutes) / 60
        let seconds = elapsed / .seconds(1)
        let processorSeconds = Double(Glibc.clock()) / Double(CLOCKS_PER_SEC)
        print("\(seeds) seeds, \(tally.failures) with violations")
        print("\(hours) simulated hours in \(seconds) s, \(hours / seconds) per second")
        print("\(processorSeconds) s of processor time, \(hours / processorSeconds) simulated hours per second of one processor")
        print("\(tally.events) events; \(tally.figures)")
        let missing = tally.coverage.missing
        print(missing.isEmpty ? "all notices and edges reached" : "not reached: \(missing.joined(separator: ", "))")
    }
}

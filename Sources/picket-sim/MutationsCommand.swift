import ArgumentParser
import PicketCore
import PicketInvariants
import PicketSimulator

struct MutationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mutations", abstract: "Breaks the core in one way after the other, and demands that the invariants see it.")
    @Option(help: "How many seeds to spend on each, instead of its own bound.") var seeds: Int?
    @Option(help: "Runs at the same time.") var jobs = 2
    @Argument(help: "Which ones; all where none is named.") var names: [String] = []

    static let howToBuild =
        "The core of this build cannot be broken. One that can: "
        + "swift build -c release --traits Mutations --scratch-path .build-mutations --product picket-sim"

    func run() async throws {
        guard Run.canMutate else { throw ValidationError(Self.howToBuild) }
        Output.lineByLine()
        let chosen = try names.map { name in
            guard let mutation = Mutation(rawValue: name) else { throw ValidationError("There is no mutation '\(name)'.") }
            return mutation
        }
        var failures = 0
        for mutation in chosen.isEmpty ? Mutation.allCases : chosen where await !isCaught(mutation) { failures += 1 }
        print(failures == 0 ? "all are caught" : "\(failures) ARE NOT CAUGHT")
        if failures > 0 { throw ExitCode(1) }
    }

    private func isCaught(_ mutation: Mutation) async -> Bool {
        let trial = mutation.trial
        let clock = ContinuousClock()
        let start = clock.now
        var first: (seed: UInt64, violation: Violation)?
        let limit = UInt64(seeds ?? trial.bound)
        var next: UInt64 = 1
        while next <= limit, first == nil {
            let batch = next..<min(next + UInt64(jobs), limit + 1)
            next = batch.upperBound
            first = await withTaskGroup(of: (UInt64, Violation)?.self) { group in
                for seed in batch {
                    group.addTask { Run(trial.plan(seed, mutation)).violations.first.map { (seed, $0) } }
                }
                var found: [(UInt64, Violation)] = []
                for await one in group { if let one { found.append(one) } }
                return found.min { $0.0 < $1.0 }
            }
        }
        let elapsed = clock.now - start
        let time = "\((elapsed * 10).components.seconds / 10).\((elapsed * 10).components.seconds % 10) s"
        guard let first else {
            print("\(mutation.rawValue) | NOT CAUGHT in \(limit) seeds | \(time)")
            return false
        }
        let isMeant = trial.invariants.contains(first.violation.invariant)
        let replay = "replay \(first.seed) \(trial.words) --mutation \(mutation.rawValue)"
        print(
            "\(mutation.rawValue) | \(first.violation.invariant)\(isMeant ? "" : " (NOT THE ONE THAT IS MEANT)") | seed \(first.seed) of \(trial.bound) | \(time) | \(replay)"
        )
        return isMeant && first.seed <= UInt64(trial.bound)
    }
}

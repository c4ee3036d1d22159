import ArgumentParser
@preconcurrency import Glibc
import PicketCore
import PicketInvariants
import PicketSimulator

struct ShrinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shrink", abstract: "Leaves out faults of a failing seed until no more can go.")
    @Argument(help: "The seed.") var seed: UInt64
    @Option(help: "How many runs to spend.") var tries = 300
    @OptionGroup var options: PlanOptions

    func run() throws {
        Output.lineByLine()
        guard var shrinker = Shrinker(try options.plan(seed), limit: tries) else { throw ValidationError("Seed \(seed) does not fail.") }
        shrinker.shrink()
        print("\(shrinker.plan.shape)")
        for fault in shrinker.plan.faults { print(fault) }
        let run = Run(shrinker.plan, traces: true)
        for line in run.trace { print(line) }
        for violation in run.violations { print("VIOLATION \(violation)") }
        print("\(shrinker.plan.faults.count) faults are left after \(shrinker.tries) runs")
    }
}

struct ScenarioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario", abstract: "Plays stories from text files and compares their traces.")
    @Argument(help: "Files that end in .scenario; the trace of each stands beside it, in a file that ends in .golden.") var files: [String]
    @Flag(help: "Write the golden traces anew.") var rewrite = false
    @Flag(help: "Print the traces.") var show = false

    func run() throws {
        var failures = 0
        for file in files {
            do {
                try play(file)
            } catch let failure as Scenario.Failure {
                print("\(file): \(failure)")
                failures += 1
            } catch let failure as TextFile.Failure {
                print(failure)
                failures += 1
            }
        }
        print("\(files.count) scenarios, \(failures) failed")
        if failures > 0 { throw ExitCode(1) }
    }

    private func play(_ file: String) throws {
        let scenario = try Scenario(try TextFile.read(file))
        if show { for line in scenario.trace { print(line) } }
        let golden = (file.hasSuffix(".scenario") ? String(file.dropLast(9)) : file) + ".golden"
        let trace = scenario.trace.joined(separator: "\n") + "\n"
        if rewrite {
            try TextFile.write(trace, to: golden)
        } else if try TextFile.read(golden) != trace {
            throw TextFile.Failure(description: "\(file): the trace differs from \(golden); `--show` prints it, `--rewrite` accepts it")
        }
    }
}

struct CoverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage", abstract: "Tells which notices and which steps of a failover no seed and no scenario reached.")
    @Option(help: "How many seeds.") var seeds = 100
    @Argument(help: "Scenario files.") var files: [String] = []
    @OptionGroup var options: PlanOptions

    func run() throws {
        var coverage = Coverage()
        for seed in 0..<UInt64(max(0, seeds)) { coverage.merge(Run(try options.plan(seed + 1)).coverage) }
        for file in files { coverage.merge(try Scenario(try TextFile.read(file)).coverage) }
        for (what, count) in coverage.counts { print("\(count) \(what)") }
        let missing = coverage.missing
        print(missing.isEmpty ? "everything is reached" : "NOT REACHED: \(missing.joined(separator: ", "))")
        if !missing.isEmpty { throw ExitCode(1) }
    }
}

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Runs one seed in two processes; a difference means that something depends on more than the seed.")
    @Argument(help: "The seed.") var seed: UInt64 = 1
    @OptionGroup var options: PlanOptions

    func run() throws {
        let own = String(Run(try options.plan(seed)).digest, radix: 16)
        let command = "\(CommandLine.arguments[0]) replay \(seed) \(options.words)"
        guard let pipe = popen(command, "r") else { throw ValidationError("The second process cannot be started.") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
        pclose(pipe)
        let isEqual = String(decoding: output, as: UTF8.self).contains("digest \(own),")
        print(isEqual ? "equal: \(own)" : "DIFFERENT: \(own) is not what \(command) says")
        if !isEqual { throw ExitCode(1) }
    }
}

struct InvariantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "invariants", abstract: "Lists what is checked, and why.")
    func run() { for (name, reason) in InvariantSuite.catalogue { print("\(name)\n    \(reason)") } }
}

/// Whole files, as text.
enum TextFile {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func read(_ path: String) throws(Failure) -> String {
        guard let file = fopen(path, "r") else { throw Failure(description: "\(path) cannot be read: \(String(cString: strerror(errno)))") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func write(_ text: String, to path: String) throws(Failure) {
        guard let file = fopen(path, "w") else {
            throw Failure(description: "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        fwrite(text, 1, text.utf8.count, file)
    }
}

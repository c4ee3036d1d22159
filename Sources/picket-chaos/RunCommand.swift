import ArgumentParser
import Glibc
import PicketLab

enum Supervisor: String, CaseIterable, ExpressibleByArgument {
    case picket
    case redisSentinel = "redis-sentinel"
    case both

    var kinds: [MonitorKind] {
        switch self {
        case .picket: [.picketd]
        case .redisSentinel: [.redisSentinel]
        case .both: [.picketd, .redisSentinel]
        }
    }
}

extension ChaosSuite: ExpressibleByArgument {}

/// Names of faults, divided by commas.
struct FaultNames: ExpressibleByArgument, Sendable {
    let faults: [ChaosFault]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        let found = words.compactMap { ChaosFault.named(String($0)) }
        guard found.count == words.count else { return nil }
        faults = found
    }
}

struct ProgramOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The picketd to run. By default the one beside this program, else the one in PATH.", valueName: "path"))
    var picketd: String?

    @Flag(help: "Leave the logs and configurations of every run where they are.")
    var keepFiles = false

    var executables: Executables {
        var executables = Executables.find()
        if let picketd { executables.picketd = absolute(picketd) }
        return executables
    }

    static var relay: [String] { [Executables.ownPath, RelayCommand.name] }
}

/// Processes run in directories of their own.
func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return "\(String(cString: current))/\(path)"
}

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs faults, checks what clients saw, and writes a report.",
        discussion: """
            For each run a primary, replicas and monitors are started afresh on 127.0.0.1, clients write, and what the fault says is done. \
            Everything is ended afterwards, and on Ctrl-C. Status: 0 all checks passed; 1 one failed; 3 one could not be determined. Beside \
            picketd, redis-sentinel's failures are told and do not count.
            """)

    @Option(help: "ci, full or soak; picket-chaos list tells what is in each.")
    var suite = ChaosSuite.ci

    @Option(help: ArgumentHelp("Only these, with commas between; of any suite.", valueName: "faults"))
    var fault: FaultNames?

    @Option(help: ArgumentHelp("What moments and victims are drawn from; of several runs, the first one's.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: "picket, redis-sentinel or both, in turn.")
    var supervisor = Supervisor.picket

    @Option(help: ArgumentHelp("Runs of each fault and supervisor.", valueName: "n"))
    var runs = 1

    @Option(help: ArgumentHelp("Runs at the same time. More than one disturb each other's times.", valueName: "n"))
    var jobs = 1

    @Option(help: ArgumentHelp("How long a soak goes on; the last run ends later.", valueName: "n"))
    var minutes: Int?

    @Option(help: ArgumentHelp("Where report.html, report.json and junit.xml go.", valueName: "directory"))
    var out: String?

    @Flag(help: "Print the table as Markdown.")
    var markdown = false

    @OptionGroup var programs: ProgramOptions

    func validate() throws {
        guard (1...1_000).contains(runs) else { throw ValidationError("--runs takes 1 to 1000, not \(runs).") }
        guard (1...16).contains(jobs) else { throw ValidationError("--jobs takes 1 to 16, not \(jobs).") }
        if let minutes {
            guard suite == .soak else { throw ValidationError("--minutes is for --suite soak.") }
            guard (1...100_000).contains(minutes) else { throw ValidationError("--minutes takes 1 to 100000, not \(minutes).") }
        }
    }

    func run() async throws {
        try await Console.run("run") { [self] in
            let started = ContinuousClock.now
            var round: UInt64 = 0
            var verdict = ChaosVerdict.pass
            repeat {
                let report = try await campaign(seed: seed &+ round &* UInt64(runs))
                if report.verdict != .pass { verdict = verdict == .fail ? .fail : report.verdict }
                print(markdown ? report.markdown : report.text, terminator: "")
                round += 1
            } while suite == .soak && minutes.map { ContinuousClock.now - started < .seconds($0 * 60) } ?? true
            if let status = verdict.exitCode { throw Console.EndedWithStatus(status) }
        }
    }

    private func campaign(seed: UInt64) async throws -> ChaosReport {
        let faults = fault?.faults ?? suite.faults
        let campaign = ChaosCampaign(
            faults: faults, supervisors: supervisor.kinds, seed: seed, runs: runs, jobs: jobs, executables: programs.executables,
            relay: ProgramOptions.relay, keepsFiles: programs.keepFiles)
        try campaign.checkPrograms()
        let files = try out.map { try ReportFiles(directory: absolute($0), round: suite == .soak ? seed : nil) }
        let command = "picket-chaos " + CommandLine.arguments.dropFirst().joined(separator: " ")
        let live = LiveLine(runs: campaign.items.count)
        live.start()
        defer { live.stop() }
        let report = try await campaign.run(suite: fault == nil ? suite.rawValue : "faults", command: command) { progress, report in
            switch progress {
            case .began(let item): live.began("\(item.plan.fault) \(item.supervisor.word), seed \(item.plan.seed)")
            case .ended(let record):
                live.ended("\(record.fault) \(record.supervisor.word), seed \(record.seed)", record.verdict, record.summary)
                // What there is so far survives whatever comes.
                try? files?.write(report, isFinal: false)
            }
        }
        live.stop()
        try files?.write(report, isFinal: true)
        if let files { Console.tell("The report: \(files.directory)/report.html") }
        return report
    }
}

import ArgumentParser
import FoundationEssentials
import PicketLab

/// What a campaign leaves behind.
struct ReportFiles: Sendable {
    let directory: String

    /// - Parameter round: Of a soak, each of whose rounds has a directory of its own.
    init(directory: String, round: UInt64? = nil) throws {
        self.directory = round.map { "\(directory)/seed-\($0)" } ?? directory
        try TemporaryDirectory.makeDirectory(directory)
        try TemporaryDirectory.makeDirectory(self.directory)
    }

    /// - Parameter isFinal: The page and the XML are made at the end only.
    func write(_ report: ChaosReport, isFinal: Bool) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try TextFile.write(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n", to: "\(directory)/report.json")
        guard isFinal else { return }
        try TextFile.write(HTMLReport(report).page, to: "\(directory)/report.html")
        try TextFile.write(JUnitReport(report).document, to: "\(directory)/junit.xml")
    }
}

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Makes the page, the XML and the table anew from report.json files, several of them together.")

    @Argument(help: "What 'run --out' wrote: report.json.")
    var files: [String]

    @Option(help: ArgumentHelp("Where report.html, report.json and junit.xml go.", valueName: "directory"))
    var out: String?

    @Flag(help: "Print the table as Markdown.")
    var markdown = false

    func run() throws {
        var reports: [ChaosReport] = []
        for file in files {
            do {
                reports.append(try JSONDecoder().decode(ChaosReport.self, from: Data(TextFile.read(absolute(file)).utf8)))
            } catch {
                throw ValidationError("\(file) is no report of picket-chaos: \(error)")
            }
        }
        guard let report = ChaosReport(merging: reports) else { throw ValidationError("Name one report.json at least.") }
        if let out { try ReportFiles(directory: absolute(out)).write(report, isFinal: true) }
        print(markdown ? report.markdown : report.text, terminator: "")
    }
}

struct MutationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mutations", abstract: "Breaks something on purpose that each check must see, and demands that it does.")

    @OptionGroup var programs: ProgramOptions

    func run() async throws {
        try await Console.run("mutations") { [programs] in
            var missed = 0
            for sabotage in ChaosSabotage.allCases {
                var run = ChaosRun(sabotage.plan, .picketd, executables: programs.executables, relay: ProgramOptions.relay)
                run.sabotage = sabotage
                run.keepsFiles = programs.keepFiles
                let record = try await run.run()
                if let failure = record.failure {
                    missed += 1
                    print("\(sabotage.rawValue.left(18)) not carried out: \(failure)")
                }
                for (check, verdict) in sabotage.expected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where record.failure == nil {
                    let finding = record.finding(check)
                    let isSeen = finding?.verdict == verdict
                    if !isSeen { missed += 1 }
                    print(
                        "\(sabotage.rawValue.left(18)) \(isSeen ? "seen  " : "MISSED") \(check.rawValue): "
                            + "\(finding?.verdict.rawValue ?? "nothing"), \(finding?.words ?? "")")
                }
            }
            guard missed == 0 else {
                Console.tell("picket-chaos mutations: \(missed) were not seen.")
                throw Console.EndedWithStatus(1)
            }
        }
    }
}

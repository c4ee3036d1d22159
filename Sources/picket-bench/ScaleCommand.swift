import ArgumentParser
import PicketLab

struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "What many groups cost, and how long it takes when many primaries die at once.",
        discussion: """
            Three monitors of each supervisor in turn watch a make-believe fleet (picket-bench fleet) on 127.0.0.1: until they have discovered \
            it, at rest, and while many primaries crash at once. Everything is ended afterwards, and on Ctrl-C.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("How many groups, each a primary and two replicas.", valueName: "n"))
    var groups = 500

    @Option(help: ArgumentHelp("How many primaries crash at once; half of them, if it is not said.", valueName: "n"))
    var mass: Int?

    @Option(help: ArgumentHelp("Several sizes instead of one, divided by commas; half of each crashes.", valueName: "groups,…"))
    var growth: String?

    @Flag(
        help: ArgumentHelp(
            "One table of everything that is to be reached: --groups, twice and four times as many, and clients, as query measures them."))
    var table = false

    @Flag(help: "picketd waits for down-after also where connections are refused.")
    var noCrashPath = false

    @Option(help: ArgumentHelp("How long a primary must be silent to be held down.", valueName: "ms"))
    var downAfter = 5_000

    @Option(help: ArgumentHelp("The failover-timeout of both.", valueName: "ms"))
    var failoverTimeout = 10_000

    @Option(help: ArgumentHelp("Runs of each size and supervisor.", valueName: "n"))
    var runs = 3

    @Option(help: ArgumentHelp("How long the monitors are measured at rest.", valueName: "s"))
    var rest = 20

    @Option(help: ArgumentHelp("How long discovery may take.", valueName: "s"))
    var discoveryLimit = 300

    @Option(help: ArgumentHelp("How long is waited for all groups to move.", valueName: "s"))
    var limit = 240

    @Option(help: ArgumentHelp("Leave the other one out of sizes above this.", valueName: "groups"))
    var rivalGroups = 1_000

    func validate() throws {
        guard (1...10_000).contains(groups) else { throw ValidationError("--groups takes 1 to 10000, not \(groups).") }
        if let mass, !(0...groups).contains(mass) { throw ValidationError("--mass takes 0 to --groups, not \(mass).") }
        if let growth, Self.sizes(growth) == nil {
            throw ValidationError("--growth takes numbers of groups from 1 to 10000, divided by commas, not '\(growth)'.")
        }
        if table && (growth != nil || mass != nil || noCrashPath) {
            throw ValidationError("--table chooses sizes and faults itself: leave out --growth, --mass and --no-crash-path.")
        }
        if table && groups > 2_500 { throw ValidationError("--table takes up to four times --groups, which may be 2500 at most.") }
        guard (1...100).contains(runs) else { throw ValidationError("--runs takes 1 to 100, not \(runs).") }
        for (name, value) in [("--down-after", downAfter), ("--failover-timeout", failoverTimeout)]
        where !(1...3_600_000).contains(value) {
            throw ValidationError("\(name) takes milliseconds from 1 to 3600000, not \(value).")
        }
        for (name, value) in [("--rest", rest), ("--discovery-limit", discoveryLimit), ("--limit", limit)]
        where !(1...3_600).contains(value) {
            throw ValidationError("\(name) takes seconds from 1 to 3600, not \(value).")
        }
    }

    /// Everything, one after the other; some hours with the other one's discovery of many groups.
    private func runTable() async throws {
        var bench = bench(sizes: [.init(groups: groups, mass: groups / 2), .init(groups: 2 * groups, mass: 0)])
        var large = self.bench(sizes: [.init(groups: 4 * groups, mass: 2 * groups)])
        large.supervisors = [.picketd]
        var patient = self.bench(sizes: [.init(groups: groups, mass: groups / 2)])
        patient.supervisors = [.picketd]
        patient.usesCrashPath = false
        bench.usesCrashPath = true
        large.usesCrashPath = true
        bench.rivalGroups = max(bench.rivalGroups, 2 * groups)
        var query = QueryBench(
            parts: [.queries, .subscribers], supervisors: common.supervisors, runs: runs, program: Executables.ownPath)
        query.executables = common.executables
        try await Console.run("scale") { [bench, large, patient, query, common, groups] in
            try bench.checkPrograms()
            let tell: @Sendable (ScaleReport) throws -> Void = { report in
                guard let last = report.results.last else { return }
                let path = last.usesCrashPath ? "" : ", without the crash path"
                Console.tell("\(last.groups) groups\(path) \(last.number)/\(report.runs) \(last.supervisor.rawValue): \(last.summary)")
            }
            let reports = [try await bench.run(tell), try await large.run(tell)]
            let slow = try await patient.run(tell)
            let clients = try await query.run { report in
                guard let last = report.results.last else { return }
                Console.tell("clients \(last.number)/\(report.runs) \(last.supervisor.rawValue): \(last.summary)")
            }
            let table = GoalTable(.init(scale: reports, withoutCrashPath: slow, query: clients), base: groups)
            try common.write(WholeTable(table: table, scale: reports + [slow], clients: clients))
            print(common.markdown ? table.markdown : table.text, terminator: "")
        }
    }

    private struct WholeTable: Encodable {
        let table: GoalTable
        let scale: [ScaleReport]
        let clients: QueryReport
    }

    static func sizes(_ text: String) -> [ScaleBench.Size]? {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Int($0) }.filter { (1...10_000).contains($0) }
        return numbers.count == words.count ? numbers.map { .init(groups: $0, mass: $0 / 2) } : nil
    }

    private func bench(sizes: [ScaleBench.Size]) -> ScaleBench {
        var bench = ScaleBench(
            sizes: sizes, supervisors: common.supervisors, runs: runs, fleet: [Executables.ownPath, FleetCommand.name])
        bench.downAfter = .milliseconds(downAfter)
        bench.failoverTimeout = .milliseconds(failoverTimeout)
        bench.usesCrashPath = !noCrashPath
        bench.rest = .seconds(rest)
        bench.discoveryLimit = .seconds(discoveryLimit)
        bench.limit = .seconds(limit)
        bench.rivalGroups = rivalGroups
        bench.executables = common.executables
        return bench
    }

    func run() async throws {
        if table { return try await runTable() }
        let sizes = growth.flatMap(Self.sizes) ?? [.init(groups: groups, mass: mass ?? groups / 2)]
        let bench = bench(sizes: sizes)
        let isGrowth = growth != nil
        try await Console.run("scale") { [bench, common, runs] in
            try bench.checkPrograms()
            let report = try await bench.run { report in
                try common.write(report)
                guard let last = report.results.last else { return }
                Console.tell("\(last.groups) groups \(last.number)/\(runs) \(last.supervisor.rawValue): \(last.summary)")
            }
            try common.write(report)
            let table = isGrowth ? report.growth : report.table
            print(common.markdown ? report.markdown(table) : report.text(table), terminator: "")
        }
    }
}

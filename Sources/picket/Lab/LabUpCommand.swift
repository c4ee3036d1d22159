import ArgumentParser
import PicketLab
import PicketOperator

struct LabUpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Starts Redis servers and monitors on free ports of 127.0.0.1.",
        discussion: """
            Example: picket lab up
                     picket lab up --supervisor redis-sentinel --groups cache,orders --replicas 1
                     picket lab up --cuttable
            """)

    @Option(help: "What monitors: picketd or redis-sentinel.")
    var supervisor = MonitorKind.picketd

    @Option(help: ArgumentHelp("How many of the monitors are of the other kind.", valueName: "number"))
    var mixed = 0

    @Option(help: ArgumentHelp("Names with commas, or how many.", valueName: "names"))
    var groups = "cache"

    @Option(help: "Of each group.")
    var replicas = 2

    @Option(help: "How many monitors.")
    var monitors = 3

    @Option(help: "How many must hold a primary down. By default the majority.")
    var quorum: Int?

    @Option(help: ArgumentHelp("How long a primary must be silent to be held down.", valueName: "time"))
    var downAfter = Span(.seconds(1))

    @Option(help: ArgumentHelp("The first port to look at. By default 17000.", valueName: "port"))
    var port: Int?

    @Flag(help: "Each process in a network of its own, so that 'lab cut' can cut it off. Needs unshare, ip and user namespaces.")
    var cuttable = false

    @OptionGroup var programs: ProgramOptions
    @OptionGroup var lab: LabOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...10).contains(replicas) else { throw ValidationError("--replicas takes 0 to 10.") }
        guard (1...9).contains(monitors) else { throw ValidationError("--monitors takes 1 to 9.") }
        guard (0...monitors).contains(mixed) else { throw ValidationError("--mixed takes 0 to \(monitors).") }
        guard quorum.map({ (1...monitors).contains($0) }) ?? true else { throw ValidationError("--quorum takes 1 to \(monitors).") }
        guard port.map({ (1_024...60_000).contains($0) }) ?? true else { throw ValidationError("--port takes 1024 to 60000.") }
        guard (Duration.milliseconds(1)...Duration.seconds(3_600)).contains(downAfter.duration) else {
            throw ValidationError("--down-after takes 1ms to 1h.")
        }
        let names = groupNames
        guard (1...20).contains(names.count), Set(names).count == names.count,
            names.allSatisfy({ name in
                name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") } && name.first != "."
            })
        else {
            throw ValidationError("--groups takes 1 to 20 names, each once, with commas between them; or a number.")
        }
    }

    private var groupNames: [String] {
        if let count = Int(groups) { return count < 1 || count > 20 ? [] : count == 1 ? ["cache"] : (1...count).map { "group-\($0)" } }
        return groups.split(separator: ",").map(String.init)
    }

    func run() async throws {
        let other: MonitorKind = supervisor == .picketd ? .redisSentinel : .picketd
        let kinds = Array(repeating: supervisor, count: monitors - mixed) + Array(repeating: other, count: mixed)
        var plan = Playground.Plan(
            DeploymentPlan(
                groups: groupNames.map { GroupPlan(name: $0, replicas: replicas) }, monitors: kinds.map { MonitorPlan($0) },
                quorum: quorum ?? monitors / 2 + 1, downAfter: downAfter.duration, executables: programs.executables))
        plan.isCuttable = cuttable
        plan.relay = [Executables.ownPath, "lab", LabRelayCommand.name]
        plan.firstPort = port
        let (terminal, directory, output) = (Terminal(), lab.directory, self.output)
        let outcome = await Interruption.run { [plan] in
            let playground = try await Playground.up(plan, in: directory)
            output.print(await LabReport(playground))
            guard !output.output.isForPrograms else { return }
            terminal.say("\nTo talk to it:  export PICKET_CONFIG=\(directory)/context")
            terminal.say("To end it:      picket lab down" + (directory == Playground.usualDirectory ? "" : " --dir \(directory)"))
        }
        switch outcome {
        case .finished: return
        case .interrupted: throw CancellationError()
        case .failed(let error): throw error
        }
    }
}

import ArgumentParser
import PicketLab
import PicketOperator

/// Who is meant.
struct LabTargetOptions: ParsableArguments {
    @Argument(help: "A name of 'lab status', a port, 'primary' or 'primary:GROUP'.")
    var target: String

    @OptionGroup var lab: LabOptions

    func perform(_ deed: Playground.Deed) async throws {
        var playground = try lab.open()
        Terminal().say(try await playground.perform(deed, on: target))
    }
}

struct LabKillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "Kills a process (SIGKILL): its port refuses connections.",
        discussion: """
            Example: picket lab kill primary
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.kill) }
}

struct LabFreezeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze", abstract: "Stops a process (SIGSTOP): it is there, and silent.",
        discussion: """
            Example: picket lab freeze primary:orders
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.freeze) }
}

struct LabThawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "thaw", abstract: "Lets a frozen process go on.",
        discussion: """
            Example: picket lab thaw cache-redis-1
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.thaw) }
}

struct LabRestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Starts a process again, with its files; ends it before if it runs.",
        discussion: """
            Example: picket lab restart monitor-2
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.restart) }
}

struct LabCutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "Cuts a process off: it runs, reaches nobody, and nobody reaches it. For labs made with --cuttable.",
        discussion: """
            Example: picket lab cut monitor-1
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.cut) }
}

struct LabHealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heal", abstract: "Ends a cut.",
        discussion: """
            Example: picket lab heal monitor-1
            """)

    @OptionGroup var target: LabTargetOptions
    func run() async throws { try await target.perform(.heal) }
}

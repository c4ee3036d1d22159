import ArgumentParser
import FoundationEssentials
import Glibc
import PicketLab

/// What it is compared with.
enum Rival: String, CaseIterable, ExpressibleByArgument {
    case redisSentinel = "redis-sentinel"
    case none
}

/// Options of every verb.
struct CommonOptions: ParsableArguments {
    @Option(help: "What picketd is compared with: redis-sentinel, or none.")
    var against = Rival.redisSentinel

    @Flag(help: "Leave picketd out: only the other one.")
    var onlyRival = false

    @Option(help: ArgumentHelp("The picketd to run. By default the one beside this program, else the one in PATH.", valueName: "path"))
    var picketd: String?

    @Option(help: ArgumentHelp("Where all figures are written to, after each trial.", valueName: "file"))
    var json: String?

    @Flag(help: "Print the table as Markdown.")
    var markdown = false

    func validate() throws {
        if onlyRival && against == .none { throw ValidationError("--only-rival with --against none leaves nothing to measure.") }
    }

    var supervisors: [MonitorKind] {
        switch against {
        case .redisSentinel: onlyRival ? [.redisSentinel] : [.picketd, .redisSentinel]
        case .none: [.picketd]
        }
    }

    var executables: Executables {
        var executables = Executables.find()
        if let picketd { executables.picketd = absolute(picketd) }
        return executables
    }

    /// The monitors run in directories of their own.
    private func absolute(_ path: String) -> String {
        guard path.contains("/"), !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return "\(String(cString: current))/\(path)"
    }

    func write(_ figures: some Encodable) throws {
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try TextFile.write(String(decoding: try encoder.encode(figures), as: UTF8.self) + "\n", to: json)
    }
}

extension Console {
    /// As the program's own outcome.
    static func run(_ verb: String, _ body: @escaping @Sendable () async throws -> Void) async throws {
        if let status = await status(of: "picket-bench \(verb)", body) { throw ExitCode(status) }
    }
}

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

/// Progress is for a person, results are for a pipe.
enum Console {
    static func tell(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    /// Runs it so that everything is ended on Ctrl-C, too, and turns its outcome into the program's.
    static func run(_ verb: String, _ body: @escaping @Sendable () async throws -> Void) async throws {
        switch await Interruption.run(body) {
        case .finished: return
        case .interrupted:
            tell("Interrupted. Everything has ended and is cleaned up.")
            throw ExitCode(130)
        case .failed(let error):
            tell("picket-bench \(verb): \(error)")
            throw ExitCode.failure
        }
    }
}

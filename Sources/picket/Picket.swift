import ArgumentParser
import Glibc
import PicketLab
import PicketOperator

/// `picket`: what an operator talks to the monitors with.
struct Picket: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picket", abstract: "Shows and steers what sentinels watch: picketd, redis-sentinel, valkey-sentinel.",
        discussion: """
            Whom it asks: --sentinels, else PICKET_SENTINELS, else the context that --context, PICKET_CONTEXT or the file \
            ~/.config/picket/config names, else 127.0.0.1:26379. One address is enough: the other monitors are found through it.

            Passwords come from PICKET_PASSWORD and PICKET_REDIS_PASSWORD or from files, never from the command line.

            Status: \(VerbStatus.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ")).

            Example: picket status --sentinels 10.0.0.1:26379
            """,
        version: "picket \(VersionReport.version)",
        groupedSubcommands: [
            CommandGroup(
                name: "Looking",
                subcommands: [
                    StatusCommand.self, TopologyCommand.self, ListCommand.self, WatchCommand.self, ExplainCommand.self, CheckCommand.self,
                    HistoryCommand.self, EventsCommand.self,
                ]),
            CommandGroup(
                name: "Steering",
                subcommands: [
                    SwitchoverCommand.self, FailoverCommand.self, PauseCommand.self, ResumeCommand.self, MaintenanceCommand.self,
                    ForgetCommand.self,
                ]),
            CommandGroup(
                name: "Settings", subcommands: [MonitorCommand.self, RemoveCommand.self, SetCommand.self, ConfigCommand.self]),
            CommandGroup(name: "Other", subcommands: [LabCommand.self, VersionCommand.self, CompletionCommand.self]),
        ])
}

@main
enum Program {
    static func main() async {
        let status = await run(Array(CommandLine.arguments.dropFirst()))
        fflush(nil)
        exit(status)
    }

    /// Parses, runs, and says what went wrong.
    static func run(_ arguments: [String]) async -> Int32 {
        let terminal = Terminal()
        do {
            var command = try Picket.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand { try await asynchronous.run() } else { try command.run() }
            return VerbStatus.done.rawValue
        } catch let end as Finished {
            return end.status.rawValue
        } catch let error as OperatorError {
            terminal.complain(error)
            return error.status.rawValue
        } catch let error as PlaygroundError {
            let status: VerbStatus = error.kind == .usage ? .usage : .refused
            terminal.complain(OperatorError(status, error.message, advice: error.advice))
            return status.rawValue
        } catch let error as LabError {
            terminal.complain(OperatorError(.failed, "\(error)"))
            return VerbStatus.failed.rawValue
        } catch is CancellationError {
            return 130
        } catch {
            // Help and versions are errors here, too.
            let code = Picket.exitCode(for: error)
            let text = Picket.fullMessage(for: error)
            if code.isSuccess { terminal.say(text) } else if !text.isEmpty { terminal.complain(text) }
            return code == .validationFailure ? VerbStatus.usage.rawValue : code.rawValue
        }
    }
}

/// Everything was said; only the status is left to tell.
struct Finished: Error {
    let status: VerbStatus

    /// Nothing to tell where it is done.
    static func check(_ status: VerbStatus) throws(Finished) {
        if status != .done { throw Finished(status: status) }
    }
}

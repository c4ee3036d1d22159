import ArgumentParser
import PicketOperator

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "The latest failovers, with the time of each phase (-o wide).",
        discussion: """
            Each picketd keeps those that it led in its history, over restarts; the latest hundred of a group are told.
            Other sentinels remember none.

            Example: picket history orders -o wide
            """)

    @Argument(help: "Of this group only.")
    var group: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        let session = try whom.session
        let pictures = try await session.look(at: group).pictures
        guard pictures.contains(where: { !$0.picketds.isEmpty }) || pictures.isEmpty else {
            throw OperatorError.refused(
                "None of the monitors that answer keeps a history: only a picketd does.",
                advice: "Look for +switch-master in the monitors' logs; picket events -f shows what happens from now on.")
        }
        output.print(await HistoryReport.ask(session.panel, pictures))
    }
}

import ArgumentParser

struct LabDownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Ends every process of the lab, and removes its files.",
        discussion: """
            Example: picket lab down
            """)

    @OptionGroup var lab: LabOptions

    func run() async throws {
        let playground = try lab.open()
        try await playground.down()
        Terminal().say("The \(playground.state.entries.count) processes have ended, and \(playground.directory) is removed.")
    }
}

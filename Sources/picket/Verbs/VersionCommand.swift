import ArgumentParser
import PicketOperator

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "The version of this program and of the monitors.",
        discussion: """
            Example: picket version
                     picket version --client
            """)

    @Flag(help: "Of this program only: ask nobody.")
    var client = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func run() async throws {
        output.print(VersionReport(client ? nil : await (try whom.session).panel.survey()))
    }
}

import ArgumentParser
import PicketOperator

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Settings of the monitors themselves, on all at once.",
        discussion: """
            Example: picket config get
                     picket config set loglevel notice
            """,
        subcommands: [ConfigGetCommand.self, ConfigSetCommand.self])
}

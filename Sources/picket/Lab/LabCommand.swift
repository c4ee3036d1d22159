import ArgumentParser
import PicketLab

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab", abstract: "Deployments of real processes on this machine, to look at and to break.",
        discussion: """
            They live on until 'picket lab down'.

            Example: picket lab up && export PICKET_CONFIG=${TMPDIR:-/tmp}/picket-lab-$(id -u)/context
                     picket lab kill primary
                     picket lab down
            """,
        subcommands: [
            LabUpCommand.self, LabDownCommand.self, LabStatusCommand.self, LabKillCommand.self, LabFreezeCommand.self, LabThawCommand.self,
            LabRestartCommand.self, LabCutCommand.self, LabHealCommand.self, DemoCommand.self, LabRelayCommand.self,
        ])
}

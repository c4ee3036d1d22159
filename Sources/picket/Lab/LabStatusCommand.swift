import ArgumentParser
import PicketOperator

struct LabStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "The lab's processes: which run, on which ports, as what.",
        discussion: """
            Example: picket lab status
            """)

    @OptionGroup var lab: LabOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { output.print(await LabReport(try lab.open())) }
}

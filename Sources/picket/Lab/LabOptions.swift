import ArgumentParser
import PicketLab

struct LabOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The lab's directory. By default picket-lab-UID where temporary files are.", valueName: "path"))
    var dir: String?

    var directory: String { dir.map(FilePath.absolute) ?? Playground.usualDirectory }

    func open() throws -> Playground { try Playground.open(directory) }
}

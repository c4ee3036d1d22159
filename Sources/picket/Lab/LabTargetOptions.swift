import ArgumentParser
import PicketLab

/// Who is meant.
struct LabTargetOptions: ParsableArguments {
    @Argument(help: "A name of 'lab status', a port, 'primary' or 'primary:GROUP'.")
    var target: String

    @OptionGroup var lab: LabOptions

    func perform(_ deed: Playground.Deed) async throws {
        var playground = try lab.open()
        Terminal().say(try await playground.perform(deed, on: target))
    }
}

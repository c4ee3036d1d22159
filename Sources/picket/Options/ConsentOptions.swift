import ArgumentParser
import PicketOperator

/// Of verbs that change something.
struct ConsentOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false
}

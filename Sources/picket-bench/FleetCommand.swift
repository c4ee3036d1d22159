import ArgumentParser
import PicketLab

/// Make-believe Redis servers, for the bench and for whoever wants to see a monitor with thousands of them.
struct FleetCommand: ParsableCommand {
    static let name = "fleet"
    static let configuration = CommandConfiguration(
        commandName: name, abstract: "Stands for thousands of Redis servers, in one process.",
        discussion: """
            Each group has a primary and replicas, which listen on ports of 127.0.0.1 that were free and answer what monitors ask; there is no \
            data. Connections to the control port tell what is there and let it come to harm: LAYOUT, ROLES, COUNTS; CRASH, FREEZE, REVIVE \
            and ports; SHUTDOWN. Runs until it is told to end.
            """)

    @Option(help: ArgumentHelp("How many groups.", valueName: "n"))
    var groups = 100

    @Option(help: ArgumentHelp("How many replicas each has.", valueName: "n"))
    var replicas = 2

    @Option(help: ArgumentHelp("The number of the first group: group-1, group-2 …", valueName: "n"))
    var firstGroup = 1

    @Option(help: ArgumentHelp("Where it can be told what is to happen; by default a port is found, and told.", valueName: "port"))
    var controlPort: Int?

    func validate() throws {
        guard (1...10_000).contains(groups) else { throw ValidationError("--groups takes 1 to 10000, not \(groups).") }
        guard (0...100).contains(replicas) else { throw ValidationError("--replicas takes 0 to 100, not \(replicas).") }
        guard (1...1_000_000).contains(firstGroup) else { throw ValidationError("--first-group takes 1 to 1000000, not \(firstGroup).") }
        if let controlPort, !(1...65_535).contains(controlPort) {
            throw ValidationError("--control-port takes 1 to 65535, not \(controlPort).")
        }
    }

    func run() throws {
        let reservation = try controlPort == nil ? PortReservation() : nil
        let port = controlPort ?? reservation?.port ?? 0
        let shard = try FleetShard(.init(firstGroup: firstGroup, groups: groups, replicas: replicas, controlPort: port))
        if reservation != nil { print("control port: \(port)") }
        try shard.run()
    }
}

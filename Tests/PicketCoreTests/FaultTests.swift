import Testing

@testable import PicketCore

@Suite("Whatever happens")
struct FaultTests {
    /// Faults at random for half a minute; then everything is mended, and all must agree.
    @Test("any mixture of faults leaves one primary once it is over, and never two of one epoch", arguments: 1...8)
    func anyFaults(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = [3, 3, 5][seed % 3]
        let deployment = Deployment.settled(monitors: count, replicas: 1 + seed % 4, quorum: count / 2 + 1)
        var story: [String] = []
        for _ in 0..<24 {
            let endpoint = deployment.fleet.endpoints.randomElement(using: &random)!
            let index = Int.random(in: 0..<count, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1:
                story.append("kill \(endpoint)")
                deployment.kill(endpoint)
            case 2:
                story.append("freeze \(endpoint)")
                if deployment.fleet[conditionOf: endpoint] == .serving { deployment.freeze(endpoint) }
            case 3, 4, 5:
                story.append("revive \(endpoint)")
                deployment.revive(endpoint)
            case 6:
                story.append("stop \(index)")
                if deployment.monitors[index].isRunning { deployment.stop(index) }
            case 7:
                story.append("start \(index)")
                if !deployment.monitors[index].isRunning { deployment.start(index) }
            case 8:
                story.append("cut \(index), \(endpoint)")
                deployment.isolate([deployment.monitors[index].endpoint.host, endpoint.host])
            default:
                story.append("heal")
                deployment.heal()
            }
            deployment.run(.milliseconds(Int.random(in: 1...2_500, using: &random)))
        }
        deployment.heal()
        for endpoint in deployment.fleet.endpoints { deployment.revive(endpoint) }
        for index in deployment.monitors.indices where !deployment.monitors[index].isRunning { deployment.start(index) }
        let time = deployment.time(atMost: .seconds(40)) { $0.isWhole }
        let beliefs = deployment.monitors.indices.map { deployment.believed(by: $0)?.description ?? "none" }
        #expect(
            time != nil,
            "seed \(seed): \(story.joined(separator: "; ")); primaries \(deployment.livePrimaries), believed \(beliefs)")
        deployment.run(.seconds(15))
        #expect(deployment.isWhole)
    }
}

import Testing

@testable import PicketOperator

@Suite("Safety checks before a switch")
struct SwitchPlanTests {
    private func status(_ wish: SwitchWish, _ scene: Scene) -> VerbStatus? {
        do throws(OperatorError) {
            _ = try SwitchPlan(wish, scene.picture)
            return nil
        } catch {
            #expect(error.advice != nil)
            return error.status
        }
    }

    private static var stock: Scene {
        var scene = Scene.fine
        scene.software = Array(repeating: .redisSentinel("7.0.15"), count: 3)
        return scene
    }

    @Test("a living primary hands over, and a picketd is told, though a redis-sentinel stands first")
    func handsOver() throws {
        var scene = Scene.fine
        scene.software[0] = .redisSentinel("7.0.15")
        let plan = try SwitchPlan(SwitchWish("orders", .failover), scene.picture)
        #expect(plan.handsOver)
        #expect(plan.teller.address == scene.monitors[1])
        #expect(plan.words == ["SENTINEL", "FAILOVER", "orders", "COORDINATED"])
        #expect(plan.cautions.isEmpty)
    }

    @Test("a primary that is held down cannot hand over; a failover goes on without it")
    func primaryDown() throws {
        #expect(status(SwitchWish("orders", .switchover), .primaryDown) == .refused)
        let plan = try SwitchPlan(SwitchWish("orders", .failover), Scene.primaryDown.picture)
        #expect(plan.words == ["SENTINEL", "FAILOVER", "orders"])
        #expect(!plan.handsOver)
    }

    @Test("without a majority only force helps")
    func noMajority() throws {
        #expect(status(SwitchWish("orders", .switchover), .noMajority) == .noQuorum)
        #expect(status(SwitchWish("orders", .failover), .noMajority) == .noQuorum)
        let plan = try SwitchPlan(SwitchWish("orders", .forced), Scene.noMajority.picture)
        #expect(plan.words == ["SENTINEL", "FAILOVER", "orders", "FORCE"])
        #expect(plan.cautions.count == 2)
    }

    @Test("redis-sentinel hands nothing over, and takes neither a target nor a manner")
    func stock() throws {
        #expect(status(SwitchWish("orders", .switchover), Self.stock) == .refused)
        #expect(status(SwitchWish("orders", .failover, to: Self.stock.replicas[0]), Self.stock) == .refused)
        for manner in [SwitchWish.Manner.failover, .forced] {
            let plan = try SwitchPlan(SwitchWish("orders", manner), Self.stock.picture)
            #expect(plan.words == ["SENTINEL", "FAILOVER", "orders"])
            #expect(!plan.handsOver && plan.cautions.count == 1)
        }
    }

    @Test("Valkey hands over from version 9 on, but to no one in particular")
    func valkey() throws {
        var scene = Scene.fine
        scene.software = Array(repeating: .valkeySentinel("9.0.1"), count: 3)
        #expect(
            try SwitchPlan(SwitchWish("orders", .switchover), scene.picture).words == ["SENTINEL", "FAILOVER", "orders", "COORDINATED"])
        #expect(status(SwitchWish("orders", .switchover, to: scene.replicas[0]), scene) == .refused)
        scene.software = Array(repeating: .valkeySentinel("8.1.0"), count: 3)
        #expect(status(SwitchWish("orders", .switchover), scene) == .refused)
    }

    @Test("a target must be a replica that could be promoted")
    func targets() {
        var scene = Scene.fine
        #expect(status(SwitchWish("orders", .switchover, to: scene.primary), scene) == .refused)
        #expect(status(SwitchWish("orders", .switchover, to: Address(host: "10.9.9.9", port: 1)), scene) == .usage)
        scene.priorities = [0: "0"]
        #expect(status(SwitchWish("orders", .forced, to: scene.replicas[0]), scene) == .refused)
        scene.downReplicas = [1]
        #expect(status(SwitchWish("orders", .failover), scene) == .refused)
        #expect(status(SwitchWish("orders", .switchover, to: scene.replicas[0]), .troubled) == .refused)
    }

    @Test("nothing is ordered into a failover that is under way")
    func underWay() {
        var scene = Scene.fine
        scene.primaryFlags = [0: "master,failover_in_progress"]
        #expect(status(SwitchWish("orders", .forced), scene) == .refused)
    }

    @Test(
        "what the monitors refuse with, and the status of each",
        arguments: [
            ("ABORTED Nothing was changed: only 1 of 3 monitors can be reached, which is no majority", VerbStatus.noQuorum),
            ("ABORTED Nothing was changed: the replica did not have everything within switchover-timeout", .timedOutUnchanged),
            ("NOGOODSLAVE No suitable replica to promote", .refused), ("INPROG Failover already in progress", .refused),
            ("ERR wrong number of arguments for 'sentinel|failover' command", .refused),
            ("ABORTED Nothing was changed: the primary died meanwhile", .refused),
        ])
    func refusals(text: String, status: VerbStatus) {
        #expect(Refusal.reading(text, group: "orders").0 == status)
    }
}

import PicketLab
import PicketOperator
import Testing

extension Live {
    /// What the command line does, on its models: the verbs themselves only parse and print.
    @Suite("An operator's verbs")
    struct OperatorTests {
        private func session(_ deployment: Deployment) -> OperatorSession {
            // One is enough: the others are found.
            OperatorSession(
                OperatorSettings(
                    sentinels: [Address(host: "127.0.0.1", port: deployment.monitors[0].port)],
                    monitors: ConnectionOptions(answerLimit: .seconds(5)), redis: ConnectionOptions(answerLimit: .seconds(5))))
        }

        private func address(_ instance: RedisInstance) -> Address { Address(host: "127.0.0.1", port: instance.port) }

        @Test("a deployment is seen as it is, and a switchover moves the primary to where it was told, without loss")
        func switchover() async throws {
            try await Live.run { deployment in
                let group = try deployment.group()
                let session = session(deployment)
                let picture = try await session.look(atOne: nil).picture
                #expect(picture.state == .ok)
                #expect(picture.primary?.address == address(group.instances[0]))
                #expect(picture.replicas.count == 2 && picture.wellReplicas == 2)
                #expect(picture.usableMonitors == 3 && picture.picketds.count == 3)

                let target = address(group.instances[2])
                let plan = try SwitchPlan(SwitchWish(group.name, .switchover, to: target), picture)
                // A busy machine may need another try: nothing has been changed then.
                let outcome = try await wait(for: "the primary has moved", within: .seconds(40), every: .milliseconds(500)) {
                    () -> SwitchOutcome? in
                    let outcome = await SwitchRun(session.panel, session.settings, plan, within: .seconds(20)).run { _ in }
                    guard outcome.status == .done else { throw NotYet("\(outcome.status): \(outcome.reason ?? "")") }
                    return outcome
                }
                #expect(outcome.to == target)
                #expect(outcome.record?.cause == "switchover" && outcome.record?.isDone == true)
                #expect(try await deployment.agreedPort(of: group.name) == target.port)
                let history = await HistoryReport.ask(session.panel, [try await session.look(atOne: nil).picture])
                #expect(history.records.first?.to == "\(target)")
            }
        }

        @Test("during an outage: a failover by force without a majority, what check says, and settings on all monitors")
        func outage() async throws {
            try await Live.run { deployment in
                let group = try deployment.group()
                let session = session(deployment)
                let survey = await session.panel.survey()
                let order = await EveryMonitorOrder(session.panel).run(
                    "quorum 1", ["SENTINEL", "SET", group.name, "quorum", "1"], to: survey)
                #expect(order.status == .done)
                #expect(CheckReport(try await session.look(atOne: nil).picture).findings.contains { $0.rule == "quorum-of-one" })

                for monitor in deployment.monitors.dropFirst() { await monitor.node.kill() }
                let picture = try await session.look(atOne: nil).picture
                #expect(!picture.hasMajority)
                #expect(CheckReport(picture).status(isStrict: false) == .noQuorum)
                #expect(throws: OperatorError.self) { try SwitchPlan(SwitchWish(group.name, .failover), picture) }
                let plan = try SwitchPlan(SwitchWish(group.name, .forced), picture)
                let outcome = await SwitchRun(session.panel, session.settings, plan, within: .seconds(30)).run { _ in }
                #expect(outcome.status == .doneWithPossibleLoss)
                #expect(outcome.to != picture.primary?.address)
                for monitor in deployment.monitors.dropFirst() { try await monitor.node.start() }
            }
        }

        @Test("with redis-sentinel: seen, promoted with the warning that it is, and what only a picketd can is refused")
        func redisSentinel() async throws {
            try await Live.run(DeploymentPlan(monitors: [.redisSentinel, .redisSentinel, .redisSentinel])) { deployment in
                let session = session(deployment)
                let (survey, picture) = try await session.look(atOne: nil)
                #expect(picture.usableMonitors == 3 && picture.picketds.isEmpty)
                #expect(await Explainer(session.panel).explain(picture, survey).state == "ok")
                #expect(throws: OperatorError.self) { try SwitchPlan(SwitchWish(picture.name, .switchover), picture) }
                await #expect(throws: OperatorError.self) { try await PowerOrder(session.panel, .resume).run(picture) }
                let plan = try SwitchPlan(SwitchWish(picture.name, .failover), picture)
                let outcome = await SwitchRun(session.panel, session.settings, plan, within: .seconds(40)).run { _ in }
                #expect(outcome.status == .doneWithPossibleLoss)
                #expect(try await deployment.agreedPort(of: picture.name) == outcome.to?.port)
            }
        }
    }
}

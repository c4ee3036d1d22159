import PicketRESP
import Synchronization
import Testing

@testable import PicketOperator

@Suite("Asking monitors", .timeLimit(.minutes(1)))
struct PanelTests {
    /// Three monitors on ports of their own, which know each other, and a scene in which they stand where they listen.
    private func deployment(
        _ software: [MonitorSoftware] = Array(repeating: .picketd("0.2.0"), count: 3),
        special: @escaping @Sendable ([String]) -> RESPValue? = { _ in nil }
    ) async throws -> (fakes: [FakeSentinel], scene: Scene) {
        var fakes: [FakeSentinel] = []
        for index in 0..<3 {
            fakes.append(
                try await FakeSentinel.listen(MonitorReport(Address(host: "127.0.0.1", port: 1), id: Scene.id(index)), special: special))
        }
        var scene = Scene.fine
        scene.monitors = fakes.map(\.address)
        scene.software = software
        for (index, report) in scene.survey.monitors.enumerated() { fakes[index].change { $0 = report } }
        return (fakes, scene)
    }

    private func session(_ sentinels: [Address], discovers: Bool = true) -> OperatorSession {
        OperatorSession(OperatorSettings(sentinels: sentinels, discovers: discovers, monitors: ConnectionOptions(answerLimit: .seconds(5))))
    }

    @Test("one address is enough: the others are found, each once, whatever they are called")
    func discovery() async throws {
        let (fakes, _) = try await deployment()
        let byName = Address(host: "localhost", port: fakes[0].address.port)
        let survey = await session([byName, fakes[0].address]).panel.survey()
        #expect(survey.answering.count == 3)
        #expect(survey.monitors.first?.address == byName)
        #expect(Set(survey.monitors.compactMap(\.id)).count == 3)
        #expect(await session([fakes[1].address], discovers: false).panel.survey().monitors.count == 1)
        for fake in fakes { try await fake.close() }
    }

    @Test("who does not answer is told of, and the others are asked all the same")
    func silent() async throws {
        let (fakes, scene) = try await deployment()
        try await fakes[2].close()
        let (survey, picture) = try await session([fakes[0].address]).look(atOne: "orders")
        #expect(survey.monitors.first { $0.address == scene.monitors[2] }?.failure == .refusedConnection)
        #expect(picture.usableMonitors == 2)
        for fake in fakes.dropLast() { try await fake.close() }
    }

    @Test("a group that nobody knows is a slip of the pen, and the known ones are told")
    func unknownGroup() async throws {
        let (fakes, _) = try await deployment()
        do throws(OperatorError) {
            _ = try await session([fakes[0].address]).look(atOne: "oders")
            Issue.record("it was found")
        } catch {
            #expect(error.status == .usage)
            #expect(error.advice == "They know orders.")
        }
        for fake in fakes { try await fake.close() }
    }

    @Test("a power is told to one picketd, and looked for at all of them")
    func pause() async throws {
        let (fakes, scene) = try await deployment { $0[1] == "PAUSE" ? .simple("OK") : nil }
        // They hear of it by themselves.
        var paused = scene
        paused.pause = ("600", "x")
        for (index, report) in paused.survey.monitors.enumerated() { fakes[index].change { $0 = report } }
        let session = session([fakes[0].address])
        let report = try await PowerOrder(session.panel, .pause(span: .seconds(600), reason: "two words")).run(
            try await session.look(atOne: "orders").picture)
        #expect(report.status == .done)
        #expect(report.lines.allSatisfy { $0.isDone })
        let asked: [[String]] = fakes.flatMap { fake in fake.asked.withLock { $0 } }.filter { $0[1] != "INFO-CACHE" }
        #expect(asked == [["SENTINEL", "PAUSE", "orders", "FOR", "600", "REASON", "two words"]])
        for fake in fakes { try await fake.close() }
    }

    @Test("a picketd that does not know the power yet is left aside for one that does")
    func oldAndNew() async throws {
        let (fakes, _) = try await deployment()
        let knowing = try await FakeSentinel.listen(MonitorReport(Address(host: "127.0.0.1", port: 1), id: Scene.id(3))) { words in
            words[1] == "RESUME" ? .simple("OK") : nil
        }
        var scene = Scene.fine
        scene.monitors = [fakes[0].address, knowing.address, fakes[2].address]
        scene.software = Array(repeating: .picketd("0.2.0"), count: 3)
        let reports = scene.survey.monitors
        fakes[0].change { $0 = reports[0] }
        knowing.change { $0 = reports[1] }
        fakes[2].change { $0 = reports[2] }
        let session = session(scene.monitors)
        let report = try await PowerOrder(session.panel, .resume).run(try await session.look(atOne: "orders").picture)
        #expect(report.lines.first { $0.text == "told" }?.monitor == knowing.address)
        for fake in fakes + [knowing] { try await fake.close() }
    }

    @Test("where no picketd is, or none that knows it, a power is refused, with what to do instead")
    func refused() async throws {
        for software in [MonitorSoftware.redisSentinel("7.0.15"), .picketd("0.1.0")] {
            let (fakes, scene) = try await deployment(Array(repeating: software, count: 3))
            let session = session([fakes[0].address])
            let picture = try await session.look(atOne: "orders").picture
            for power in [
                Power.pause(span: .seconds(60), reason: nil), .resume, .maintenance(scene.replicas[0], isOn: true, reason: nil),
                .forgetReplica(scene.replicas[0]),
            ] {
                do throws(OperatorError) {
                    _ = try await PowerOrder(session.panel, power).run(picture)
                    Issue.record("it was done")
                } catch {
                    #expect(error.status == .refused)
                    #expect(error.advice?.isEmpty == false)
                }
            }
            for fake in fakes { try await fake.close() }
        }
    }

    @Test("what the daemon refuses is passed on, and a stock peer in the quorum is told of")
    func daemonsWord() async throws {
        let (fakes, scene) = try await deployment([.picketd("0.2.0"), .picketd("0.2.0"), .redisSentinel("7.0.15")]) { words in
            words[1] == "FORGET" ? .error("ERR it is alive and would be found again at once") : words[1] == "RESUME" ? .simple("OK") : nil
        }
        let session = session([fakes[0].address])
        let picture = try await session.look(atOne: "orders").picture
        do throws(OperatorError) {
            _ = try await PowerOrder(session.panel, .forgetReplica(scene.replicas[0])).run(picture)
            Issue.record("it was done")
        } catch {
            #expect(error.status == .refused)
            #expect(error.message.contains("it is alive"))
        }
        let report = try await PowerOrder(session.panel, .resume).run(picture)
        #expect(report.lines.first { $0.monitor == scene.monitors[2] }?.text.contains("no picketd") == true)
        for fake in fakes { try await fake.close() }
    }

    @Test("forget finds whom it means by address or by id, and never the primary")
    func forgetTargets() throws {
        let picture = Scene.fine.picture
        #expect(try ForgetTarget.find("10.0.0.2:6379", in: picture) == .forgetReplica(Scene.fine.replicas[0]))
        #expect(try ForgetTarget.find("10.0.0.12:26379", in: picture) == .forgetMonitor(Scene.fine.monitors[1], id: Scene.id(1)))
        #expect(try ForgetTarget.find("bbbb", in: picture) == .forgetMonitor(Scene.fine.monitors[1], id: Scene.id(1)))
        for text in ["10.0.0.1:6379", "10.9.9.9:1", "bb", "zzzz", ""] {
            #expect(throws: OperatorError.self) { try ForgetTarget.find(text, in: picture) }
        }
    }

    @Test("an explanation is asked of every picketd; whoever sees trouble is told, and who sees it otherwise")
    func explain() async throws {
        let (fakes, _) = try await deployment { $0[1] == "EXPLAIN" ? Telling.explanation(.two) : nil }
        let session = session([fakes[0].address])
        let (survey, picture) = try await session.look(atOne: "orders")
        let explanation = await Explainer(session.panel).explain(picture, survey)
        #expect(explanation.state == "paused")
        #expect(explanation.dissent.isEmpty)
        for fake in fakes { try await fake.close() }
    }

    @Test("an order to all monitors: done everywhere, nowhere, or a drift that is told of")
    func everybody() async throws {
        let (fakes, _) = try await deployment { words in
            words[1] == "SET" ? (words[4] == "2" ? .simple("OK") : .error("ERR Invalid argument")) : nil
        }
        let session = session([fakes[0].address])
        let survey = try await session.panel.requireSurvey(of: "orders")
        let order = EveryMonitorOrder(session.panel)
        #expect(await order.run("quorum 2", ["SENTINEL", "SET", "orders", "quorum", "2"], to: survey).status == .done)
        #expect(await order.run("quorum 0", ["SENTINEL", "SET", "orders", "quorum", "0"], to: survey).status == .refused)
        try await fakes[2].close()
        let partial = await order.run("quorum 2", ["SENTINEL", "SET", "orders", "quorum", "2"], to: await session.panel.survey())
        #expect(partial.status == .failed)
        #expect(partial.notes.count == 1)
        for fake in fakes.dropLast() { try await fake.close() }
    }

    @Test("a new group must not take another's name or primary, nor ask for more monitors than there are")
    func newGroups() throws {
        let survey = Scene.fine.survey
        try NewGroup(name: "new", primary: Address(host: "10.5.5.5", port: 1), quorum: 3).check(survey)
        try NewGroup(name: "orders", primary: Scene.fine.primary, quorum: 2).check(survey)
        for group in [
            NewGroup(name: "orders", primary: Address(host: "10.5.5.5", port: 1), quorum: 2),
            NewGroup(name: "new", primary: Scene.fine.primary, quorum: 2),
            NewGroup(name: "new", primary: Address(host: "10.5.5.5", port: 1), quorum: 4),
        ] {
            #expect(throws: OperatorError.self) { try group.check(survey) }
        }
    }

    // MARK: Following a switch

    /// What becomes of a switchover if the monitor answers this, and the first so many of three then name another primary.
    private func outcome(of answer: RESPValue, changing count: Int = 0, within limit: Duration = .seconds(5)) async throws -> SwitchOutcome
    {
        let holder = Mutex<[FakeSentinel]>([])
        let (fakes, scene) = try await deployment { words in
            guard words[1] == "FAILOVER" else { return nil }
            for (index, fake) in holder.withLock({ $0 }).prefix(count).enumerated() {
                var after = Scene.fine
                after.monitors = holder.withLock { $0.map(\.address) }
                (after.primary, after.replicas) = (Scene.fine.replicas[0], [Scene.fine.primary, Scene.fine.replicas[1]])
                let report = after.survey.monitors[index]
                fake.change { $0.sightings = report.sightings }
            }
            return answer
        }
        holder.withLock { $0 = fakes }
        let session = session(scene.monitors)
        // They name Redis servers that are nowhere: those are left alone.
        let plan = try SwitchPlan(SwitchWish("orders", .switchover), try await session.look(atOne: "orders").picture)
        let outcome = await SwitchRun(session.panel, session.settings, plan, within: limit).run { _ in }
        for fake in fakes { try await fake.close() }
        return outcome
    }

    @Test("a switch that all monitors tell of is done")
    func done() async throws {
        let outcome = try await outcome(of: .simple("OK"), changing: 3, within: .seconds(2))
        #expect(outcome.status == .done)
        #expect(outcome.from == Scene.fine.primary && outcome.to == Scene.fine.replicas[0])
    }

    @Test("one that nobody tells of in time has changed nothing; one that some tell of has changed something")
    func timedOut() async throws {
        #expect(try await outcome(of: .simple("OK"), within: .milliseconds(200)).status == .timedOutUnchanged)
        #expect(try await outcome(of: .simple("OK"), changing: 1, within: .milliseconds(500)).status == .timedOutChanged)
    }

    @Test("what the monitor refuses is told with what it means, and what to do")
    func switchRefused() async throws {
        let undone = try await outcome(of: .error("ABORTED Nothing was changed: only 1 of 3 monitors can be reached, which is no majority"))
        #expect(undone.status == .noQuorum)
        #expect(undone.advice != nil)
        #expect(try await outcome(of: .error("NOGOODSLAVE No suitable replica to promote")).status == .refused)
        #expect(try await outcome(of: .error("INPROG Failover already in progress")).status == .refused)
    }
}

import Testing

@testable import PicketOperator

@Suite("Many views, one picture")
struct MergingTests {
    @Test("the majority names the primary; who differs is told")
    func disputed() {
        var scene = Scene.fine
        scene.otherPrimary = [2: scene.replicas[0]]
        let picture = scene.picture
        #expect(picture.primary?.address == scene.primary)
        #expect(picture.state == .disputed)
        #expect(picture.problems.first?.contains("10.0.0.2:6379 by 10.0.0.13:26379") == true)
    }

    @Test("of two that differ, the higher configuration epoch is believed")
    func epochs() {
        var scene = Scene.fine
        scene.failures = [2: .refusedConnection]
        scene.otherPrimary = [0: scene.replicas[0]]
        // The other one's is 7, this one's 6.
        #expect(scene.picture.primary?.address == scene.primary)
    }

    @Test("states", arguments: [("fine", GroupState.ok), ("primary-down", .down), ("troubled", .drift), ("no-majority", .noMajority)])
    func states(name: String, state: GroupState) throws {
        #expect(try #require(Scene.named.first { $0.name == name }).scene.picture.state == state)
    }

    @Test("one monitor that holds the primary down makes it suspected, and with a quorum of one down")
    func suspected() {
        var scene = Scene.fine
        scene.primaryFlags = [1: "s_down,master"]
        #expect(scene.picture.state == .suspected)
        scene.quorums = [0: "1", 1: "1", 2: "1"]
        #expect(scene.picture.state == .down)
    }

    @Test("a failover under way is seen on whoever leads it")
    func failingOver() {
        var scene = Scene.fine
        scene.primaryFlags = [0: "master,failover_in_progress"]
        #expect(scene.picture.state == .failingOver)
    }

    @Test("a setting that is not the same everywhere is drift, with the odd one named")
    func drift() throws {
        var scene = Scene.fine
        scene.quorums = [1: "3"]
        let drift = try #require(scene.picture.drift.first)
        #expect(scene.picture.drift.count == 1)
        #expect(drift.sentence == "quorum is 2, but 3 on 10.0.0.12:26379")
        #expect(scene.picture.quorum == 2)
    }

    @Test("a pause and an instance in maintenance are shown, whatever else is wrong")
    func paused() {
        let picture = Scene.troubled.picture
        #expect(picture.pause == Pause(secondsLeft: 1_500, reason: "rack 4"))
        #expect(picture.replicas[0].isInMaintenance)
        #expect(picture.candidates.map(\.address.host) == ["10.0.0.3"])
    }

    @Test("whose port refuses connections counts for no majority, though the others have not noticed yet")
    func refused() {
        var scene = Scene.fine
        scene.failures = [1: .refusedConnection, 2: .refusedConnection]
        #expect(scene.picture.usableMonitors == 1)
        #expect(!scene.picture.hasMajority)
        // One that is only silent to us may be well for the others: they are believed.
        scene.failures = [1: .silent(after: .seconds(1)), 2: .silent(after: .seconds(1))]
        #expect(scene.picture.usableMonitors == 3)
    }

    @Test("a monitor that is known and was not asked is there, with what the others say of it")
    func unasked() {
        var survey = Scene.fine.survey
        survey.monitors.removeLast()
        let monitors = GroupMerging(survey).pictures[0].monitors
        #expect(monitors.count == 3)
        #expect(monitors[2].isSilent)
        #expect(monitors[2].knownBy == 2)
        #expect(monitors[2].isUsable)
    }

    @Test("an address that nobody answers at and nobody knows is none of the group's monitors")
    func forgotten() {
        var survey = Scene.fine.survey
        survey.monitors.append(MonitorReport(Address(host: "10.0.0.19", port: 26_379), failure: .refusedConnection))
        let picture = GroupMerging(survey).pictures[0]
        #expect(picture.monitors.count == 3)
        #expect(picture.problems.isEmpty)
    }

    @Test("a monitor that watches other groups with the same companions should watch this one; a stranger's affairs are its own")
    func unaware() {
        var (orders, sessions) = (Scene.fine, Scene.fine)
        sessions.group = "sessions"
        var survey = orders.survey
        for index in survey.monitors.indices { survey.monitors[index].sightings += sessions.survey.monitors[index].sightings }
        survey.monitors[2].sightings.removeFirst()
        #expect(GroupMerging(survey).picture(of: "orders")?.monitors.contains { $0.stance == .unaware } == true)

        orders.monitors = (4...6).map { Address(host: "10.0.0.1\($0)", port: 26_379) }
        orders.group = "far"
        var strangers = orders.survey.monitors
        for index in strangers.indices { strangers[index].id = Scene.id(index + 3) }
        let mixed = Survey(Scene.fine.survey.monitors + strangers)
        #expect(GroupMerging(mixed).picture(of: "orders")?.monitors.count == 3)
    }

    @Test("lag is the smaller of two accounts, and never negative")
    func lag() {
        var scene = Scene.fine
        #expect(scene.picture.replicas.map { $0.lag?.bytes } == [0, 1_536])
        scene.lag = -500
        #expect(scene.picture.replicas.map { $0.lag?.bytes } == [0, 0])
        // What a dead primary had at last nobody knows.
        #expect(Scene.primaryDown.picture.replicas.map(\.lag) == [nil, nil])
        scene.hasReports = false
        #expect(scene.picture.replicas.map(\.lag) == [nil, nil])
    }

    @Test("what a replica says itself now is believed before what a monitor heard")
    func ownWord() {
        var scene = Scene.primaryDown
        scene.primaryFlags = [:]
        // Asked itself, and its link is up.
        #expect(scene.picture.candidates.count == 2)
    }

    @Test("candidates: a smaller priority comes first, then who has more, then the run id")
    func candidates() {
        var scene = Scene.fine
        #expect(scene.picture.candidates.map(\.address.host) == ["10.0.0.2", "10.0.0.3"])
        scene.priorities = [1: "10"]
        #expect(scene.picture.candidates.map(\.address.host) == ["10.0.0.3", "10.0.0.2"])
        scene.priorities = [0: "0", 1: "0"]
        #expect(scene.picture.candidates.isEmpty)
        #expect(scene.picture.state == .noReplica)
    }
}

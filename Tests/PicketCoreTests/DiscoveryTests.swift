import Testing

@testable import PicketCore

@Suite("Discovery")
struct DiscoveryTests {
    private func beginner(_ adjust: (inout DurableState) -> Void = { _ in }) -> Stage {
        let stage = Stage(isSettled: false, adjust)
        stage.deliver(.started)
        stage.advance(.milliseconds(100))
        return stage
    }

    @Test("replicas that the primary's INFO lists are watched and remembered")
    func replicas() {
        let stage = beginner()
        #expect(stage.notices.count(.replicaFound) == 2)
        #expect(stage.durable.groups[.cache]?.replicas.elements == [.replica(1), .replica(2)])
        for number in 1...2 {
            #expect(stage.opened.filter { $0.endpoint == .replica(number) }.map(\.purpose) == [.commands])
            #expect(stage.requests(to: .replica(number)).contains { $0.isInfo })
        }
    }

    @Test("what a replica's INFO lists is not watched")
    func listedByReplica() {
        let stage = Stage()
        var report = stage.fleet.report(of: .replica(1))
        report.replicas = [.replica(7)]
        stage.deliver(.replied(stage.linkID(to: .replica(1))!, .info(sentAt: stage.now), .report(report)))
        #expect(stage.instance(at: .replica(7)) == nil)
    }

    @Test("the sender of a hello is a peer from then on, remembered, linked and greeted")
    func peers() {
        let stage = beginner()
        stage.hello(from: stage.peers[0])
        #expect(stage.notices.first(.peerFound)?.subject?.name == stage.peers[0].id.text)
        #expect(stage.durable.groups[.cache]?.peers[stage.peers[0].id] == .peer(1))
        #expect(stage.opened.contains { $0.endpoint == .peer(1) && $0.purpose == .peer })
        #expect(stage.hellos.contains { $0.to == .peer(1) && $0.1.sender == Stage.me })
        stage.hello(from: stage.peers[0])
        #expect(stage.notices.count(.peerFound) == 1)
    }

    @Test("a monitor's own hello teaches it nothing")
    func ownHello() {
        let stage = beginner()
        stage.hello(from: FakePeer(id: Stage.me, endpoint: .peer(9)), currentEpoch: Epoch(7), configEpoch: Epoch(7))
        #expect(stage.group.peers.isEmpty)
        #expect(stage.supervisor.currentEpoch == .zero)
        #expect(stage.group.configEpoch == .zero)
    }

    @Test("a hello about an unknown group teaches nothing, not even its epoch")
    func unknownGroup() {
        let stage = beginner()
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(7), group: GroupName("other"), configEpoch: Epoch(7))
        #expect(stage.group.peers.isEmpty)
        #expect(stage.supervisor.currentEpoch == .zero)
    }

    @Test("a peer that has moved is followed, and is no new peer")
    func peerMoves() {
        let stage = Stage()
        stage.peers[0].endpoint = .peer(7)
        stage.hello(from: stage.peers[0])
        #expect(stage.notices.first(.peerMoved)?.detail == .peerMoved(stage.peers[0].id, to: .peer(7)))
        #expect(!stage.notices.contains(.peerFound))
        #expect(stage.durable.groups[.cache]?.peers[stage.peers[0].id] == .peer(7))
        #expect(stage.linkID(to: .peer(1), .peer) == nil)
        #expect(stage.linkID(to: .peer(7), .peer) != nil)
        #expect(stage.group.knownVoters == 3)
    }

    @Test("a peer that has moved is followed in all groups that know it")
    func peerMovesEverywhere() {
        let queue = GroupName("queue")
        let stage = Stage { state in
            state.groups[queue] = DurableGroup(settings: GroupSettings(quorum: 2), primary: Endpoint(host: "10.0.2.1", port: 6379))
            let peers = state.groups[.cache]!.peers
            state.groups[queue]?.peers = peers
        }
        stage.peers[0].endpoint = .peer(7)
        stage.hello(from: stage.peers[0])
        #expect(stage.durable.groups[queue]?.peers[stage.peers[0].id] == .peer(7))
        #expect(stage.notices.first(.peersCorrected)?.detail == .peersCorrected(1))
        #expect(stage.opened.count { $0.purpose == .peer } == 1)
    }

    @Test("a new id at a known address replaces the old one in all groups")
    func addressTaken() {
        let queue = GroupName("queue")
        let stage = Stage { state in
            state.groups[queue] = DurableGroup(settings: GroupSettings(quorum: 2), primary: Endpoint(host: "10.0.2.1", port: 6379))
            let peers = state.groups[.cache]!.peers
            state.groups[queue]?.peers = peers
        }
        let old = stage.peers[0].id
        let new = FakePeer(id: .made(of: "9"), endpoint: .peer(1))
        stage.hello(from: new)
        #expect(stage.notices.kinds.filter { $0 == .peerAddressTaken || $0 == .peerFound } == [.peerAddressTaken, .peerFound])
        #expect(stage.notices.first(.peerAddressTaken)?.subject?.name == old.text)
        #expect(stage.durable.groups[.cache]?.peers.keys.contains(old) == false)
        #expect(stage.durable.groups[queue]?.peers.keys.contains(old) == false)
        #expect(stage.durable.groups[.cache]?.peers[new.id] == .peer(1))
        #expect(stage.group.knownVoters == 3)
    }

    @Test("forged hellos cannot add peers without end")
    func peerLimit() {
        let stage = Stage(peers: 0)
        for number in 0..<300 {
            let digits = String(number)
            let id = MonitorID(String(repeating: "f", count: 40 - digits.count) + digits)!
            stage.hello(from: FakePeer(id: id, endpoint: Endpoint(host: "10.1.0.\(number % 250)", port: 1_000 + number)))
        }
        #expect(stage.group.peers.count == Limits.peersPerGroup)
        #expect(stage.remarks.contains { $0.level == .warning })
    }

    @Test("a forged INFO cannot add replicas without end")
    func replicaLimit() {
        let stage = Stage()
        var report = stage.fleet.report(of: .primary)
        report.replicas = (0..<2_000).map { Endpoint(host: "10.2.\($0 / 250).\($0 % 250)", port: 6379) }
        stage.deliver(.replied(stage.linkID(to: .primary)!, .info(sentAt: stage.now), .report(report)))
        #expect(stage.group.replicas.count == Limits.replicasPerGroup)
    }

    @Test(
        "a hello whose sender or primary cannot be connected to is ignored",
        arguments: [
            (Endpoint(host: "monitor-1", port: 26379), Endpoint.primary),
            (Endpoint.peer(1), Endpoint(host: "database", port: 6379)),
            (Endpoint(host: "10.0.1.1", port: 0), Endpoint.primary),
            (Endpoint.peer(1), Endpoint(host: "10.0.0.1", port: 65_536)),
        ])
    func implausible(sender: Endpoint, primary: Endpoint) {
        let stage = beginner()
        stage.hello(from: stage.peers[0], at: sender, currentEpoch: Epoch(3), primary: primary, configEpoch: Epoch(3))
        #expect(stage.group.peers.isEmpty)
        #expect(stage.supervisor.currentEpoch == .zero)
        #expect(stage.primaryAddress == .primary)
    }

    @Test("a hello with an absurd epoch cannot exhaust the clock")
    func absurdEpoch() {
        let stage = Stage()
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(.max), configEpoch: .zero)
        stage.hello(from: stage.peers[0], currentEpoch: Epoch(1), primary: .replica(1), configEpoch: Epoch(.max))
        #expect(stage.supervisor.currentEpoch == .zero)
        #expect(stage.primaryAddress == .primary)
    }

    @Test("a peer may have a name where names are resolved")
    func names() {
        let stage = beginner { $0.settings.resolveHostnames = true }
        stage.hello(from: stage.peers[0], at: Endpoint(host: "monitor-1", port: 26379))
        #expect(stage.group.peers[stage.peers[0].id]?.endpoint.host == "monitor-1")
    }

    @Test("a replica that INFO names by host is not watched unless names are resolved", arguments: [false, true])
    func namedReplica(resolves: Bool) {
        let stage = Stage { $0.settings.resolveHostnames = resolves }
        let named = Endpoint(host: "replica-9", port: 6379)
        var report = stage.fleet.report(of: .primary)
        report.replicas = [named]
        stage.deliver(.replied(stage.linkID(to: .primary)!, .info(sentAt: stage.now), .report(report)))
        #expect((stage.instance(at: named) != nil) == resolves)
    }

    @Test("every instance and every peer hears a hello every two seconds")
    func regularHellos() {
        let stage = Stage()
        stage.advance(.seconds(20))
        for endpoint in [Endpoint.primary, .replica(1), .replica(2), .peer(1), .peer(2)] {
            let count = stage.hellos.count { $0.to == endpoint }
            #expect((9...11).contains(count), "\(endpoint) heard \(count)")
        }
        #expect(stage.hellos.first?.1.senderEndpoint == Endpoint(host: Stage.myHost, port: Stage.myPort))
    }

    @Test("a hello that was refused is repeated soon, but not faster than a ping")
    func refusedHello() {
        let stage = Stage()
        stage.override = { to, request in
            if to == .primary, case .publish = request { .reply(.refused(code: "NOREPLICAS", text: "NOREPLICAS")) } else { nil }
        }
        stage.advance(.seconds(10))
        let count = stage.hellos.count { $0.to == .primary }
        #expect((20...45).contains(count), "\(count)")
    }

    @Test("what is announced instead of the own address stands in the hello")
    func announced() {
        let stage = Stage {
            $0.settings.announceHost = "192.0.2.1"
            $0.settings.announcePort = 5_000
        }
        stage.advance(.seconds(3))
        #expect(stage.hellos.last?.1.senderEndpoint == Endpoint(host: "192.0.2.1", port: 5_000))
    }
}

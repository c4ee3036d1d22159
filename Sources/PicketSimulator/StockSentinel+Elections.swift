import OrderedCollections
import PicketCore
import PicketInvariants
import PicketRESP
import PicketWire

/// Who is held down, and whom it votes for.
extension StockSentinel {
    // MARK: Being down

    func judge(_ name: GroupName) {
        guard let group = groups[name] else { return }
        for (endpoint, instance) in group.instances {
            let isDemoted =
                endpoint == group.primary && instance.report?.role == .replica
                && world.now - instance.roleSince > group.downAfter + 20 * .second
            let isDown = isDemoted || instance.link.silence(at: world.now) > group.downAfter
            if isDown, instance.downSince == nil {
                instance.downSince = world.now
                instance.lastDownAt = world.now
            } else if !isDown {
                instance.downSince = nil
            }
        }
        let isDown = group.instances[group.primary]?.downSince != nil
        let agreeing = 1 + group.peers.values.count { $0.opinion.isDown && world.now - $0.opinion.at < 5 * .second }
        group.isObjectivelyDown = isDown && agreeing >= group.quorum
    }

    func ask(_ name: GroupName) {
        guard let group = groups[name], group.instances[group.primary]?.downSince != nil else { return }
        for peer in group.peers.keys {
            guard let link = peerLinks[peer], link.isOpen, let connection = link.connection else { continue }
            guard group.isAskForced || world.now - group.peers[peer]!.askedAt >= .second else { continue }
            groups[name]!.peers[peer]!.askedAt = world.now
            let candidate = group.phase == .electing ? id : nil
            post(.askDown(group: name, primary: group.primary, epoch: currentEpoch, candidate: candidate), name, over: connection)
        }
        groups[name]!.isAskForced = false
    }

    // MARK: Votes

    func serve(_ words: [String], over connection: Int) {
        switch words[0] {
        case "PING": world.send(.replies([.simple("PONG")]), over: connection, by: self)
        case "PUBLISH":
            if let hello = world.hello(words[2]) { heard(hello) }
            world.send(.replies([.integer(1)]), over: connection, by: self)
        case "SENTINEL" where words[1] == "get-master-addr-by-name":
            world.send(.replies([ViewEncoding.address(view(of: GroupName(words[2]))?.primary)]), over: connection, by: self)
        case "SENTINEL" where words[1] == "is-master-down-by-addr":
            guard
                case .isPrimaryDown(let endpoint, let epoch, let candidate)? = try? QuestionParsing.isPrimaryDown(Array(words.dropFirst(2)))
            else { return }
            answerOpinion(endpoint, epoch, candidate, over: connection)
        default: world.send(.replies([.error("ERR unknown command")]), over: connection, by: self)
        }
    }

    func answerOpinion(_ endpoint: Endpoint, _ epoch: Epoch, _ candidate: MonitorID?, over connection: Int) {
        let name = groups.values.first { $0.primary == endpoint }?.name
        var vote: Vote?
        if let name, let candidate {
            vote = castVote(name, candidate, epoch)
            if let vote { world.tell(.voteAnswered(monitor: id, group: name, vote, onDisk: vote)) }
        }
        let isDown = name.flatMap { groups[$0]!.instances[endpoint]?.downSince } != nil
        let answer = Answer.opinion(isDown: isDown, leader: vote?.leader, leaderEpoch: vote?.epoch ?? .zero)
        world.send(.replies([AnswerEncoding.value(answer)]), over: connection, by: self)
    }

    func raise(to epoch: Epoch) {
        guard epoch > currentEpoch else { return }
        currentEpoch = epoch
        world.tell(.epochs(monitor: id, known: epoch, onDisk: epoch))
    }

    func castVote(_ name: GroupName, _ candidate: MonitorID, _ epoch: Epoch) -> Vote? {
        raise(to: epoch)
        guard let group = groups[name] else { return nil }
        if group.vote?.epoch ?? .zero < epoch, currentEpoch <= epoch {
            let vote = Vote(epoch: currentEpoch, leader: candidate)
            group.vote = vote
            if candidate != id { group.lastStart = world.now + Microseconds(world.random.next() % 1_000_000) }
            world.tell(.voted(monitor: id, group: name, vote))
            world.trace(self.name, "+vote-for-leader \(candidate) \(currentEpoch)")
        }
        return groups[name]!.vote
    }
}

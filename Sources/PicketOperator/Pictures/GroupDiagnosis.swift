/// What is wrong with a group, in a word and in sentences.
struct GroupDiagnosis {
    let state: GroupState
    let problems: [String]

    init(_ group: GroupPicture, gaps: [String]) {
        var found: [(GroupState, String)] = []
        Self.primary(group, &found)
        Self.monitors(group, &found)
        Self.replicas(group, &found)
        found += gaps.map { (.degraded, $0) }
        found += group.drift.map { (.drift, $0.sentence) }
        if let pause = group.pause { found.append((.paused, pause.text)) }
        state = found.map(\.0).min() ?? .ok
        // A stable order: the worst first, otherwise as found.
        problems = found.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }

    private static func primary(_ group: GroupPicture, _ found: inout [(GroupState, String)]) {
        let named = Set(group.answering.compactMap { $0.sight?.primary })
        if named.count > 1 {
            let words = named.sorted().map { address in
                "\(address) by \(FigureText.enumeration(group.answering.filter { $0.sight?.primary == address }.map { "\($0.address)" }))"
            }
            found.append((.disputed, "different primaries are named: \(words.joined(separator: "; "))"))
        }
        if let leader = group.answering.first(where: { $0.sight?.failoverState != nil }) {
            found.append((.failingOver, "\(leader.address) \(leader.words)"))
        }
        let holding = group.holdingDown
        if group.answering.contains(where: { $0.sight?.isPrimaryObjectivelyDown == true }) {
            found.append((.down, "the primary is down: \(holding.count) of \(group.answering.count) monitors hold it down"))
        } else if !holding.isEmpty {
            found.append(
                (
                    holding.count >= group.quorum ? .down : .suspected,
                    "\(FigureText.enumeration(holding.map { "\($0.address)" })) \(holding.count == 1 ? "holds" : "hold") the primary down; the quorum is \(group.quorum)"
                ))
        } else if let primary = group.primary, case .asked? = primary.report?.source, primary.report?.isPrimary == false {
            found.append((.degraded, "\(primary.address) says that it is a replica"))
        }
    }

    private static func monitors(_ group: GroupPicture, _ found: inout [(GroupState, String)]) {
        if group.usableMonitors < group.majority {
            found.append(
                (
                    .noMajority,
                    "only \(group.usableMonitors) of \(FigureText.count(group.knownMonitors, "monitor")) can be reached: no majority, no failover"
                ))
        } else if group.usableMonitors < group.quorum {
            found.append(
                (
                    .noMajority,
                    "\(FigureText.count(group.usableMonitors, "monitor")) can be reached, and the quorum is \(group.quorum): no failover"
                ))
        }
        for monitor in group.monitors {
            switch monitor.stance {
            case .silent(let failure):
                let view = monitor.knownBy > 0 ? ", and \(monitor.heldDownBy) of \(monitor.knownBy) others hold it down" : ""
                found.append((.degraded, "monitor \(monitor.address) does not answer (\(failure.text))\(view)"))
            case .unaware: found.append((.degraded, "monitor \(monitor.address) does not watch the group"))
            case .sees where monitor.heldDownBy > 0:
                found.append((.degraded, "monitor \(monitor.address) is held down by \(monitor.heldDownBy) of \(monitor.knownBy) others"))
            case .sees: break
            }
        }
    }

    private static func replicas(_ group: GroupPicture, _ found: inout [(GroupState, String)]) {
        if group.replicas.isEmpty {
            found.append((.noReplica, "there is no replica: nobody can take over"))
        } else if group.candidates.isEmpty {
            found.append((.noReplica, "no replica could be promoted"))
        }
        for replica in group.replicas where !replica.isWell {
            let wrong = replica.condition.text == "says primary" ? "says that it is a primary" : "is \(replica.condition.text)"
            found.append(
                (.degraded, "replica \(replica.address) \(replica.condition.text == "link down" ? "has no link to the primary" : wrong)"))
        }
        for instance in group.instances where instance.isInMaintenance {
            found.append((.maintenance, "\(instance.address) is in maintenance"))
        }
    }
}

/// How a wish is fulfilled: whom to tell, in which words, and what is to be expected. Making one is where safety checks refuse.
package struct SwitchPlan: Hashable, Sendable {
    package let group: GroupPicture
    package let wish: SwitchWish
    /// The monitor that is told.
    package let teller: MonitorOpinion
    package let words: [String]
    /// The old primary takes part, and nothing that was acknowledged is lost.
    package let handsOver: Bool
    /// Who will be the primary: certain with a target, otherwise what the rules come to now.
    package let expected: InstancePicture?
    /// What the operator should know before saying yes.
    package let cautions: [String]

    package init(_ wish: SwitchWish, _ group: GroupPicture) throws(OperatorError) {
        try Self.checkUnderWay(group)
        try Self.checkMajority(wish, group)
        try Self.checkTarget(wish, group)
        self.group = group
        self.wish = wish
        let isDown = group.isPrimaryHeldDown
        if wish.manner == .switchover, isDown || group.primary == nil {
            throw .refused(
                "The primary of \(group.name) is held down: it cannot hand over.",
                advice: "picket failover \(group.name) promotes a replica without it.")
        }
        handsOver = wish.manner != .forced && !isDown && group.answering.contains { Self.canTell($0, handingOver: true, wish.target) }
        if wish.manner == .switchover && !handsOver {
            throw .refused(
                "None of the monitors that answer can have a primary hand over: \(Self.names(group.answering)).",
                advice:
                    "picket failover \(group.name) promotes a replica, and writes that it lacks are lost. A picketd among the monitors hands over without loss."
            )
        }
        teller = try Self.teller(wish, group, handingOver: handsOver)
        var words = ["SENTINEL", "FAILOVER", group.name]
        if let target = wish.target { words += ["TO", target.host, String(target.port)] }
        if handsOver { words.append("COORDINATED") } else if wish.manner == .forced, teller.isPicketd { words.append("FORCE") }
        self.words = words
        expected = wish.target.flatMap { group.replica($0) } ?? group.candidates.first
        cautions = Self.cautions(wish, group, teller, handsOver, isDown: isDown)
    }

    // MARK: Safety

    private static func checkUnderWay(_ group: GroupPicture) throws(OperatorError) {
        guard let leader = group.answering.first(where: { $0.sight?.failoverState != nil }) else { return }
        throw .refused("A failover of \(group.name) is under way: \(leader.address) \(leader.words).", advice: "Wait for it: picket watch.")
    }

    private static func checkMajority(_ wish: SwitchWish, _ group: GroupPicture) throws(OperatorError) {
        guard !group.hasMajority, wish.manner != .forced else { return }
        throw OperatorError(
            .noQuorum,
            "\(group.usableMonitors) of \(FigureText.count(group.knownMonitors, "monitor")) can be reached; \(max(group.majority, group.quorum)) are needed.",
            advice:
                "Start the others. If that is impossible: picket failover \(group.name) --force; what the replica lacks is lost, and the monitors that "
                + "are cut off go on naming the old primary.")
    }

    private static func checkTarget(_ wish: SwitchWish, _ group: GroupPicture) throws(OperatorError) {
        let others = group.candidates.map { "\($0.address)" }
        let advice =
            others.isEmpty
            ? "No replica could be promoted; picket explain \(group.name) shows why." : "These could: \(FigureText.enumeration(others))."
        guard let target = wish.target else {
            guard group.candidates.isEmpty else { return }
            let reasons = group.replicas.map { "\($0.address): \(ReplicaVerdict.of($0, in: group).reason)" }
            throw .refused(
                reasons.isEmpty
                    ? "\(group.name) has no replica."
                    : "No replica of \(group.name) could be promoted (\(reasons.joined(separator: "; "))).",
                advice: "Mend one, then try again.")
        }
        guard group.primary?.address != target else {
            throw .refused("\(target) is the primary of \(group.name) already.", advice: "Nothing was changed. \(advice)")
        }
        guard let replica = group.replica(target) else { throw .usage("\(target) is no replica of \(group.name).", advice: advice) }
        let verdict = ReplicaVerdict.of(replica, in: group)
        guard verdict.isChoosable else { throw .refused("\(target) cannot be promoted: \(verdict.reason).", advice: advice) }
    }

    // MARK: Whom to tell

    private static func canTell(_ monitor: MonitorOpinion, handingOver: Bool, _ target: Address?) -> Bool {
        guard monitor.sight != nil, let software = monitor.software else { return false }
        if target != nil && !software.isPicketd { return false }
        return !handingOver || software.handsOver
    }

    /// Of those that can, a picketd; then the one that reaches the most others.
    private static func teller(_ wish: SwitchWish, _ group: GroupPicture, handingOver: Bool) throws(OperatorError) -> MonitorOpinion {
        let able = group.answering.filter {
            canTell($0, handingOver: handingOver, wish.target) && $0.sight?.primary == group.primary?.address
        }
        let best = able.enumerated().max { first, second in
            func rank(_ entry: (offset: Int, element: MonitorOpinion)) -> (Int, Int, Int) {
                (entry.element.isPicketd ? 1 : 0, entry.element.sight?.usableMonitors ?? 0, -entry.offset)
            }
            return rank(first) < rank(second)
        }
        guard let best else {
            throw .refused(
                "No monitor that answers can be told which replica to promote: \(names(group.answering)).",
                advice:
                    "Only a picketd takes --to. Without one: set replica-priority 0 on the other replicas, wait ten seconds, and leave --to away."
            )
        }
        return best.element
    }

    private static func names(_ monitors: [MonitorOpinion]) -> String {
        FigureText.enumeration(monitors.map { "\($0.address) (\($0.software?.name ?? "?"))" })
    }

    private static func cautions(_ wish: SwitchWish, _ group: GroupPicture, _ teller: MonitorOpinion, _ handsOver: Bool, isDown: Bool)
        -> [String]
    {
        var cautions: [String] = []
        if !handsOver {
            if isDown {
                cautions.append("the primary is held down: writes that no replica has are lost")
            } else if teller.isPicketd {
                cautions.append("the primary is not asked: writes that the replica lacks are lost")
            } else {
                cautions.append(
                    "\(teller.address) is a \(teller.software?.name ?? "sentinel"): it promotes without handing over, and writes that the replica lacks are lost"
                )
            }
        }
        if !group.hasMajority {
            cautions.append(
                "only \(group.usableMonitors) of \(group.knownMonitors) monitors can be reached: the others, and their clients, go on with the old primary"
            )
        }
        if let lag = group.largestLag, lag > 1 << 20 {
            cautions.append("a replica is \(FigureText.bytes(lag)) behind: a planned switch waits for it, or is undone")
        }
        if let pause = group.pause { cautions.append("the group is \(pause.text); an order of yours is carried out all the same") }
        return cautions
    }

    // MARK: Telling

    package var document: Document {
        [
            "group": .text(group.name), "from": .text(group.primary?.address), "to": .text(expected?.address),
            "toIsCertain": .flag(wish.target != nil),
            "handsOver": .flag(handsOver), "tells": .text("\(teller.address)"), "command": .text(words.joined(separator: " ")),
            "cautions": .texts(cautions),
        ]
    }

    /// The topology before and after.
    package func lines(_ page: Page) -> [String] {
        let palette = page.palette
        var grid = Grid([.init("INSTANCE"), .init("NOW"), .init("THEN"), .init("STATE"), .init("LAG", isRight: true)])
        for instance in group.instances {
            let isNext = instance.address == expected?.address
            let then =
                isNext
                ? (wish.target == nil ? "primary (expected)" : "primary")
                : instance.isPrimary && instance.isDown ? "replica, when it is back" : "replica"
            let condition = instance.condition
            grid.append([
                .init("\(instance.address)"), .init(instance.isPrimary ? "primary" : "replica", instance.isPrimary ? .strong : .plain),
                .init(then, isNext ? .strong : .plain), .init(condition.text, condition.style),
                .init(instance.lag.map { FigureText.bytes($0.bytes) } ?? "-"),
            ])
        }
        let manner =
            handsOver ? "The primary hands over; no acknowledged write is lost." : "A replica is promoted without the primary's consent."
        return [palette.paint(group.name, .strong)] + grid.lines(page, indent: "  ") + [manner]
            + [palette.paint("Told to \(teller.address): \(words.joined(separator: " "))", .faint)]
            + cautions.map { palette.paint("! \($0)", .doubtful) }
    }

    package var question: String {
        "\(wish.manner == .switchover ? "Switch" : "Fail") \(group.name) over\(group.primary.map { ", away from \($0.address)" } ?? "")?"
    }
}

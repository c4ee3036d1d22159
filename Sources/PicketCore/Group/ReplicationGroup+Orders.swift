/// SENTINEL FAILOVER: an operator wants another primary.
extension ReplicationGroup {
    /// An order whose election was lost to another monitor; it is tried again.
    struct PostponedOrder: Hashable, Sendable {
        let order: FailoverOrder
        let ticket: Ticket?
        let due: Instant
        let triesLeft: Int
    }

    mutating func orderFailover(_ order: FailoverOrder, _ ticket: Ticket, _ monitor: inout Monitor) {
        if attempt != nil || postponedOrder != nil { return refuse(ticket, .failoverInProgress, &monitor) }
        guard monitor.canPromise else { return refuse(ticket, .other(monitor.storageRefusal), &monitor) }
        if let target = order.target, let why = objection(toTarget: target, by: order.manner, monitor) {
            return refuse(ticket, .other("NOGOODSLAVE \(target) cannot be promoted: it \(why)"), &monitor)
        }
        guard let best = bestCandidate(freshSince: nil, monitor), !isPrimary(best.id) else {
            return refuse(ticket, .noGoodReplica, &monitor)
        }
        let obstacle = obstacleToSwitchover(monitor)
        switch (order.manner, obstacle) {
        case (.coordinated, let why?): return refuse(ticket, .other("ABORTED Nothing was changed: \(why)"), &monitor)
        case (.coordinated, nil): obey(order, ticket, triesLeft: Limits.switchoverElections, &monitor)
        case (.usual, nil): obey(order, nil, triesLeft: Limits.switchoverElections, begun: ticket, &monitor)
        case (.usual, let why?):
            monitor.remark(
                .warning, "The failover of \(name) that was ordered is a forced one: \(why). Writes that no replica has are lost.")
            force(order, ticket, &monitor)
        case (.forced, _):
            monitor.remark(.warning, "A forced failover of \(name) was ordered. Writes that no replica has are lost.")
            force(order, ticket, &monitor)
        }
    }

    /// As a switch that an operator orders, where it loses nothing. Why it cannot be begun, where it cannot; nobody waits for its end.
    mutating func beginSwitchover(_ monitor: inout Monitor) -> String? {
        if attempt != nil || postponedOrder != nil { return "a failover is under way" }
        if let obstacle = obstacleToSwitchover(monitor) { return obstacle }
        guard let best = bestCandidate(freshSince: nil, monitor), !isPrimary(best.id) else { return "no replica can be promoted" }
        obey(FailoverOrder(), nil, triesLeft: Limits.switchoverElections, &monitor)
        return nil
    }

    private func refuse(_ ticket: Ticket, _ refusal: Refusal, _ monitor: inout Monitor) {
        monitor.emit(.answer(ticket, .refused(refusal)))
    }

    private func objection(toTarget target: Endpoint, by manner: FailoverOrder.Manner, _ monitor: Monitor) -> String? {
        guard let instance = instance(at: target, monitor) else { return "is no replica of \(name)" }
        if isPrimary(instance.id) { return "is the primary already" }
        if isInMaintenance(instance, monitor) { return Objection.inMaintenance.rawValue }
        if manner != .forced, !primary.isDown, !instance.replication.isLinkUp { return Objection.notInStep.rawValue }
        return objection(to: instance, freshSince: nil, monitor)?.rawValue
    }

    /// Why the primary cannot be asked to hand over, if it cannot.
    func obstacleToSwitchover(_ monitor: Monitor) -> String? {
        let primary = self.primary
        if primary.isDown || objectivelyDownSince != nil { return "the primary is held down" }
        if !primary.reachability.link.isOpen { return "the primary is not connected" }
        if primary.report == nil { return "the primary has not told of itself yet" }
        if primary.formerLife != nil { return "the primary was restarted, and it is not known yet what it has" }
        if primary.claimedRole != .primary { return "the primary says that it is a replica" }
        if usableVoters < majority { return "only \(usableVoters) of \(knownVoters) monitors can be reached, which is no majority" }
        return nil
    }

    /// - Parameters:
    ///   - ticket: answered when the switch has ended.
    ///   - begun: answered as soon as the epoch that it needs is on disk.
    private mutating func obey(
        _ order: FailoverOrder, _ ticket: Ticket?, triesLeft: Int, begun: Ticket? = nil, _ monitor: inout Monitor
    ) {
        begin(.switchover, &monitor)
        answer(begun, .done, &monitor)
        attempt?.target = order.target
        attempt?.ticket = ticket
        attempt?.triesLeft = triesLeft - 1
        advance(&monitor)
        evaluate(&monitor)
    }

    private mutating func force(_ order: FailoverOrder, _ ticket: Ticket, _ monitor: inout Monitor) {
        begin(.forced, &monitor)
        answer(ticket, .done, &monitor)
        attempt?.target = order.target
        advance(&monitor)
        evaluate(&monitor)
    }

    // MARK: Again

    /// Another candidate got the votes, or they split: a switchover is worth another try.
    mutating func postponeOrder(_ attempt: FailoverAttempt, until due: Instant) {
        postponedOrder = PostponedOrder(
            order: FailoverOrder(.coordinated, target: attempt.target), ticket: attempt.ticket, due: due, triesLeft: attempt.triesLeft)
    }

    mutating func obeyPostponedOrderIfDue(_ monitor: inout Monitor) {
        guard let postponed = postponedOrder, phase == nil, postponed.due <= monitor.now else { return }
        postponedOrder = nil
        let hasMoved = switchedAt.map { $0 > postponed.due - Limits.electionDeferral } ?? false
        if hasMoved || obstacleToSwitchover(monitor) != nil || bestCandidate(freshSince: nil, monitor) == nil {
            let why =
                hasMoved ? "another monitor has moved the primary meanwhile" : obstacleToSwitchover(monitor) ?? "no replica can be promoted"
            answer(postponed.ticket, .refused(.other("ABORTED Nothing was changed: \(why)")), &monitor)
            return
        }
        obey(postponed.order, postponed.ticket, triesLeft: postponed.triesLeft, &monitor)
    }

    /// Whoever waits for the end of a switchover hears of it.
    mutating func answer(_ ticket: Ticket?, _ answer: Answer, _ monitor: inout Monitor) {
        if let ticket { monitor.emitWhenDurable(.answer(ticket, answer)) }
    }
}

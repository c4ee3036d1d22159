/// Carries a plan out, and follows it until the monitors agree.
package struct SwitchRun: Sendable {
    /// How often it is looked whether all agree.
    private static let lookAgain: Duration = .milliseconds(20)
    /// For the other replicas to be led over; not waited for longer, since one of them may be dead.
    private static let reattaching: Duration = .seconds(10)

    /// Something that happened, and when: after the order.
    package struct Step: Sendable {
        package let after: Duration
        package let news: MonitorNews
    }

    let panel: Panel
    let settings: OperatorSettings
    let plan: SwitchPlan
    let limit: Duration

    package init(_ panel: Panel, _ settings: OperatorSettings, _ plan: SwitchPlan, within limit: Duration) {
        self.panel = panel
        self.settings = settings
        self.plan = plan
        self.limit = limit
    }

    /// - Parameter tell: Called for each event of the group, in order.
    package func run(_ tell: @escaping @Sendable (Step) -> Void) async -> SwitchOutcome {
        let feed = NewsFeed(panel)
        await feed.listen(to: plan.group.answering.map(\.address))
        let clock = ContinuousClock()
        let epochBefore = await latestRecord()?.epoch ?? -1
        let begin = clock.now
        let name = plan.group.name
        let telling = Task {
            for await news in feed.news where news.at >= begin && (news.group == nil || news.group == name) {
                tell(Step(after: news.at - begin, news: news))
            }
        }
        defer { telling.cancel() }
        let result = await order(begin, epochBefore)
        // What was published before the last look has arrived by now.
        try? await clock.sleep(for: .milliseconds(20))
        feed.end()
        await telling.value
        return result
    }

    private func order(_ begin: ContinuousClock.Instant, _ epochBefore: Int64) async -> SwitchOutcome {
        let clock = ContinuousClock()
        let deadline = begin + limit
        do throws(TalkFailure) {
            // One that hands over answers when it is done, and ends by itself long before.
            _ = try await panel.ask(plan.teller.address, plan.words, within: limit)
        } catch {
            if case .answered(let text) = error { return await refusal(text, begin) }
            let survey = await panel.survey(of: plan.group.name)
            return await ended(
                hasChanged(survey) ? .timedOutChanged : .timedOutUnchanged, begin, reason: "\(plan.teller.address): \(error.text)")
        }
        while true {
            let survey = await panel.survey(of: plan.group.name)
            if let new = agreed(survey), await isPrimary(new) {
                let agreedAt = clock.now
                let (record, isOver) = await waitForEnd(epochBefore, until: min(deadline, agreedAt + Self.reattaching))
                return await done(new, begin: begin, agreedAt: agreedAt, record, isOver: isOver)
            }
            guard clock.now < deadline, (try? await clock.sleep(for: Self.lookAgain)) != nil else {
                let status: VerbStatus = hasChanged(survey) ? .timedOutChanged : .timedOutUnchanged
                return await ended(status, begin, reason: "the monitors did not agree on a new primary within \(DurationText.brief(limit))")
            }
        }
    }

    // MARK: Looking

    private var old: Address? { plan.group.primary?.address }

    /// All that answer name the same new primary.
    private func agreed(_ survey: Survey) -> Address? {
        let named = survey.answering.compactMap { $0.sighting(of: plan.group.name)?.primary.address }
        guard let first = named.first, first != old, named.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    private func hasChanged(_ survey: Survey) -> Bool {
        survey.answering.compactMap { $0.sighting(of: plan.group.name) }.contains { sighting in
            sighting.primary.address != old || sighting.replicas.contains { $0.has("promoted") }
        }
    }

    /// As it says itself; where it cannot be asked, the monitors' word is enough.
    private func isPrimary(_ address: Address) async -> Bool {
        guard let options = settings.redis else { return true }
        do {
            let connection = try await ServerConnection.open(address, options)
            defer { connection.close() }
            return try await connection.ask(["ROLE"]).elements?.first?.text == "master"
        } catch TalkFailure.answered {
            return true
        } catch {
            return plan.group.replica(address)?.report?.source != .asked
        }
    }

    private func latestRecord() async -> FailoverRecord? {
        guard plan.teller.isPicketd,
            let value = try? await panel.value(plan.teller.address, ["SENTINEL", "FAILOVER-TRACE", plan.group.name])
        else { return nil }
        return value.elements?.first.flatMap { FailoverRecord($0, leader: plan.teller.address) }
    }

    /// Until the leader says that it is over, or the time is.
    private func waitForEnd(_ epochBefore: Int64, until deadline: ContinuousClock.Instant) async -> (FailoverRecord?, isOver: Bool) {
        let clock = ContinuousClock()
        var record: FailoverRecord?
        while true {
            if let latest = await latestRecord(), latest.epoch > epochBefore { record = latest }
            let survey = await panel.survey(of: plan.group.name)
            let isUnderWay = survey.answering.contains { $0.sighting(of: plan.group.name)?.primary.has("failover_in_progress") == true }
            // A picketd writes the story down; until it is there, it is not over.
            let isWritten = plan.teller.isPicketd ? record?.isUnderWay == false : true
            if !isUnderWay, isWritten { return (record, true) }
            guard clock.now < deadline, (try? await clock.sleep(for: Self.lookAgain)) != nil else { return (record, false) }
        }
    }

    // MARK: Ends

    private func done(
        _ new: Address, begin: ContinuousClock.Instant, agreedAt: ContinuousClock.Instant, _ record: FailoverRecord?, isOver: Bool
    ) async -> SwitchOutcome {
        let isWithoutLoss = record.map { $0.cause == "switchover" } ?? plan.handsOver
        var notes: [String] = []
        if let target = plan.wish.target, target != new {
            notes.append("it is not the one that was asked for, \(target): another failover came between")
        }
        if !isOver { notes.append("the other replicas are still being attached: picket topology \(plan.group.name)") }
        return SwitchOutcome(
            group: plan.group.name, status: isWithoutLoss ? .done : .doneWithPossibleLoss, from: old, to: new,
            milliseconds: (agreedAt - begin).inMilliseconds, record: record, reason: nil, advice: nil, notes: notes, after: await picture())
    }

    private func ended(_ status: VerbStatus, _ begin: ContinuousClock.Instant, reason: String, advice: String? = nil) async -> SwitchOutcome
    {
        let after = await picture()
        return SwitchOutcome(
            group: plan.group.name, status: status, from: old, to: after?.primary?.address,
            milliseconds: (ContinuousClock.now - begin).inMilliseconds, record: nil, reason: reason,
            advice: advice ?? "picket explain \(plan.group.name) says what stands against it; picket watch shows what goes on.", notes: [],
            after: after)
    }

    private func picture() async -> GroupPicture? {
        let survey = await panel.survey(of: plan.group.name)
        let reports = await InstanceInquiry(panel, settings).reports(survey)
        return GroupMerging(survey, reports: reports, zones: settings.zones).picture(of: plan.group.name)
    }

    /// An error reply: nothing was begun, or all was undone.
    private func refusal(_ text: String, _ begin: ContinuousClock.Instant) async -> SwitchOutcome {
        let survey = await panel.survey(of: plan.group.name)
        let (status, advice) = Refusal.reading(text, group: plan.group.name)
        return await ended(
            hasChanged(survey) && text.hasPrefix("ABORTED") ? .timedOutChanged : status, begin, reason: text.printable, advice: advice)
    }
}

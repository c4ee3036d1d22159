/// Tells one picketd, and looks until all have heard of it.
package struct PowerOrder: Sendable {
    /// Pickets tell each other at once; one that is busy, or just reconnecting, takes longer.
    package static let spreading: Duration = .seconds(5)
    private static let lookAgain: Duration = .milliseconds(50)

    let panel: Panel
    let power: Power

    package init(_ panel: Panel, _ power: Power) {
        self.panel = panel
        self.power = power
    }

    package func run(_ group: GroupPicture) async throws(OperatorError) -> OrderReport {
        guard !group.picketds.isEmpty else {
            throw .refused(
                "None of the monitors of \(group.name) that answer is a picketd; no other knows this.", advice: power.instead(group))
        }
        let (teller, answer) = try await tell(group)
        let survey = await settle(group)
        // `OK`, or `OK, ` and what should be known.
        var notes = answer == "OK" ? [] : [answer.hasPrefix("OK, ") ? String(answer.dropFirst(4)) : answer]
        let lines = group.monitors.map { monitor -> OrderReport.Line in
            if monitor.address == teller { return line(monitor, true, "told") }
            if case .silent(let failure) = monitor.stance {
                return line(monitor, false, "does not answer (\(failure.text)); it will hear of it when it is back")
            }
            guard monitor.isPicketd else { return line(monitor, false, "cannot be told: it is no picketd") }
            let isSeen =
                survey.monitors.first { $0.address == monitor.address }?.sighting(of: group.name).map { power.isSeen(in: $0) } ?? false
            return line(monitor, isSeen, isSeen ? "knows" : "has not shown within \(DurationText.brief(Self.spreading)) that it knows")
        }
        let deaf = group.monitors.filter { !$0.isPicketd && !$0.isSilent }
        if !deaf.isEmpty, let note = deafness(group, deaf) {
            // Of those that cannot be paused the monitor tells, too; here with what follows from it.
            if case .pause = power { notes = [] }
            notes.append(note)
        }
        let ignorant = lines.contains { line in !line.isDone && group.picketds.contains { $0.address == line.monitor } }
        return OrderReport(power.sentence(group.name), lines: lines, notes: notes, status: ignorant ? .timedOutChanged : .done)
    }

    private func line(_ monitor: MonitorOpinion, _ isDone: Bool, _ text: String) -> OrderReport.Line {
        .init(monitor: monitor.address, software: monitor.software, isDone: isDone, text: text)
    }

    /// The first picketd that takes the order.
    private func tell(_ group: GroupPicture) async throws(OperatorError) -> (Address, String) {
        var unaware: [Address] = []
        var silent: [String] = []
        for monitor in group.picketds {
            do throws(TalkFailure) {
                return (monitor.address, try await panel.ask(monitor.address, power.words(group.name), within: .seconds(5)).text)
            } catch {
                if error.isUnknownCommand {
                    unaware.append(monitor.address)
                } else if case .answered(let text) = error {
                    throw OperatorError(.refused, "\(monitor.address) refuses: \(text.printable)", advice: error.advice)
                } else {
                    silent.append("\(monitor.address): \(error.text)")
                }
            }
        }
        if !unaware.isEmpty {
            throw .refused(
                "\(FigureText.enumeration(unaware.map { "\($0)" })) \(unaware.count == 1 ? "is a picketd of a version that does" : "are picketd of versions that do") not know \(power.words(group.name).prefix(2).joined(separator: " ")).",
                advice: "Upgrade picketd, one monitor after the other. \(power.instead(group))")
        }
        throw OperatorError(
            .noQuorum, "No picketd took the order (\(silent.joined(separator: "; "))).", advice: "picket status shows who answers.")
    }

    /// Looks until every picketd shows it, or the time is over.
    private func settle(_ group: GroupPicture) async -> Survey {
        let clock = ContinuousClock()
        let deadline = clock.now + Self.spreading
        let addresses = Set(group.picketds.map(\.address))
        while true {
            let survey = await panel.survey(of: group.name)
            let seen = survey.monitors.filter { addresses.contains($0.address) }.compactMap { $0.sighting(of: group.name) }
            if seen.count >= addresses.count, seen.allSatisfy({ power.isSeen(in: $0) }) { return survey }
            guard clock.now < deadline, (try? await clock.sleep(for: Self.lookAgain)) != nil else { return survey }
        }
    }

    /// What the monitors that are no picketd go on doing.
    private func deafness(_ group: GroupPicture, _ deaf: [MonitorOpinion]) -> String? {
        let names = FigureText.enumeration(deaf.map { "\($0.address)" })
        switch power {
        case .pause:
            let alone = deaf.count >= group.majority && deaf.count >= group.quorum
            return "\(names) cannot be paused"
                + (alone
                    ? ", and are enough for a failover without the others"
                    : "; without the votes of the picketd they are too few for a failover")
        case .maintenance:
            return "\(names) would promote it all the same, should one of them lead a failover: replica-priority 0 keeps them from it"
        case .forgetReplica, .forgetMonitor:
            return "\(names) still \(deaf.count == 1 ? "knows" : "know") it: SENTINEL RESET \(group.name) there, one after the other"
        case .resume: return nil
        }
    }
}

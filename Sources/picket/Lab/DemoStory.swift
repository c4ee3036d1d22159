import PicketLab

/// The failover in words: each event that a monitor published, as it comes.
actor DemoStory {
    private let stage: DemoStage
    private let killedAt: ContinuousClock.Instant
    private var told = 0
    private var epochs: [Int: Substring] = [:]

    init(_ stage: DemoStage, killedAt: ContinuousClock.Instant) {
        self.stage = stage
        self.killedAt = killedAt
    }

    /// Whatever has happened since the last time.
    func tellNews() {
        let events = stage.recorder.events
        let news = events[told...]
        told = events.count
        for event in news where event.at >= killedAt {
            guard let text = text(for: event) else { continue }
            let time = (event.at - killedAt).milliseconds.grouped.right(7)
            stage.terminal.say("\(time)  \(stage.terminal.style(stage.monitorName(event.monitor), .cyan))  \(text)")
        }
    }

    /// Nil for what is of no interest here.
    private func text(for event: MonitorEvent) -> String? {
        let words = event.words
        switch event.name {
        case "+sdown" where words.first == "master": return "holds the primary down"
        case "-sdown" where words.first == "master": return "hears from the primary again"
        case "+odown": return "knows that enough monitors do (\(words.last ?? ""))"
        case "+new-epoch":
            epochs[event.monitor] = words.first
            return nil
        case "+try-failover": return "stands for election" + (epochs[event.monitor].map { " in epoch \($0)" } ?? "")
        case "+vote-for-leader": return vote(words, by: event.monitor)
        case "+elected-leader": return "is \(stage.terminal.style("elected", .bold)): it leads the failover"
        case "+selected-slave": return "chooses the replica \(address(words))"
        case "+promoted-slave": return "sees that \(address(words)) is a primary now"
        case "+switch-master":
            return words.count == 5
                ? "tells clients: \(stage.terminal.style("the primary is \(stage.address(words[4]))", .green, .bold))" : nil
        case "+slave-reconf-sent", "+slave-reconf-sent-be": return "attaches \(address(words)) to the new primary"
        case "+slave-reconf-done": return "sees that \(address(words)) is in step"
        case "+failover-end": return "is done"
        case "+failover-end-for-timeout": return stage.terminal.style("is done, but not every replica was attached in time", .yellow)
        case "+convert-to-slave": return "makes \(address(words)) a replica again"
        default:
            guard event.name.hasPrefix("-failover-abort") else { return nil }
            return stage.terminal.style("gives up: \(event.name.dropFirst("-failover-abort-".count))", .yellow)
        }
    }

    private func vote(_ words: [Substring], by voter: Int) -> String? {
        guard words.count == 2 else { return nil }
        let candidate = stage.monitor(withIdentity: words[0])
        let whom = candidate == voter ? "itself" : candidate.map { stage.monitorName($0) } ?? String(words[0].prefix(8))
        return "votes for \(whom) in epoch \(words[1])"
    }

    /// `slave <name> <ip> <port> @ …`
    private func address(_ words: [Substring]) -> String { words.count > 3 ? stage.address(words[3]) : "?" }
}

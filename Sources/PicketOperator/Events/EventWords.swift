/// Events in a person's words.
package enum EventWords {
    /// Nil for what only machines want to know.
    ///
    /// - Parameter name: What a monitor with this id is called, if that is known.
    package static func sentence(_ news: MonitorNews, name: (Substring) -> String?) -> String? {
        let words = news.words
        let subject = news.subject.map { "\($0)" } ?? "?"
        let isPrimary = words.first == "master"
        switch news.name {
        case "+sdown": return isPrimary ? "holds the primary \(subject) down" : "holds the \(kind(words)) \(subject) down"
        case "-sdown": return "hears from \(isPrimary ? "the primary" : "the \(kind(words))") \(subject) again"
        case "+odown": return "knows that enough monitors hold the primary down (\(words.last.map { $0.drop { $0 == "#" } } ?? ""))"
        case "-odown": return "no longer knows enough monitors that hold the primary down"
        case "+new-epoch": return "goes to epoch \(words.first ?? "?")"
        case "+try-failover": return "stands for election"
        case "+vote-for-leader":
            guard words.count == 2 else { return nil }
            return "votes for \(name(words[0]) ?? String(words[0].prefix(8))) in epoch \(words[1])"
        case "+elected-leader": return "is elected: it leads the failover"
        case "+selected-slave": return "chooses the replica \(subject)"
        case "+failover-state-select-slave": return "looks for the best replica"
        case "+failover-state-wait-promotion": return "waits until \(subject) says that it is the primary"
        case "+failover-state-reconf-slaves": return "leads the other replicas over"
        case "+slave-reconf-inprog": return "sees that \(subject) follows the new primary"
        case "+config-update-from": return "takes over what \(subject) tells"
        case "+role-change", "-role-change": return "hears that \(subject) is a \(words.last == "master" ? "primary" : "replica") now"
        case "+failover-state-send-slaveof-noone": return "tells \(subject) to be the primary"
        case "+promoted-slave": return "sees that \(subject) is a primary now"
        case "+switch-master": return news.newPrimary.map { "tells clients: the primary is \($0)" }
        case "+slave-reconf-sent", "+slave-reconf-sent-be": return "attaches \(subject) to the new primary"
        case "+slave-reconf-done": return "sees that \(subject) is in step"
        case "+failover-end": return "is done"
        case "+failover-end-for-timeout": return "is done, but not every replica was attached in time"
        case "+convert-to-slave": return "makes \(subject) a replica again"
        case "+fix-slave-config": return "leads the replica \(subject) back to the primary"
        case "+slave": return "has found the replica \(subject)"
        case "+sentinel": return "has found the monitor \(subject)"
        case "+reboot": return "sees that \(subject) has restarted"
        case "+monitor": return "watches \(news.group ?? "?")"
        case "-monitor": return "no longer watches \(news.group ?? "?")"
        case "+set": return "has a new setting: \(words.dropFirst(4).joined(separator: " "))"
        case "+reset-master": return "has forgotten what it knew of \(news.group ?? "?")"
        case "+tilt": return "does not trust its own clock (tilt)"
        case "-tilt": return "trusts its clock again"
        case "+pause": return "is paused for \(duration(words.dropFirst(4).first)): no automatic failover" + reason(words.dropFirst(5))
        case "-pause": return "is no longer paused"
        case "+maintenance":
            return "has \(subject) in maintenance" + reason(words.first == "master" ? words.dropFirst(4) : words.dropFirst(8))
        case "-maintenance": return "has \(subject) out of maintenance"
        case "+forget": return "has forgotten the \(kind(words)) \(subject)"
        default:
            guard news.name.hasPrefix("-failover-abort-") else { return nil }
            return "gives up: \(news.name.dropFirst("-failover-abort-".count))"
        }
    }

    /// What comes with every switch, and tells an operator nothing.
    package static func isRoutine(_ news: MonitorNews) -> Bool {
        ["+slave", "+role-change", "-role-change", "+slave-reconf-inprog", "+config-update-from", "+failover-state-wait-promotion"]
            .contains(news.name)
    }

    private static func kind(_ words: [Substring]) -> String {
        switch words.first {
        case "slave": "replica"
        case "sentinel": "monitor"
        default: "primary"
        }
    }

    private static func duration(_ seconds: Substring?) -> String {
        seconds.flatMap { Int64($0) }.map { DurationText.brief(.seconds($0)) } ?? "a while"
    }

    private static func reason(_ words: ArraySlice<Substring>) -> String {
        words.isEmpty ? "" : " (\(words.joined(separator: " ").printable))"
    }

    package static func style(_ news: MonitorNews) -> Style {
        switch news.name {
        case "+sdown", "+odown", "+tilt": .bad
        case "+switch-master", "+failover-end", "-sdown", "-odown": .good
        case "+pause", "+maintenance", "+failover-end-for-timeout": .doubtful
        default: news.name.hasPrefix("-failover-abort") ? .bad : .plain
        }
    }
}

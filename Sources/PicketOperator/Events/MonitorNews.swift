/// What a monitor published, and what of it is about.
package struct MonitorNews: Hashable, Sendable {
    package let monitor: Address
    /// `+sdown`, `+switch-master` …
    package let name: String
    package let text: String
    package let at: ContinuousClock.Instant

    package init(monitor: Address, name: String, text: String, at: ContinuousClock.Instant) {
        self.monitor = monitor
        self.name = name
        self.text = text
        self.at = at
    }

    package var words: [Substring] { text.split(separator: " ") }

    /// The group it is of; nil where it concerns the monitor alone, as `+tilt`.
    package var group: String? {
        let words = words
        if name == "+switch-master" { return words.first.map(String.init) }
        switch words.first {
        case "master" where words.count >= 4: return String(words[1])
        case "slave", "sentinel":
            guard words.count >= 6, words[4] == "@" else { return nil }
            return String(words[5])
        default: return nil
        }
    }

    /// Whom it is about: `<type> <name> <ip> <port>`.
    package var subject: Address? {
        let words = words
        guard words.count >= 4, ["master", "slave", "sentinel"].contains(words[0]), let port = Int(words[3]) else { return nil }
        return Address(host: String(words[2]), port: port)
    }

    /// Where the primary is after a switch.
    package var newPrimary: Address? {
        let words = words
        guard name == "+switch-master", words.count == 5, let port = Int(words[4]) else { return nil }
        return Address(host: String(words[3]), port: port)
    }

    package var document: Document {
        ["monitor": .text("\(monitor)"), "event": .text(name), "group": .text(group), "text": .text(text)]
    }
}

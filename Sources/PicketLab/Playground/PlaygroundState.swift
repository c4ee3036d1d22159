/// What a playground consists of, as its file tells: the processes live on when the program that started them has ended.
package struct PlaygroundState: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case redis
            case picketd
            case redisSentinel = "redis-sentinel"
        }

        package let name: String
        package let kind: Kind
        /// Of a Redis server; a monitor watches all groups.
        package let group: String?
        package let port: Int
        package let executable: String
        package var process: DetachedProcess?
        /// In a network of its own, in which this relay makes the others' ports.
        package var relay: DetachedProcess?
        package var isCut = false

        package var isMonitor: Bool { kind != .redis }
    }

    package var quorum: Int
    package var entries: [Entry]
    /// Makes the ports of nodes that have networks of their own.
    package var outerRelay: DetachedProcess?

    package init(quorum: Int, entries: [Entry], outerRelay: DetachedProcess? = nil) {
        self.quorum = quorum
        self.entries = entries
        self.outerRelay = outerRelay
    }

    package var monitors: [Entry] { entries.filter(\.isMonitor) }
    package var instances: [Entry] { entries.filter { !$0.isMonitor } }
    package var groups: [String] {
        instances.reduce(into: []) { names, entry in if let group = entry.group, !names.contains(group) { names.append(group) } }
    }
    package var isCuttable: Bool { outerRelay != nil }

    // MARK: As text

    private static let title = "picket-lab 1"

    /// Lines of words; the path comes last, since it may have blanks.
    package var text: String {
        var lines = [Self.title, "quorum \(quorum)"]
        if let outerRelay { lines.append("outer \(Self.words(outerRelay))") }
        for entry in entries {
            lines.append("node \(entry.name) \(entry.kind.rawValue) \(entry.group ?? "-") \(entry.port) \(entry.executable)")
            if let process = entry.process { lines.append("process \(Self.words(process))") }
            if let relay = entry.relay { lines.append("relay \(Self.words(relay))") }
            if entry.isCut { lines.append("cut") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// - Parameter source: What the file is called in errors.
    package init(parsing text: String, source: String) throws(PlaygroundError) {
        quorum = 0
        entries = []
        func fault(_ line: Substring) -> PlaygroundError {
            PlaygroundError(.usage, "\(source) is no playground's state: '\(line.prefix(60))'.", "Name another directory with --dir.")
        }
        let lines = text.split(separator: "\n")
        guard lines.first.map(String.init) == Self.title else { throw fault(lines.first ?? "") }
        for line in lines.dropFirst() {
            let words = line.split(separator: " ", maxSplits: 5)
            switch (words.first, words.count) {
            case ("quorum", 2):
                guard let number = Int(words[1]) else { throw fault(line) }
                quorum = number
            case ("node", 6):
                guard let kind = Entry.Kind(rawValue: String(words[2])), let port = Int(words[4]) else { throw fault(line) }
                entries.append(
                    Entry(
                        name: String(words[1]), kind: kind, group: words[3] == "-" ? nil : String(words[3]), port: port,
                        executable: String(words[5])))
            case ("outer", 3):
                guard let process = Self.process(words) else { throw fault(line) }
                outerRelay = process
            case ("process", 3) where !entries.isEmpty: entries[entries.count - 1].process = Self.process(words)
            case ("relay", 3) where !entries.isEmpty: entries[entries.count - 1].relay = Self.process(words)
            case ("cut", 1) where !entries.isEmpty: entries[entries.count - 1].isCut = true
            default: throw fault(line)
            }
        }
    }

    private static func words(_ process: DetachedProcess) -> String { "\(process.processID) \(process.startTicks)" }
    private static func process(_ words: [Substring]) -> DetachedProcess? {
        guard let id = Int32(words[1]), let ticks = UInt64(words[2]) else { return nil }
        return DetachedProcess(processID: id, startTicks: ticks)
    }
}

import ArgumentParser
import PicketOperator

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "What the monitors publish, as it happens.",
        discussion: """
            Nothing keeps the past: -f follows until Ctrl-C, --for for a while. With -o json one object a line.

            Example: picket events -f
                     picket events orders --for 10m --only +switch-master -o json
            """)

    @Argument(help: "Of this group only.")
    var group: String?

    @Flag(name: .shortAndLong, help: "Follow until Ctrl-C.")
    var follow = false

    @Option(name: .customLong("for"), help: ArgumentHelp("Follow for so long.", valueName: "time"))
    var span: Span?

    @Option(parsing: .unconditionalSingleValue, help: ArgumentHelp("Only events of this name; several times.", valueName: "+event"))
    var only: [String] = []

    @Flag(help: "As the monitors publish it, and not in words.")
    var raw = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var whom: WhomOptions

    func validate() throws {
        guard follow || span != nil else { throw ValidationError("Nothing keeps past events: give -f, or --for 30s.") }
    }

    func run() async throws {
        let session = try whom.session
        let survey = try await session.panel.requireSurvey(of: group)
        let feed = NewsFeed(session.panel)
        await feed.listen(to: survey.answering.map(\.address))
        let names = Dictionary(survey.monitors.compactMap { monitor in monitor.id.map { ($0, "\(monitor.address)") } }) { first, _ in first
        }
        let end = span.map { span in
            Task {
                try? await Task.sleep(for: span.duration)
                feed.end()
            }
        }
        defer { end?.cancel() }
        for await news in feed.news {
            if let group, news.group != group, news.group != nil { continue }
            guard only.isEmpty || only.contains(news.name) else { continue }
            tell(news, names)
        }
    }

    private func tell(_ news: MonitorNews, _ names: [String: String]) {
        let terminal = Terminal()
        let time = WallTime.of(news.at)
        guard case .object(let fields) = news.document else { return }
        let document = Document.object([.init(name: "time", value: .text(time.iso8601))] + fields)
        switch output.output {
        case .json: terminal.say(document.jsonLine)
        case .yaml: terminal.say("---\n\(document.yaml)")
        case .table, .wide:
            let words = raw ? nil : EventWords.sentence(news) { names[String($0)] }
            let group = news.group.map { "\($0): " } ?? ""
            let text = words.map { "\(group)\($0)" } ?? "\(news.name) \(news.text)"
            let name = output.output == .wide && words != nil ? "  \(terminal.palette.paint(news.name, .faint))" : ""
            terminal.say(
                "\(terminal.palette.paint(time.clockWithMilliseconds, .faint))  \(terminal.palette.paint("\(news.monitor)", .named))  "
                    + terminal.palette.paint(text, EventWords.style(news)) + name)
        }
    }
}

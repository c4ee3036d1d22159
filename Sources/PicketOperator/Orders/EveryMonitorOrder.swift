/// The same SENTINEL command to every monitor that answers: these settings each monitor keeps for itself.
package struct EveryMonitorOrder: Sendable {
    let panel: Panel
    /// Writing a configuration file may take a while.
    private static let limit: Duration = .seconds(5)

    package init(_ panel: Panel) { self.panel = panel }

    /// - Parameters:
    ///   - words: What is sent, `SENTINEL` included.
    ///   - isDoneAlready: An error reply that means: it is so already.
    package func run(
        _ sentence: String, _ words: [String], to survey: Survey, isDoneAlready: @escaping @Sendable (String) -> Bool = { _ in false }
    ) async
        -> OrderReport
    {
        let answers = await panel.values(survey.answering.map(\.address), words, within: Self.limit)
        var lines: [OrderReport.Line] = []
        for monitor in survey.monitors {
            if let failure = monitor.failure {
                lines.append(
                    .init(monitor: monitor.address, software: monitor.software, isDone: false, text: "does not answer: \(failure.text)"))
                continue
            }
            guard let answer = answers.first(where: { $0.0 == monitor.address })?.1 else { continue }
            switch answer {
            case .success: lines.append(.init(monitor: monitor.address, software: monitor.software, isDone: true, text: "done"))
            case .failure(.answered(let text)) where isDoneAlready(text):
                lines.append(.init(monitor: monitor.address, software: monitor.software, isDone: true, text: "is so already"))
            case .failure(let failure):
                lines.append(.init(monitor: monitor.address, software: monitor.software, isDone: false, text: failure.text))
            }
        }
        let done = lines.count(where: \.isDone)
        var notes: [String] = []
        if done > 0, done < lines.count {
            notes.append("the monitors differ now: repeat it when the others answer, or undo it; picket check shows such drift")
        }
        let refusals = lines.count { !$0.isDone && !$0.text.hasPrefix("does not answer") }
        let status: VerbStatus = done == lines.count ? .done : done > 0 ? .failed : refusals > 0 ? .refused : .noQuorum
        return OrderReport(sentence, lines: lines, notes: notes, status: status)
    }
}

/// Settings of the monitors themselves (SENTINEL CONFIG GET), with those that are not the same everywhere marked.
package struct ConfigReport: Report {
    package struct Row: Hashable, Sendable {
        package let name: String
        package let values: [Drift.Value]
    }

    package let rows: [Row]
    package let silent: [(Address, String)]
    private let showsSecrets: Bool

    /// Each has a value of its own by its nature.
    private static let individual: Set<String> = ["announce-ip", "announce-port"]

    package init(rows: [Row], silent: [(Address, String)], showsSecrets: Bool = false) {
        self.rows = rows
        self.silent = silent
        self.showsSecrets = showsSecrets
    }

    package static func ask(_ panel: Panel, _ survey: Survey, _ patterns: [String], showsSecrets: Bool) async -> ConfigReport {
        var values: [String: [Drift.Value]] = [:]
        var order: [String] = []
        var silent = survey.monitors.compactMap { monitor in monitor.failure.map { (monitor.address, $0.text) } }
        // One pattern at a time: before 7.2 there is no more to a command.
        for pattern in patterns {
            for (address, answer) in await panel.values(survey.answering.map(\.address), ["SENTINEL", "CONFIG", "GET", pattern]) {
                switch answer {
                case .success(let value):
                    for (name, value) in value.pairs ?? [] {
                        if values[name] == nil { order.append(name) }
                        guard values[name]?.contains(where: { $0.monitor == address }) != true else { continue }
                        values[name, default: []].append(.init(monitor: address, value: value.text ?? ""))
                    }
                case .failure(let failure):
                    if !silent.contains(where: { $0.0 == address }) { silent.append((address, failure.text)) }
                }
            }
        }
        return ConfigReport(rows: order.map { Row(name: $0, values: values[$0] ?? []) }, silent: silent, showsSecrets: showsSecrets)
    }

    private func shown(_ name: String, _ value: String) -> String {
        SecretValue.isSecret(name) && !showsSecrets && !value.isEmpty ? "********" : value
    }

    private func drifts(_ row: Row) -> Bool { !Self.individual.contains(row.name) && Set(row.values.map(\.value)).count > 1 }

    package var document: Document {
        [
            "settings": .list(
                rows.map { row in
                    [
                        "name": .text(row.name), "drift": .flag(drifts(row)),
                        "values": .list(row.values.map { ["monitor": .text("\($0.monitor)"), "value": .text(shown(row.name, $0.value))] }),
                    ]
                }),
            "notTold": .list(silent.map { ["monitor": .text("\($0.0)"), "reason": .text($0.1)] }),
        ]
    }

    package func lines(_ page: Page) -> [String] {
        var grid = Grid([.init("SETTING"), .init("VALUE"), .init("WHERE")])
        let tellers = Set(rows.flatMap { $0.values.map(\.monitor) }).count
        for row in rows {
            let distinct = row.values.reduce(into: [String]()) { if !$0.contains($1.value) { $0.append($1.value) } }
            for (index, value) in distinct.enumerated() {
                let monitors = row.values.filter { $0.value == value }.map { "\($0.monitor)" }
                let place =
                    distinct.count == 1 && row.values.count == tellers
                    ? "all \(tellers)" : FigureText.enumeration(monitors) + (drifts(row) && index == 0 ? "  (drift)" : "")
                grid.append([
                    .init(index == 0 ? row.name : ""), .init(value.isEmpty ? "-" : shown(row.name, value)),
                    .init(place, drifts(row) ? .doubtful : .plain),
                ])
            }
        }
        let lines = grid.isEmpty ? ["No setting has such a name."] : grid.lines(page)
        return lines + silent.map { page.palette.paint("monitor \($0.0): \($0.1)", .doubtful) }
    }
}

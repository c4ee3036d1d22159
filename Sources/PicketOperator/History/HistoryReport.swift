/// The latest failovers of some groups, the newest first.
package struct HistoryReport: Report {
    package let records: [FailoverRecord]
    /// Monitors that keep no history, or did not tell.
    package let silent: [Silent]

    package struct Silent: Hashable, Sendable {
        package let monitor: Address
        package let reason: String

        package init(monitor: Address, reason: String) {
            self.monitor = monitor
            self.reason = reason
        }
    }

    package init(_ records: [FailoverRecord], silent: [Silent]) {
        self.records = records.sorted { ($0.group, $1.epoch) < ($1.group, $0.epoch) }
        self.silent = silent
    }

    /// Asks all picketd about these groups.
    package static func ask(_ panel: Panel, _ groups: [GroupPicture]) async -> HistoryReport {
        var records: [FailoverRecord] = []
        var silent: [Address: String] = [:]
        for group in groups {
            for other in group.others {
                silent[other.address] = "\(other.software?.name ?? "it") keeps no history: see +switch-master in its log"
            }
            for (address, answer) in await panel.values(group.picketds.map(\.address), ["SENTINEL", "FAILOVER-TRACE", group.name]) {
                switch answer {
                case .success(let value): records += (value.elements ?? []).compactMap { FailoverRecord($0, leader: address) }
                case .failure(let failure):
                    silent[address] = failure.isUnknownCommand ? "this version of picketd keeps no history" : failure.text
                }
            }
            for monitor in group.monitors { if case .silent(let failure) = monitor.stance { silent[monitor.address] = failure.text } }
        }
        return HistoryReport(records, silent: silent.sorted { $0.key < $1.key }.map { Silent(monitor: $0.key, reason: $0.value) })
    }

    package var document: Document {
        [
            "failovers": .list(records.map(\.document)),
            "notTold": .list(silent.map { ["monitor": .text("\($0.monitor)"), "reason": .text($0.reason)] }),
        ]
    }

    package func lines(_ page: Page) -> [String] {
        var grid = Grid([
            .init("GROUP"), .init("EPOCH", isRight: true), .init("CAUSE"), .init("FROM"), .init("TO"), .init("TOTAL MS", isRight: true),
            .init("LED BY"), .init("OUTCOME"), .init("ENDED", isWideOnly: true), .init("PHASES, MS", isWideOnly: true),
        ])
        for record in records {
            let phases = record.phases.map { "\($0.name) \(FigureText.milliseconds($0.milliseconds))" }.joined(separator: ", ")
            grid.append([
                .init(record.group, .strong), .init("\(record.epoch)"), .init(record.cause), .init(record.from),
                .init(record.to.isEmpty ? "-" : record.to),
                .init(FigureText.milliseconds(record.totalMilliseconds)), .init("\(record.leader)"),
                .init(record.outcome, record.isDone ? .good : record.isUnderWay ? .doubtful : .bad),
                .init(
                    record.endedAt.map { WallTime(secondsSinceEpoch: $0 / 1_000, milliseconds: Int($0 % 1_000)).iso8601 } ?? "-"),
                .init(phases),
            ])
        }
        var lines = grid.isEmpty ? ["No failover is remembered."] : grid.lines(page)
        if !silent.isEmpty { lines.append("") }
        lines += silent.map { page.palette.paint("monitor \($0.monitor): \($0.reason)", .faint) }
        return lines
    }
}

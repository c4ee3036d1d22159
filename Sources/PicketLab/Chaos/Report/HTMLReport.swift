/// The page for somebody who doubts: verdict, figures side by side, and every run with its timeline. One file, nothing is fetched.
package struct HTMLReport: Sendable {
    private let report: ChaosReport

    package init(_ report: ChaosReport) { self.report = report }

    package var page: String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>picket-chaos: \(escaped(report.verdictWords))</title><style>\(PageStyle.css)</style></head><body><main>
        \(head)
        \(worse)
        \(complaints)
        \(figures)
        \(bars)
        \(runs)
        \(method)
        </main><script>\(PageStyle.script)</script></body></html>

        """
    }

    private func escaped(_ text: String) -> String { Markup.escaped(text) }
    private func ms(_ value: Double?) -> String { value.map(FigureText.milliseconds) ?? "–" }
    private func badge(_ verdict: ChaosVerdict) -> String { "<span class=\"badge \(verdict.rawValue)\">\(verdict.rawValue)</span>" }
    private func number(_ kind: MonitorKind) -> Int { kind == .picketd ? 0 : 1 }
    private func name(_ kind: MonitorKind) -> String { "<span class=\"k\(number(kind))\">\(kind.rawValue)</span>" }

    // MARK: Head

    private var head: String {
        let cards = report.supervisors.map { kind in
            let rows = report.runs.filter { $0.supervisor == kind }
            let (lost, all) = (rows.compactMap(\.lost).reduce(0, +), rows.reduce(0) { $0 + $1.acknowledged })
            let confirmed = rows.flatMap { $0.clients.filter(\.isConfirmed) }
            let noise = report.falseFailovers(kind)
            return """
                <div class="card"><h3>\(name(kind)) \(badge(report.verdict(of: kind)))</h3>
                <b class="big">\(report.count(.pass, kind)) of \(rows.count) runs passed</b>
                <div>\(report.count(.fail, kind)) failed, \(report.count(.unknown, kind)) not determined</div>
                <div>\(lost.grouped) of \(all.grouped) acknowledged writes lost; of those that WAIT 1 confirmed \
                \(confirmed.compactMap(\.lost).reduce(0, +).grouped) of \(confirmed.reduce(0) { $0 + $1.acknowledged }.grouped)</div>
                <div>two primaries for \(ms(rows.compactMap(\.twoPrimaries).reduce(0, +))) ms in all; \(noise.count) false failovers in \
                \(FigureText.number(noise.hours * 60, decimals: 1)) minutes of noise</div></div>
                """
        }
        return """
            <header><div><h1>What clients saw while Redis was broken on purpose</h1>
            <div class="soft">suite “\(escaped(report.suite))”, \(report.faults.count) faults, \(report.runs.count) runs, \
            \(escaped(report.startedAt))</div></div><button id="theme" title="dark or light">◐</button></header>
            <div class="cards">\(cards.joined())</div>
            <p class="soft">\(report.surroundings.lines.map(escaped).joined(separator: "<br>"))</p>
            <p>To do all of it again: <code>\(escaped(report.command))</code></p>
            """
    }

    private var worse: String {
        guard report.supervisors.count == 2 else { return "" }
        let (one, other) = (report.supervisors[0], report.supervisors[1])
        let list = report.worse.isEmpty ? "<p>Nowhere.</p>" : "<ul>\(report.worse.map { "<li>\(escaped($0))</li>" }.joined())</ul>"
        return "<h2>Where \(one.rawValue) did worse than \(other.rawValue)</h2>\(list)"
    }

    private var complaints: String {
        let items = report.runs.flatMap { run -> [String] in
            let head = "<a href=\"#\(anchor(run))\">\(escaped(run.fault))</a>, \(name(run.supervisor)), seed \(run.seed): "
            if let failure = run.failure {
                return ["\(badge(.unknown)) \(head)not carried out: \(escaped(String(failure.split(separator: "\n").first ?? "")))"]
            }
            return run.findings.filter { $0.verdict == .fail || $0.verdict == .unknown }.map {
                "\(badge($0.verdict)) \(head)\($0.check.rawValue): \(escaped($0.words))"
            }
        }
        let list = items.isEmpty ? "<p>Nothing: every check of every run passed.</p>" : items.map { "<div>\($0)</div>" }.joined()
        return "<h2>What was found wrong, or could not be determined</h2>\(list)"
    }

    // MARK: Figures

    private var figures: String {
        let head =
            ["detect", "elect", "promote", "announce", "outage", "two<br>primaries", "healed"].map { "<th>\($0),<br>ms</th>" }.joined()
            + "<th>acknowledged</th><th>lost</th><th>WAIT 1<br>lost</th><th>fail-<br>overs</th><th>resyncs<br>full / part.</th>"
        var (body, last) = ("", "")
        for row in report.rows {
            let isFirst = row.fault != last
            last = row.fault
            let title = isFirst ? "<a href=\"#\(row.fault)\">\(escaped(row.fault))</a>" : ""
            let times = [row.detect, row.elect, row.promote, row.announce, row.outage, row.twoPrimaries, row.heal].map {
                "<td>\(cell($0))</td>"
            }
            let counts = [
                "<td>\(row.acknowledged.grouped)</td>",
                "<td\((row.lost ?? 0) > 0 ? " class=\"bad\"" : "")>\(row.lost?.grouped ?? "–")</td>",
                "<td\((row.confirmedLost ?? 0) > 0 ? " class=\"bad\"" : "")>\(row.confirmedLost?.grouped ?? "–")</td>",
                "<td>\(row.failovers)</td>", "<td>\(row.fullResyncs) / \(row.partialResyncs)</td>",
            ]
            body +=
                "<tr\(isFirst ? " class=\"first\"" : "")><td class=\"l\">\(title)</td><td class=\"l\">\(name(row.supervisor))</td><td class=\"l\">"
                + "\(badge(row.verdict))</td><td>\(row.runs)</td>\(times.joined())\(counts.joined())</tr>"
        }
        return """
            <h2>Figures</h2><p class="soft">Median / p95 / maximum where there were several runs. From the first step to a quorum that holds the \
            primary down (detect), to the first elected leader, to a promoted replica that says so, to the first +switch-master (announce). Outage: the \
            longest time without an acknowledged write of a client that asks and follows, from the first step on. Two primaries: how long two \
            Redis servers took writes, at least. Healed: from the last step.</p>
            <div class="wide"><table><thead><tr><th class="l">fault</th><th class="l">supervisor</th><th class="l">verdict</th><th>n</th>\(head)</tr>\
            </thead><tbody>\(body)</tbody></table></div>
            """
    }

    private func cell(_ distribution: Distribution?) -> String {
        guard let distribution else { return "–" }
        guard distribution.count > 1 else { return ms(distribution.median) }
        return "\(ms(distribution.median)) / \(ms(distribution.percentile(95))) / \(ms(distribution.maximum))"
    }

    /// The median outage of each fault, on a logarithmic axis from 1 ms to 100 s.
    private var bars: String {
        let rows = report.rows.filter { $0.outage != nil }
        guard !rows.isEmpty else { return "" }
        var (body, y, last) = ("", 20.0, "")
        func x(_ value: Double) -> Double { 230 + min(max(TimelineDrawing.decades(max(value, 0.1)), 0), 5) / 5 * 700 }
        for row in rows {
            if row.fault != last { y += last.isEmpty ? 0 : 7 }
            let median = row.outage?.median ?? 0
            if row.fault != last { body += "<text class=\"end\" x=\"222\" y=\"\(Int(y + 10))\">\(escaped(row.fault))</text>" }
            last = row.fault
            body +=
                "<rect class=\"bar\(number(row.supervisor))\" x=\"230\" y=\"\(Int(y))\" width=\"\(Int(x(median) - 230))\" height=\"11\" rx=\"2\"/>"
                + "<text x=\"\(Int(x(median)) + 5)\" y=\"\(Int(y + 10))\">\(ms(median))</text>"
            y += 14
        }
        let grid = ["1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"].enumerated().map { decade, label in
            "<line class=\"grid\" x1=\"\(230 + decade * 140)\" x2=\"\(230 + decade * 140)\" y1=\"14\" y2=\"\(Int(y))\"/><text class=\"tick middle\" x=\""
                + "\(230 + decade * 140)\" y=\"10\">\(label)</text>"
        }
        let legend = report.supervisors.map { "<span><i style=\"background:var(--s\(number($0)))\"></i>\($0.rawValue)</span>" }.joined()
        return """
            <h2>Outage by fault</h2><p class="soft">Median; the axis is logarithmic. Where nobody is to fail over, it is the fault's own length.</p>
            <div class="legend">\(legend)</div><svg class="bars" style="max-width:1050px" viewBox="0 0 1000 \(Int(y + 6))">\(grid.joined())\(body)</svg>
            """
    }

    // MARK: Runs

    private func anchor(_ run: RunRecord) -> String { run.fault }

    private var runs: String {
        let legend = [
            ("accepts", "takes writes"), ("replica", "replica"), ("silent", "no answer"), ("gone", "cannot be connected to"),
            ("refuses", "refuses for another reason"),
        ].map { "<span><i style=\"background:var(--\($0.0))\"></i>\($0.1)</span>" }.joined()
        let marks = [("fail", "held down"), ("unknown", "votes, elections"), ("refuses", "promoted"), ("pass", "announced")]
            .map { "<span><i style=\"background:var(--\($0.0));border-radius:6px;width:11px\"></i>\($0.1)</span>" }.joined()
        let writers = ChaosLoad.kinds.enumerated().map {
            "<span><i style=\"background:var(--w\($0));height:3px;vertical-align:4px\"></i>\($1.name)</span>"
        }
        .joined()
        return """
            <h2>Every run</h2><div class="controls"><input id="find" placeholder="find a fault" aria-label="find a fault"><select id="only" \
            aria-label="verdict"><option value="">all verdicts</option><option>fail</option><option>unknown</option><option>pass</option></select>\
            <button id="open">open or close all</button></div><div class="legend">\(legend)</div><div class="legend">\(marks)\(writers)</div>
            \(report.faults.map(runs(of:)).joined(separator: "\n"))
            """
    }

    /// The runs of one fault: the supervisors side by side.
    private func runs(of fault: String) -> String {
        let all = report.runs.filter { $0.fault == fault }
        let verdicts = report.supervisors.compactMap { kind -> String? in
            let runs = all.filter { $0.supervisor == kind }
            guard !runs.isEmpty else { return nil }
            let verdict: ChaosVerdict =
                runs.contains { $0.verdict == .fail } ? .fail : runs.contains { $0.verdict == .unknown } ? .unknown : .pass
            return "<span>\(name(kind)) \(badge(verdict)) <small>\(ms(Distribution(runs.compactMap(\.outage))?.median)) ms, "
                + "\(runs.compactMap(\.lost).reduce(0, +).grouped) lost</small></span>"
        }
        let isOpen = report.faults.count <= 3 || report.runs(fault, report.supervisors[0]).contains { $0.verdict == .fail }
        return """
            <details class="run" id="\(fault)" data-name="\(fault) \(all.first?.category.rawValue ?? "")" data-verdicts="\
            \(Set(all.map(\.verdict.rawValue)).sorted().joined(separator: " "))"\(isOpen ? " open" : "")><summary><b>\(fault)</b>\
            \(verdicts.joined())</summary><div class="inside"><p>\(escaped(ChaosFault.named(fault)?.explanation ?? ""))</p><div class="pair">
            \(all.map { one($0, span: all.map(\.length).max() ?? 0) }.joined(separator: "\n"))
            </div></div></details>
            """
    }

    private func one(_ run: RunRecord, span: Double) -> String {
        let title = "<h3>\(name(run.supervisor)) \(badge(run.verdict)) <small>seed \(run.seed)</small></h3>"
        if let failure = run.failure { return "<section>\(title)<p>Not carried out: \(escaped(failure))</p></section>" }
        let steps = run.steps.map { step in
            "<li>\(ms(step.at)) ms, \(escaped(step.words))\(step.isTroubled ? " \(badge(.unknown))" : "")</li>"
        }
        let findings = run.findings.map { finding in
            "<tr><td class=\"l\" title=\"\(escaped(finding.check.explanation))\">\(finding.check.rawValue)</td><td class=\"l\">\(badge(finding.verdict))</td>"
                + "<td class=\"words\">\(escaped(finding.words))</td></tr>"
        }
        let clients = run.clients.map { client in
            "<tr><td class=\"l\" title=\"\(escaped(client.words))\">\(client.name)</td><td>\(client.attempted.grouped)</td>"
                + "<td>\(client.acknowledged.grouped)</td><td>\(client.lost?.grouped ?? "–")</td><td>\(client.unacknowledged?.grouped ?? "–")</td>"
                + "<td>\(ms(client.silence))</td><td>\(ms(client.latencyMedian))</td><td>\(ms(client.latencyP99))</td><td>\(ms(client.latencyMax))</td></tr>"
        }
        return """
            <section>\(title)\(TimelineDrawing(run: run, span: span).svg)<ol>\(steps.joined())</ol>
            <div class="wide"><table><thead><tr><th class="l">check</th><th class="l"></th><th class="l">what was seen</th></tr></thead><tbody>\
            \(findings.joined())</tbody></table></div><br>
            <div class="wide"><table><thead><tr><th class="l">client</th><th>tried</th><th>acknowledged</th><th>lost</th><th>there, never<br>acknowledged</th>\
            <th>longest<br>silence, ms</th><th>latency<br>median</th><th>p99</th><th>max, ms</th></tr></thead><tbody>\(clients.joined())</tbody></table></div>
            <p><small>Again: <code>\(escaped(run.command))</code></small></p></section>
            """
    }

    // MARK: Method

    private var method: String {
        let checks = ChaosCheck.allCases.map { "<tr><td class=\"l\">\($0.rawValue)</td><td class=\"words\">\($0.explanation)</td></tr>" }
            .joined()
        return """
            <h2>How it was done</h2><p>Each run has real redis-server and monitor processes of its own. Both supervisors get the same steps at the same \
            moments, drawn from the seed. Clients write in an open loop: a write falls due whether or not the one before was answered, and its latency \
            counts from then. Every write has a key of its own, and at the end the agreed primary is asked for each. Whether two Redis servers take writes \
            is asked of each of them every 20 ms, by a way that no fault touches; the time counts between two probes that were both taken, so it is a \
            lower bound, and below 40 ms it may be missed. Where processes have links that can be broken, each is in a network namespace of its own.</p>
            <p>“fail” contradicts what must hold; “told” is measured and not demanded, such as writes that only a dead primary had; “unknown” could \
            not be determined, and counts as no pass.</p><table><tbody>\(checks)</tbody></table>
            """
    }
}

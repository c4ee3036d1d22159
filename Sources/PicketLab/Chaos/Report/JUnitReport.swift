/// The runs as a build server reads them: a suite for each fault and supervisor, a case for each check of each run.
package struct JUnitReport: Sendable {
    private let report: ChaosReport

    package init(_ report: ChaosReport) { self.report = report }

    package var document: String {
        let cases = report.runs.flatMap(\.cases)
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            "<testsuites name=\"picket-chaos\" tests=\"\(cases.count)\" failures=\"\(count(.fail))\" errors=\"\(count(.unknown))\">",
        ]
        for fault in report.faults {
            for kind in report.supervisors {
                let runs = report.runs(fault, kind)
                guard !runs.isEmpty else { continue }
                lines.append(contentsOf: suite(fault, kind, runs))
            }
        }
        return (lines + ["</testsuites>", ""]).joined(separator: "\n")
    }

    private func count(_ verdict: ChaosVerdict) -> Int { report.runs.flatMap(\.cases).count { $0.verdict == verdict } }

    private func suite(_ fault: String, _ kind: MonitorKind, _ runs: [RunRecord]) -> [String] {
        let cases = runs.flatMap(\.cases)
        let name = Markup.escaped("\(fault).\(kind.rawValue)")
        var lines = [
            "  <testsuite name=\"\(name)\" tests=\"\(cases.count)\" failures=\"\(cases.count { $0.verdict == .fail })\""
                + " errors=\"\(cases.count { $0.verdict == .unknown })\">"
        ]
        for run in runs {
            let seconds = FigureText.number(run.length / 1_000, decimals: 3).split(separator: ",").joined()
            for each in run.cases {
                let head =
                    "    <testcase classname=\"\(name)\" name=\"\(Markup.escaped(each.name)), seed \(run.seed)\" time=\"\(seconds)\""
                let words = Markup.escaped(each.words)
                switch each.verdict {
                case .pass, .told: lines.append(head + "><system-out>\(words)</system-out></testcase>")
                case .fail: lines.append(head + "><failure message=\"\(words)\">\(Markup.escaped(run.command))</failure></testcase>")
                // It is no failure of what is tested, and no success.
                case .unknown: lines.append(head + "><error message=\"\(words)\">\(Markup.escaped(run.command))</error></testcase>")
                }
            }
        }
        return lines + ["  </testsuite>"]
    }
}

extension RunRecord {
    fileprivate struct Case {
        let name: String
        let verdict: ChaosVerdict
        let words: String
    }

    fileprivate var cases: [Case] {
        if let failure { return [Case(name: "run", verdict: .unknown, words: "not carried out: \(failure)")] }
        return findings.map { Case(name: $0.check.rawValue, verdict: $0.verdict, words: $0.words) }
    }
}

/// Text within HTML and XML.
enum Markup {
    /// Also within a double-quoted attribute. What XML cannot hold at all is left out.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            default:
                if scalar.value >= 0x20 && scalar.value != 0x7f && scalar.value & 0xfffe != 0xfffe { escaped.unicodeScalars.append(scalar) }
            }
        }
        return escaped
    }
}

/// Two supervisors beside each other.
extension ChaosReport {
    /// Where the first one did worse than the second: said first, because it is what somebody who doubts looks for. Differences that are
    /// the machine's are left out.
    package var worse: [String] {
        guard supervisors.count == 2 else { return [] }
        let rows = rows
        return faults.flatMap { fault -> [String] in
            guard let one = rows.first(where: { $0.fault == fault && $0.supervisor == supervisors[0] }),
                let other = rows.first(where: { $0.fault == fault && $0.supervisor == supervisors[1] })
            else { return [] }
            var lines: [String] = []
            func time(_ what: String, _ figure: (Row) -> Distribution?, atLeast difference: Double) {
                guard let mine = figure(one)?.median, let theirs = figure(other)?.median, mine > theirs * 1.1, mine - theirs > difference
                else {
                    return
                }
                lines.append(
                    "\(fault): \(what) \(FigureText.milliseconds(mine)) ms, \(supervisors[1].rawValue) \(FigureText.milliseconds(theirs)) ms"
                )
            }
            func count(_ what: String, _ figure: (Row) -> Int?) {
                guard let mine = figure(one), let theirs = figure(other), Double(mine) > Double(theirs) * 1.1, mine - theirs > 5 else {
                    return
                }
                lines.append("\(fault): \(what) \(mine.grouped), \(supervisors[1].rawValue) \(theirs.grouped)")
            }
            if Self.rank(one.verdict) > Self.rank(other.verdict) {
                lines.append("\(fault): \(one.verdict.rawValue), \(supervisors[1].rawValue) \(other.verdict.rawValue)")
            }
            time("outage", \.outage, atLeast: 50)
            time("two primaries", \.twoPrimaries, atLeast: 100)
            time("whole again after", \.heal, atLeast: 500)
            count("writes lost", \.lost)
            count("writes lost that WAIT 1 confirmed", \.confirmedLost)
            return lines
        }
    }

    private static func rank(_ verdict: ChaosVerdict) -> Int {
        switch verdict {
        case .pass, .told: 0
        case .unknown: 1
        case .fail: 2
        }
    }
}

/// A run as a picture: who took writes when, what monitors said, what was done, and how clients fared. All on one axis of time.
struct TimelineDrawing: Sendable {
    private static let width = 860.0
    private static let left = 118.0
    private static let right = 12.0
    private static let laneHeight = 18.0
    private static let laneGap = 6.0
    private static let plotHeight = 62.0

    let run: RunRecord
    /// Of the axis: runs that are to be compared have the same.
    private let span: Double

    init(run: RunRecord, span: Double) {
        self.run = run
        self.span = max(span, run.length, 1)
    }

    private func x(_ at: Double) -> Double { Self.left + min(max(at, 0), span) / span * (Self.width - Self.left - Self.right) }

    var svg: String {
        var (body, y) = ("", 22.0)
        let monitors = Set(run.events.map(\.monitor)).sorted()
        let lanesTop = y
        for lane in run.lanes {
            body += label(lane.name, y + Self.laneHeight / 2)
            for segment in lane.segments where segment.to - segment.from > 0.5 { body += rectangle(segment, lane.name, y) }
            y += Self.laneHeight + Self.laneGap
        }
        for monitor in monitors {
            body += label(monitor, y + Self.laneHeight / 2)
            body += line(Self.left, y + Self.laneHeight / 2, Self.width - Self.right, y + Self.laneHeight / 2, "thread")
            for event in run.events where event.monitor == monitor { body += mark(event, y + Self.laneHeight / 2) }
            y += Self.laneHeight + Self.laneGap
        }
        y += 6
        let writers = run.clients.filter { !$0.rate.isEmpty }
        body += throughput(writers, y)
        y += Self.plotHeight + 14
        body += latency(writers, y)
        y += Self.plotHeight + 6
        let plotsBottom = y
        body += axis(y)
        y += 22
        let height = y
        let steps = faultBand(lanesTop - 4, plotsBottom) + stepMarks(lanesTop - 4, plotsBottom)
        return "<svg class=\"timeline\" viewBox=\"0 0 \(number(Self.width)) \(number(height))\" role=\"img\" aria-label=\"timeline of "
            + "\(Markup.escaped(run.fault)), \(run.supervisor.rawValue)\">\(steps)\(body)</svg>"
    }

    // MARK: Parts

    private func faultBand(_ top: Double, _ bottom: Double) -> String {
        let marks = run.steps.filter { !$0.words.hasSuffix("(waiting)") }
        guard let first = marks.first, let last = marks.last, last.at > first.at else { return "" }
        return
            "<rect class=\"band\" x=\"\(number(x(first.at)))\" y=\"\(number(top))\" width=\"\(number(x(last.at) - x(first.at)))\" height=\""
            + "\(number(bottom - top))\"/>"
    }

    /// Numbered as in the list of steps; numbers that would lie upon each other are left out.
    private func stepMarks(_ top: Double, _ bottom: Double) -> String {
        var (drawn, lastX) = ("", -100.0)
        for (index, step) in run.steps.enumerated() where !step.words.hasSuffix("(waiting)") {
            let at = x(step.at)
            drawn += "<g class=\"step\">\(line(at, top, at, bottom, ""))<title>\(Markup.escaped("\(index + 1). \(step.words)"))</title></g>"
            guard at - lastX > 15 else { continue }
            drawn += "<text class=\"stepno\" x=\"\(number(at))\" y=\"\(number(top - 5))\">\(index + 1)</text>"
            lastX = at
        }
        return drawn
    }

    private func rectangle(_ segment: RunRecord.Lane.Segment, _ name: String, _ y: Double) -> String {
        let kinds = ["accepts", "replica", "silent", "gone"]
        let kind = kinds.contains(segment.state) ? segment.state : "refuses"
        let words =
            "\(name) \(Self.words(segment.state)), \(FigureText.milliseconds(segment.from)) to \(FigureText.milliseconds(segment.to)) ms"
        return "<rect class=\"\(kind)\" x=\"\(number(x(segment.from)))\" y=\"\(number(y))\" width=\""
            + "\(number(max(0.8, x(segment.to) - x(segment.from))))\" height=\"\(number(Self.laneHeight))\"><title>\(Markup.escaped(words))</title></rect>"
    }

    private static func words(_ state: String) -> String {
        switch state {
        case "accepts": "takes writes"
        case "replica": "is a replica"
        case "silent": "does not answer"
        case "gone": "cannot be connected to"
        default: "refuses: \(state)"
        }
    }

    private func mark(_ event: RunRecord.Event, _ y: Double) -> String {
        let kind: String
        switch event.name {
        case "+switch-master": kind = "announced"
        case "+odown", "+sdown": kind = "down"
        case "+elected-leader", "+vote-for-leader", "+try-failover": kind = "vote"
        case "+promoted-slave": kind = "promoted"
        default: kind = "other"
        }
        let radius = kind == "announced" || kind == "promoted" ? 5.0 : 3.4
        let words = "\(FigureText.milliseconds(event.at)) ms: \(event.name) \(event.text)"
        return "<circle class=\"event \(kind)\" cx=\"\(number(x(event.at)))\" cy=\"\(number(y))\" r=\"\(number(radius))\"><title>"
            + "\(Markup.escaped(words))</title></circle>"
    }

    private func throughput(_ writers: [RunRecord.Client], _ top: Double) -> String {
        let most = Double(max(1, writers.flatMap(\.rate).max() ?? 1))
        var drawn = label("acknowledged", top + 10) + label("in 100 ms", top + 24) + frame(top)
        drawn += text("\(Int(most))", Self.left - 5, top + 4, "tick end")
        for (index, writer) in writers.enumerated() {
            let points = writer.rate.enumerated().map { bin, value in
                (x((Double(bin) + 0.5) * RunRecord.bin), top + Self.plotHeight * (1 - Double(value) / most))
            }
            drawn += polyline(points, "series w\(index)", writer.name)
        }
        return drawn
    }

    /// From the moment in which a write was due; logarithmic from 0.1 ms to 10 s.
    private func latency(_ writers: [RunRecord.Client], _ top: Double) -> String {
        var drawn = label("greatest latency", top + 10) + label("0.1 ms to 10 s, log", top + 24) + frame(top)
        for decade in 1...4 {
            let y = top + Self.plotHeight * (1 - Double(decade) / 5)
            drawn += line(Self.left, y, Self.width - Self.right, y, "grid")
        }
        drawn += text("1 ms", Self.left - 5, top + Self.plotHeight * 0.8 + 3, "tick end")
        drawn += text("1 s", Self.left - 5, top + Self.plotHeight * 0.2 + 3, "tick end")
        for (index, writer) in writers.enumerated() {
            for (bin, value) in writer.latency.enumerated() where value > 0 {
                let y = top + Self.plotHeight * (1 - min(max(Self.decades(value) + 1, 0), 5) / 5)
                drawn +=
                    "<circle class=\"dot w\(index)\" cx=\"\(number(x((Double(bin) + 0.5) * RunRecord.bin)))\" cy=\"\(number(y))\" r=\"1.5\"/>"
            }
        }
        return drawn
    }

    /// The logarithm of a positive number, to the base of ten, good enough for a pixel.
    static func decades(_ value: Double) -> Double {
        var (rest, whole) = (value, 0.0)
        while rest >= 10 { (rest, whole) = (rest / 10, whole + 1) }
        while rest < 1 { (rest, whole) = (rest * 10, whole - 1) }
        // By bisection of 1 to 10: each square halves the step.
        var (fraction, step) = (0.0, 0.5)
        for _ in 0..<12 {
            rest *= rest
            if rest >= 10 { (rest, fraction) = (rest / 10, fraction + step) }
            step /= 2
        }
        return whole + fraction
    }

    private func axis(_ y: Double) -> String {
        let seconds = span / 1_000
        let step = seconds > 40 ? 10.0 : seconds > 16 ? 5.0 : seconds > 6 ? 2.0 : 1.0
        var (drawn, at) = ("", 0.0)
        while at <= seconds {
            drawn += line(x(at * 1_000), y, x(at * 1_000), y + 4, "thread") + text("\(Int(at)) s", x(at * 1_000), y + 16, "tick middle")
            at += step
        }
        return drawn + line(Self.left, y, Self.width - Self.right, y, "thread")
    }

    // MARK: Primitives

    private func frame(_ top: Double) -> String {
        line(Self.left, top, Self.width - Self.right, top, "grid")
            + line(Self.left, top + Self.plotHeight, Self.width - Self.right, top + Self.plotHeight, "grid")
    }

    private func label(_ words: String, _ y: Double) -> String { text(words, 0, y + 4, "lane") }

    private func text(_ words: String, _ x: Double, _ y: Double, _ kind: String) -> String {
        "<text class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\">\(Markup.escaped(words))</text>"
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> String {
        "<line class=\"\(kind)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>"
    }

    private func polyline(_ points: [(Double, Double)], _ kind: String, _ name: String) -> String {
        "<polyline class=\"\(kind)\" points=\"\(points.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " "))\"><title>"
            + "\(Markup.escaped(name))</title></polyline>"
    }

    /// To a tenth, as short as can be.
    private func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }
}

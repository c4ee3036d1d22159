/// What is told of a run, each in a row of its own.
package enum ScaleFigure: CaseIterable, Sendable {
    case discovery, undiscovered
    case rest, load, memory, peakMemory, descriptors, fleetLoad, requests
    case firstTold, movedMedian, movedTail, movedMaximum, unmoved, secondFailovers, falseFailovers, orphans, failoverCost, fleetFailoverCost

    package var title: String {
        switch self {
        case .discovery: "discovered, s"
        case .undiscovered: "groups not discovered in time"
        case .rest: "CPU per instance and second at rest, µs"
        case .load: "CPU of a monitor at rest, % of a core"
        case .memory: "memory of a monitor, MiB"
        case .peakMemory: "memory at most, MiB"
        case .descriptors: "descriptors of a monitor"
        case .fleetLoad: "the fleet's own CPU at rest, % of a core"
        case .requests: "requests to the fleet at rest, per second"
        case .firstTold: "first told of a group's move: median, ms"
        case .movedMedian: "moved: median, ms"
        case .movedTail: "moved: p95, ms"
        case .movedMaximum: "moved: last, ms"
        case .unmoved: "not moved in time"
        case .secondFailovers: "failed over more than once"
        case .falseFailovers: "failed over though nothing had happened"
        case .orphans: "without exactly one living primary in the end"
        case .failoverCost: "CPU of all monitors until all moved, s"
        case .fleetFailoverCost: "the fleet's own CPU meanwhile, s"
        }
    }

    /// Nil where there is nothing to tell.
    package func value(_ result: ScaleResult) -> Double? {
        switch self {
        case .discovery: result.discovery.map { $0 / 1_000 }
        case .undiscovered: result.undiscovered == 0 ? nil : Double(result.undiscovered)
        case .rest: Self.mean(result.restMicroseconds)
        case .load: Self.mean(result.restMicroseconds).map { $0 * Double(result.groups) * 3 / 10_000 }
        case .memory: result.memory.max().map { Double($0) / 1_024 }
        case .peakMemory: result.peakMemory.max().map { Double($0) / 1_024 }
        case .descriptors: result.descriptors.max().map(Double.init)
        case .fleetLoad: result.fleetLoad.map { $0 * 100 }
        case .requests: result.requestsPerSecond
        case .firstTold: Distribution(result.firstTold)?.median
        case .movedMedian: moved(result) { $0.median }
        case .movedTail: moved(result) { $0.percentile(95) }
        case .movedMaximum: moved(result) { $0.maximum }
        case .unmoved: result.unmoved.map(Double.init)
        case .secondFailovers: result.secondFailovers.map(Double.init)
        case .falseFailovers: result.falseFailovers.map(Double.init)
        case .orphans: result.orphans.map(Double.init)
        case .failoverCost: result.failoverSeconds
        case .fleetFailoverCost: result.fleetFailoverSeconds
        }
    }

    package func show(_ value: Double) -> String {
        switch self {
        case .undiscovered, .descriptors, .requests, .unmoved, .secondFailovers, .falseFailovers, .orphans:
            FigureText.number(value, decimals: 0)
        case .firstTold, .movedMedian, .movedTail, .movedMaximum: FigureText.milliseconds(value)
        case .discovery, .failoverCost, .fleetFailoverCost: FigureText.number(value, decimals: 2)
        case .rest, .load, .memory, .peakMemory, .fleetLoad: FigureText.number(value, decimals: 1)
        }
    }

    /// Of those that moved. Where some did not, the figures are of the others: the row of those that did not says so.
    private func moved(_ result: ScaleResult, _ figure: (Distribution) -> Double) -> Double? { Distribution(result.allTold).map(figure) }

    private static func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
}

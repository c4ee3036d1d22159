/// What clients got out of one monitor, and what it cost that one.
package struct QueryResult: Codable, Hashable, Sendable {
    package struct Load: Codable, Hashable, Sendable {
        package let pipeline: Int
        package let queriesPerSecond: Double
        /// The monitor's, for each query, in microseconds.
        package let processorMicroseconds: Double
        /// What the client that asks took itself, as a part of one core: near 1, and it is the client that is measured.
        package let clientLoad: Double
        /// Answers other than the expected one.
        package let wrong: Int
    }

    package struct Subscribers: Codable, Hashable, Sendable {
        package let count: Int
        package let told: Int
        /// Between the first and the last that were told of a switch, in milliseconds.
        package let spread: Double
        /// The monitor's, for each subscriber, in KiB.
        package let memory: Double
    }

    package struct Storm: Codable, Hashable, Sendable {
        /// From the freeze of a primary until the monitor held it down, in milliseconds: without a storm of queries and within one.
        package let calm: [Double]
        package let stormy: [Double]
        package let queriesPerSecond: Double
        /// How often any other primary was held down, by any monitor.
        package let falseAlarms: Int
    }

    package let supervisor: MonitorKind
    /// From 1.
    package let number: Int
    package var failure: String?
    package var loads: [Load] = []
    package var subscribers: Subscribers?
    package var storm: Storm?

    package init(_ supervisor: MonitorKind, number: Int) {
        self.supervisor = supervisor
        self.number = number
    }

    package var summary: String {
        if let failure { return "not carried out: \(failure.split(separator: "\n").first ?? "")" }
        var parts = loads.map { load in
            "pipeline \(load.pipeline): \(FigureText.number(load.queriesPerSecond, decimals: 0)) queries/s,"
                + " \(FigureText.number(load.processorMicroseconds, decimals: 2)) µs each"
        }
        if let subscribers {
            parts.append(
                "\(subscribers.told) of \(subscribers.count) told within \(FigureText.milliseconds(subscribers.spread)) ms,"
                    + " \(FigureText.number(subscribers.memory, decimals: 1)) KiB each")
        }
        if let storm, let calm = Distribution(storm.calm), let stormy = Distribution(storm.stormy) {
            parts.append(
                "held down after \(FigureText.milliseconds(calm.median)) ms, in a storm \(FigureText.milliseconds(stormy.median)),"
                    + " \(storm.falseAlarms) false alarms")
        }
        return parts.joined(separator: "; ")
    }
}

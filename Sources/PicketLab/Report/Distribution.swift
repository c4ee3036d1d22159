/// Some figures of one sort, and what is told of them. Never empty.
package struct Distribution: Hashable, Sendable {
    /// In ascending order.
    package let values: [Double]

    /// Nil where there is nothing to tell.
    package init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        self.values = values.sorted()
    }

    package var count: Int { values.count }
    package var sum: Double { values.reduce(0, +) }
    package var maximum: Double { values[values.count - 1] }

    /// The middle one; of an even number, halfway between the two in the middle.
    package var median: Double {
        let middle = values.count / 2
        return values.count.isMultiple(of: 2) ? (values[middle - 1] + values[middle]) / 2 : values[middle]
    }

    /// By nearest rank: a figure that occurred, and that no fewer than so many of a hundred did not exceed.
    ///
    /// - Parameter percent: above 0, at most 100.
    package func percentile(_ percent: Double) -> Double {
        let rank = (percent / 100 * Double(values.count)).rounded(.up)
        return values[min(max(Int(rank), 1), values.count) - 1]
    }
}

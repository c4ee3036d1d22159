import PicketCore

/// A class of faults. Its runs differ by their seeds: in moments, and in whom it hits where that makes no difference in kind.
package struct ChaosFault: Sendable {
    package enum Category: String, CaseIterable, Codable, Sendable {
        case process
        case resources
        case links
        case monitors
        case zones
        case combined
    }

    package let name: String
    package let category: Category
    /// One line on what is done.
    package let explanation: String
    /// Part of the suite that is run with every commit.
    package let isInCI: Bool
    let make: @Sendable (inout SeededGenerator) -> (ChaosShape, [ChaosStep], ChaosExpectation)

    init(
        _ name: String, _ category: Category, ci: Bool = false, _ explanation: String,
        _ make: @escaping @Sendable (inout SeededGenerator) -> (ChaosShape, [ChaosStep], ChaosExpectation)
    ) {
        self.name = name
        self.category = category
        self.explanation = explanation
        isInCI = ci
        self.make = make
    }

    package func plan(seed: UInt64) -> ChaosPlan {
        var generator = SeededGenerator(seed: seed)
        let (shape, steps, expectation) = make(&generator)
        return ChaosPlan(fault: name, seed: seed, shape: shape, steps: steps, expectation: expectation)
    }

    package static let catalogue: [ChaosFault] =
        processFaults + resourceFaults + linkFaults + monitorFaults + zoneFaults + combinedFaults

    package static func named(_ name: String) -> ChaosFault? { catalogue.first { $0.name == name } }
}

/// Which faults, and how often.
package enum ChaosSuite: String, CaseIterable, Codable, Sendable {
    /// Some of each category, once: with every commit.
    case ci
    /// Every fault, once or as often as is said.
    case full
    /// Every fault, again and again until it is told to end.
    case soak

    package var faults: [ChaosFault] { ChaosFault.catalogue.filter { self != .ci || $0.isInCI } }

    package var explanation: String {
        switch self {
        case .ci: "\(faults.count) faults of all categories, once each; some minutes"
        case .full: "all \(faults.count) faults"
        case .soak: "all \(faults.count) faults, again and again with other seeds, until Ctrl-C or --minutes"
        }
    }
}

extension [ChaosStep] {
    /// The first one's moment is drawn, so that any moment of the monitors' periods is as likely as any other.
    static func beginning(_ generator: inout SeededGenerator, _ first: ChaosAction, _ rest: [ChaosStep] = []) -> [ChaosStep] {
        [ChaosStep(.after(Int.random(in: 0..<1_000, using: &generator)), first)] + rest
    }
}

extension ChaosStep {
    static func after(_ pause: Int, _ action: ChaosAction) -> ChaosStep { ChaosStep(.after(pause), action) }
    static func upon(_ event: String, within limit: Int = 15_000, _ action: ChaosAction) -> ChaosStep {
        ChaosStep(.upon(event, within: limit), action)
    }
}

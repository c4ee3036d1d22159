import PicketLab
import Testing

@Suite("Distributions")
struct DistributionTests {
    @Test("of nothing there is none")
    func empty() {
        #expect(Distribution([]) == nil)
    }

    @Test("the median is the middle one, or halfway between the two in the middle, in whatever order they came")
    func median() throws {
        #expect(try #require(Distribution([7])).median == 7)
        #expect(try #require(Distribution([9, 1, 5])).median == 5)
        #expect(try #require(Distribution([9, 1, 5, 6])).median == 5.5)
    }

    @Test("a percentile is a figure that occurred, by nearest rank")
    func percentile() throws {
        let hundred = try #require(Distribution((1...100).map(Double.init).shuffled()))
        #expect(hundred.percentile(95) == 95)
        #expect(hundred.percentile(100) == 100)
        #expect(hundred.percentile(0.1) == 1)
        let twenty = try #require(Distribution((1...20).map(Double.init)))
        #expect(twenty.percentile(95) == 19)
        let three = try #require(Distribution([1, 2, 3]))
        #expect(three.percentile(95) == 3)
        #expect(three.percentile(50) == 2)
    }

    @Test("maximum, sum and count")
    func others() throws {
        let distribution = try #require(Distribution([2, 8, 4]))
        #expect(distribution.maximum == 8)
        #expect(distribution.sum == 14)
        #expect(distribution.count == 3)
    }
}

@Suite("Figures as text")
struct FigureTextTests {
    @Test(
        "milliseconds are shown as exactly as they are worth",
        arguments: [
            (0.04, "0.0"), (4.25, "4.3"), (9.94, "9.9"), (9.96, "10"), (43.4, "43"), (2_143.6, "2,144"), (1_000_000, "1,000,000"),
        ])
    func milliseconds(value: Double, text: String) {
        #expect(FigureText.milliseconds(value) == text)
    }

    @Test(
        "a ratio keeps two or three digits that say something",
        arguments: [
            (43.0, 2_144.0, "0.020"), (1_044, 2_509, "0.42"), (2_509, 2_509, "1.0"), (30, 2, "15"), (0, 2, "0"), (3, 0, "–"), (0, 0, "–"),
        ])
    func ratio(first: Double, second: Double, text: String) {
        #expect(FigureText.ratio(first, to: second) == text)
    }

    @Test("decimals are padded, and the sign stays")
    func numbers() {
        #expect(FigureText.number(1.04, decimals: 2) == "1.04")
        #expect(FigureText.number(-0.5, decimals: 1) == "-0.5")
        #expect(FigureText.number(1_234.5, decimals: 1) == "1,234.5")
    }
}

import ArgumentParser
import PicketOperator

/// A length of time, as it is typed.
struct Span: ExpressibleByArgument, CustomStringConvertible {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = try? DurationText.parse(argument) else { return nil }
        self.duration = duration
    }

    var description: String { DurationText.brief(duration) }
    var defaultValueDescription: String { description }
}

/// Thrown while looking for something: it is not there yet, and this is what was seen instead.
package struct NotYet: Error, CustomStringConvertible, Sendable {
    package let description: String

    package init(_ seen: String) { description = seen }
}

/// Looks again and again until there is a value, at most for as long as the limit says.
///
/// Errors thrown by `look` mean "not yet"; the last one is told when the time is over. Cancellation ends the waiting at once.
package func wait<Value: Sendable>(
    for what: String, within limit: Duration = .seconds(10), every pause: Duration = .milliseconds(10),
    isolation: isolated (any Actor)? = #isolation, _ look: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        try Task.checkCancellation()
        var seen = ""
        do {
            if let value = try await look() { return value }
        } catch {
            seen = "\(error)"
        }
        // Looked at once more after the deadline rather than once too few.
        guard clock.now < deadline else { throw LabError.notInTime(what, within: limit, seen: seen) }
        try await clock.sleep(for: pause)
    }
}

/// As `wait(for:)`, for a condition.
package func wait(
    until what: String, within limit: Duration = .seconds(10), every pause: Duration = .milliseconds(10),
    isolation: isolated (any Actor)? = #isolation, _ holds: () async throws -> Bool
) async throws {
    let _: Bool = try await wait(for: what, within: limit, every: pause) { try await holds() ? true : nil }
}

/// Looks again and again for as long as told, and throws as soon as the condition does not hold. For what must not happen: `span`
/// says in which time it would have.
package func ensure(
    that what: String, for span: Duration, every pause: Duration = .milliseconds(20), isolation: isolated (any Actor)? = #isolation,
    _ holds: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + span
    repeat {
        guard try await holds() else { throw LabError.unexpected("this did not hold for \(span.milliseconds) ms: \(what)") }
        try await clock.sleep(for: pause)
    } while clock.now < end
}

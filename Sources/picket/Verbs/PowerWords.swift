import ArgumentParser
import PicketOperator

/// What the verbs that tell picketd something have in common.
enum PowerWords {
    static func check(reason: String?) throws {
        guard let reason else { return }
        guard !reason.isEmpty, reason.utf8.count <= 200, reason == reason.printable else {
            throw ValidationError("--reason takes 1 to 200 bytes of text in one line.")
        }
    }

    static func order(_ power: Power, _ group: String, _ output: OutputOptions, _ whom: WhomOptions) async throws {
        let session = try whom.session
        let picture = try await session.look(atOne: group).picture
        let report = try await PowerOrder(session.panel, power).run(picture)
        output.print(report)
        try Finished.check(report.status)
    }
}

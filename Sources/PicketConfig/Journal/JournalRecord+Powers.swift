import PicketCore

/// What operators have ordered, as words of a journal's line:
///
///     power cache pause 3 0123…cdef yes 1800000 1700000000000 "disk is replaced"
///     power cache maintenance 10.0.0.2 6379 4 0123…cdef yes 0 0 ""
///     power-dropped cache replica 10.0.0.3 6379
///
/// Behind the subject stand the version (a counter and the id of the monitor that took the order), whether it holds, how many
/// milliseconds of a pause were left, at which time of day (milliseconds since 1970), and the reason.
extension PowerSubject {
    var journalWords: [String] {
        switch self {
        case .pause: [PowerWord.pause.rawValue]
        case .maintenance(let endpoint): [PowerWord.maintenance.rawValue, endpoint.host, String(endpoint.port)]
        case .replica(let endpoint): [PowerWord.replica.rawValue, endpoint.host, String(endpoint.port)]
        case .monitor(let id): [PowerWord.monitor.rawValue, id.text]
        }
    }
}

/// The word that a subject starts with.
enum PowerWord: String {
    case pause, maintenance, replica, monitor
}

extension PowerStatement {
    var journalWords: [String] {
        subject.journalWords + [
            String(version.counter), version.author.text, isOn ? "yes" : "no", String(remaining.wholeMilliseconds),
            String(max(0, savedAt?.milliseconds ?? 0)), reason,
        ]
    }
}

extension JournalRecordReader {
    mutating func powerSubject() throws(Fault) -> PowerSubject {
        let word = try next("what was ordered")
        switch PowerWord(rawValue: word) {
        case .pause?: return .pause
        case .maintenance?: return .maintenance(try endpoint())
        case .replica?: return .replica(try endpoint())
        case .monitor?: return .monitor(try id())
        case nil: throw .malformed("nothing that can be ordered is called \(word)")
        }
    }

    mutating func powerStatement() throws(Fault) -> PowerStatement {
        let subject = try powerSubject()
        let counter = try next("a counter")
        guard let counter = UInt64(counter) else { throw .malformed("\(counter) is no counter") }
        let version = PowerVersion(counter: counter, author: try id())
        let isOn = try isYes()
        let remaining = Duration.milliseconds(try number(0...Int.max))
        let savedAt = try number(0...Int.max)
        return PowerStatement(
            subject, version, isOn: isOn, reason: try next("a reason"), remaining: remaining,
            savedAt: savedAt == 0 ? nil : TimeOfDay(milliseconds: Int64(savedAt)))
    }
}

import PicketAccess
import PicketRESP
import Testing

@Suite struct AccessLogTests {
    private func entries(_ log: inout AccessLog, _ request: String = "acl log", at now: Int64 = 100_000) throws -> [[RESPPair]] {
        guard case .array(let entries) = log.answer(words(request), nowMilliseconds: now) else { throw Unexpected() }
        return try entries.map {
            guard case .map(let pairs) = $0 else { throw Unexpected() }
            return pairs
        }
    }

    private func objects(_ log: AccessLog) -> [String] { log.entries.map { $0.object.text } }

    @Test("an entry has every field of 7.2")
    func fields() throws {
        var log = AccessLog()
        log.record(.command("info"), userName: "u", clientInfo: "id=1", nowMilliseconds: 99_000)
        log.record(.command("info"), userName: "u", clientInfo: "id=2", nowMilliseconds: 99_500)
        #expect(
            try entries(&log) == [
                [
                    RESPPair("count", .integer(2)), RESPPair("reason", .bulk("command")), RESPPair("context", .bulk("toplevel")),
                    RESPPair("object", .bulk("info")), RESPPair("username", .bulk("u")), RESPPair("age-seconds", .double(0.5)),
                    RESPPair("client-info", .bulk("id=2")), RESPPair("entry-id", .integer(0)),
                    RESPPair("timestamp-created", .integer(99_000)), RESPPair("timestamp-last-updated", .integer(99_500)),
                ]
            ])
    }

    @Test("the newest comes first, and what happens again comes first again")
    func order() {
        var log = AccessLog()
        for object in ["a", "b", "c", "a"] {
            log.record(.command(object), userName: "u", clientInfo: "", nowMilliseconds: 0)
        }
        #expect(objects(log) == ["a", "c", "b"])
    }

    @Test("only the same refusal of the same user within a minute is the same entry")
    func grouping() {
        var log = AccessLog()
        log.record(.command("x"), userName: "u", clientInfo: "", nowMilliseconds: 0)
        log.record(.command("x"), userName: "v", clientInfo: "", nowMilliseconds: 0)
        log.record(.channel("x"), userName: "u", clientInfo: "", nowMilliseconds: 0)
        log.record(.auth, object: "x", userName: "u", clientInfo: "", nowMilliseconds: 0)
        #expect(log.entries.map(\.count) == [1, 1, 1, 1])
        log.record(.command("x"), userName: "u", clientInfo: "", nowMilliseconds: 60_000)
        #expect(log.entries.count == 4)
        log.record(.command("x"), userName: "u", clientInfo: "", nowMilliseconds: 120_001)
        #expect(log.entries.count == 5)
        #expect(log.entries.map(\.id) == [4, 0, 3, 2, 1])
    }

    @Test("no more entries are kept than wished")
    func capacity() {
        var log = AccessLog(capacity: 2)
        for object in ["a", "b", "c"] { log.record(.command(object), userName: "u", clientInfo: "", nowMilliseconds: 0) }
        #expect(objects(log) == ["c", "b"])
        log.setCapacity(1)
        #expect(objects(log) == ["c"])
        log.setCapacity(0)
        log.record(.command("d"), userName: "u", clientInfo: "", nowMilliseconds: 0)
        #expect(log.entries.isEmpty)
    }

    @Test("of a very long name only the beginning is kept")
    func longNames() {
        var log = AccessLog()
        let long = ByteString(String(repeating: "x", count: 1_000_000))
        for _ in 0..<2 { log.record(.auth, object: "auth", userName: long, clientInfo: "", nowMilliseconds: 0) }
        log.record(.channel(long), userName: "u", clientInfo: "", nowMilliseconds: 0)
        #expect(log.entries.map(\.count) == [1, 2])
        #expect(log.entries[1].userName.count == AccessLog.nameLimit)
        #expect(log.entries[0].object.count == AccessLog.nameLimit)
    }

    @Test("ten entries are shown unless told, and RESET forgets them")
    func answers() throws {
        var log = AccessLog()
        for number in 0..<20 { log.record(.command("\(number)"), userName: "u", clientInfo: "", nowMilliseconds: 0) }
        #expect(try entries(&log).count == 10)
        #expect(try entries(&log, "acl log 15").count == 15)
        #expect(try entries(&log, "acl log 100").count == 20)
        #expect(try entries(&log, "acl log 0").isEmpty)
        #expect(try entries(&log, "acl log -1").isEmpty)
        #expect(log.answer(words("acl log x"), nowMilliseconds: 0) == .error("ERR value is not an integer or out of range"))
        #expect(
            log.answer(words("acl log RESET x"), nowMilliseconds: 0)
                == .error("ERR unknown subcommand or wrong number of arguments for 'log'. Try ACL HELP."))
        #expect(log.answer(words("acl log ReSet"), nowMilliseconds: 0) == .simple("OK"))
        #expect(log.entries.isEmpty)
    }
}

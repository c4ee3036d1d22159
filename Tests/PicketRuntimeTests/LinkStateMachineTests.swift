import PicketCore
import PicketRESP
import Testing

@testable import PicketRuntime

@Suite("A link's conversation")
struct LinkStateMachineTests {
    private static func target(
        _ purpose: LinkTarget.Purpose, user: String? = nil, password: String? = nil, names: CommandNames = CommandNames()
    ) -> LinkTarget {
        LinkTarget(
            endpoint: Endpoint(host: "10.0.0.1", port: 6379), purpose: purpose, credentials: Credentials(user: user, password: password),
            clientName: "sentinel-01234567-cmd", names: names)
    }

    private static let ok = RESPValue.simple("OK")
    private static let subscribed = RESPValue.array([.bulk("subscribe"), .bulk("__sentinel__:hello"), .integer(1)])
    private static let noAuth = RESPValue.error("NOAUTH Authentication required.")
    private static let wrongPass = RESPValue.error("WRONGPASS invalid username-password pair or user is disabled.")

    /// What the machine makes of each value: `-` where it says nothing.
    private static func conversation(_ target: LinkTarget, _ values: RESPValue...) -> [String] {
        var machine = LinkStateMachine(target: target)
        _ = machine.introduce()
        return values.map { machine.received($0).map(Self.text) ?? "-" }
    }

    private static func text(_ step: LinkStateMachine.Step) -> String {
        switch step {
        case .opened: "opened"
        case .replied(let request, let reply): "\(request) → \(reply)"
        case .repliedLast(let request, let reply, let failure): "\(request) → \(reply), then \(failure.text)"
        case .heard: "heard"
        case .message(let channel, let text): "\(channel): \(text)"
        case .failed(let failure): failure.text
        }
    }

    // MARK: Introduction

    struct Introduction: Sendable, CustomTestStringConvertible {
        let target: LinkTarget
        let commands: [String]
        var testDescription: String { commands.joined(separator: " / ") }
    }

    @Test(
        "a link introduces itself: credentials, name, subscription, each only where it is due",
        arguments: [
            Introduction(target: target(.commands), commands: ["CLIENT SETNAME sentinel-01234567-cmd"]),
            Introduction(target: target(.peer), commands: ["CLIENT SETNAME sentinel-01234567-cmd"]),
            Introduction(
                target: target(.subscription), commands: ["CLIENT SETNAME sentinel-01234567-cmd", "SUBSCRIBE __sentinel__:hello"]),
            Introduction(
                target: target(.commands, password: "secret"), commands: ["AUTH secret", "CLIENT SETNAME sentinel-01234567-cmd"]),
            Introduction(
                target: target(.subscription, user: "watcher", password: "secret"),
                commands: ["AUTH watcher secret", "CLIENT SETNAME sentinel-01234567-cmd", "SUBSCRIBE __sentinel__:hello"]),
            // A user without a password means nothing.
            Introduction(target: target(.commands, user: "watcher"), commands: ["CLIENT SETNAME sentinel-01234567-cmd"]),
            Introduction(
                target: target(
                    .subscription, password: "secret", names: CommandNames(["auth": "a", "client": "c", "subscribe": "s"])),
                commands: ["a secret", "c SETNAME sentinel-01234567-cmd", "s __sentinel__:hello"]),
        ])
    func introduction(_ row: Introduction) {
        var machine = LinkStateMachine(target: row.target)
        #expect(machine.introduce().map { $0.joined(separator: " ") } == row.commands)
    }

    @Test("it is open when the last part of the introduction was answered, and not before")
    func opened() {
        #expect(Self.conversation(Self.target(.commands), Self.ok) == ["opened"])
        #expect(Self.conversation(Self.target(.commands, password: "secret"), Self.ok, Self.ok) == ["-", "opened"])
        #expect(
            Self.conversation(Self.target(.subscription, password: "secret"), Self.ok, Self.ok, Self.subscribed) == ["-", "-", "opened"])
    }

    @Test("a password that is refused decides nothing where everybody is let in")
    func needlessPassword() {
        let refusal = RESPValue.error("ERR AUTH <password> called without any password configured for the default user.")
        #expect(Self.conversation(Self.target(.commands, password: "old"), refusal, Self.ok) == ["-", "opened"])
        #expect(Self.conversation(Self.target(.commands, user: "gone", password: "old"), Self.wrongPass, Self.ok) == ["-", "opened"])
    }

    @Test("without the right password access is denied, and why is told in the instance's words")
    func denied() {
        let wrongPass = "access denied: WRONGPASS invalid username-password pair or user is disabled."
        let noAuth = "access denied: NOAUTH Authentication required."
        #expect(Self.conversation(Self.target(.commands), Self.noAuth) == [noAuth])
        #expect(Self.conversation(Self.target(.commands, password: "old"), Self.wrongPass, Self.noAuth) == ["-", wrongPass])
        #expect(Self.conversation(Self.target(.subscription), Self.noAuth, Self.noAuth) == [noAuth, "-"])
    }

    @Test("an instance in protected mode denies access")
    func protectedMode() {
        #expect(
            Self.conversation(Self.target(.commands), .error("DENIED Redis is running in protected mode"))
                == ["access denied: DENIED Redis is running in protected mode"])
    }

    @Test("a name that is refused for another reason matters to nobody")
    func nameRefused() {
        for text in ["NOPERM this user has no permissions to run the 'client|setname' command", "ERR unknown command 'CLIENT'"] {
            #expect(Self.conversation(Self.target(.commands), .error(text)) == ["opened"])
        }
    }

    @Test("a subscription that is refused ends the link")
    func subscriptionRefused() {
        #expect(
            Self.conversation(Self.target(.subscription), Self.ok, .error("NOPERM no channel for you"))
                == ["-", "access denied: NOPERM no channel for you"])
        #expect(
            Self.conversation(Self.target(.subscription), Self.ok, .error("ERR unknown command 'SUBSCRIBE'"))
                == ["-", "protocol violation: ERR unknown command 'SUBSCRIBE'"])
    }

    @Test("after its end it says nothing more")
    func ended() {
        #expect(Self.conversation(Self.target(.commands), Self.noAuth, Self.ok, .simple("PONG"))[1...] == ["-", "-"])
    }

    // MARK: Replies

    private static func opened(_ target: LinkTarget) -> LinkStateMachine {
        var machine = LinkStateMachine(target: target)
        _ = machine.introduce()
        let step = machine.received(ok)
        guard case .opened? = step else { preconditionFailure("the link does not open") }
        return machine
    }

    @Test("replies belong to requests in the order in which they were sent")
    func pipelined() {
        var machine = Self.opened(Self.target(.commands))
        machine.sent(.ping, commandCount: 1)
        machine.sent(.killScript, commandCount: 1)
        machine.sent(.promote, commandCount: 5)
        machine.sent(.ping, commandCount: 1)
        let replies: [RESPValue] = [
            .error("LOADING dataset"), .error("NOTBUSY no script"), Self.ok, .simple("QUEUED"), .simple("QUEUED"), .simple("QUEUED"),
            .array([Self.ok, .integer(1), .integer(0)]), .simple("PONG"),
        ]
        var steps: [String] = []
        for reply in replies { steps.append(machine.received(reply).map(Self.text) ?? "-") }
        #expect(
            steps == [
                "\(Request.ping) → \(Reply.alive(.loading))",
                "\(Request.killScript) → \(Reply.refused(code: "NOTBUSY", text: "NOTBUSY no script"))",
                "-", "-", "-", "-",
                "\(Request.promote) → \(Reply.accepted)",
                "\(Request.ping) → \(Reply.alive(.serving))",
            ])
    }

    @Test("a transaction that could not be ended ends the link, after its reply; one that was discarded does not")
    func stuckTransaction() {
        func steps(_ last: String) -> String {
            var machine = Self.opened(Self.target(.commands))
            machine.sent(.promote, commandCount: 5)
            for _ in 0..<4 { _ = machine.received(Self.ok) }
            return machine.received(.error(last)).map(Self.text) ?? "-"
        }
        #expect(steps("NOPERM no EXEC for you").hasSuffix("then protocol violation: EXEC was refused: NOPERM no EXEC for you"))
        #expect(!steps("EXECABORT Transaction discarded because of previous errors.").contains("then"))
        #expect(!steps("ERR EXEC without MULTI").contains("then"))
    }

    @Test("an error in answer to a probe is an answer, and the link goes on")
    func refusedProbe() {
        var machine = Self.opened(Self.target(.commands))
        machine.sent(.probe, commandCount: 2)
        machine.sent(.ping, commandCount: 1)
        #expect(machine.received(.bulk("# Server")).map(Self.text) == nil)
        let refusal = Reply.refused(code: "MISCONF", text: "MISCONF disk")
        #expect(machine.received(.error("MISCONF disk")).map(Self.text) == "\(Request.probe) → \(refusal)")
        #expect(machine.received(.simple("PONG")).map(Self.text) == "\(Request.ping) → \(Reply.alive(.serving))")
    }

    @Test("a reply that nobody asked for ends the link")
    func unasked() {
        var machine = Self.opened(Self.target(.commands))
        machine.sent(.ping, commandCount: 1)
        let first = machine.received(.simple("PONG")).map(Self.text)
        #expect(first == "\(Request.ping) → \(Reply.alive(.serving))")
        let second = machine.received(.simple("PONG")).map(Self.text)
        #expect(second == "protocol violation: a reply that nobody asked for: PONG")
    }

    // MARK: Subscriptions

    @Test("messages are told with their channel, and whatever else arrives is a sign of life")
    func messages() {
        let values: [RESPValue] = [
            .array([.bulk("message"), .bulk("__sentinel__:hello"), .bulk("text")]),
            .array([.bulk("message"), .bulk("other"), .bulk("text")]),
            .array([.bulk("pmessage"), .bulk("*"), .bulk("other"), .bulk("text")]),
            .array([.bulk("message"), .bulk("other")]),
            .array([]), .array([.bulk("pong"), .bulk("")]), .simple("PONG"), .error("ERR who knows"), .null,
        ]
        var machine = LinkStateMachine(target: Self.target(.subscription))
        _ = machine.introduce()
        _ = machine.received(Self.ok)
        _ = machine.received(Self.subscribed)
        var steps: [String] = []
        for value in values { steps.append(machine.received(value).map(Self.text) ?? "-") }
        #expect(steps == ["__sentinel__:hello: text", "other: text"] + Array(repeating: "heard", count: 7))
    }
}

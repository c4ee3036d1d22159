import PicketCore
import PicketWire
import Testing

@Suite("SENTINEL CONFIG")
struct ConfigParameterTests {
    @Test("the parameters stand in Sentinel's order, each with its value")
    func values() {
        var settings = MonitorSettings()
        func values() -> [String] { ConfigParameter.allCases.map { "\($0.rawValue) \($0.value(in: settings, logLevel: "notice"))" } }
        #expect(
            values() == [
                "resolve-hostnames no", "announce-hostnames no", "announce-ip ", "announce-port 0", "sentinel-user ", "sentinel-pass ",
                "loglevel notice",
            ])
        settings.resolveHostnames = true
        settings.announceHostnames = true
        settings.announceHost = "10.0.0.9"
        settings.announcePort = 26380
        settings.peerCredentials = Credentials(user: "peer", password: "secret")
        #expect(
            values() == [
                "resolve-hostnames yes", "announce-hostnames yes", "announce-ip 10.0.0.9", "announce-port 26380", "sentinel-user peer",
                "sentinel-pass secret", "loglevel notice",
            ])
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let options: [MonitorOption]
        let logLevel: String?
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String..., options: [MonitorOption] = [], logLevel: String? = nil) {
            self.arguments = arguments
            self.options = options
            self.logLevel = logLevel
        }
    }

    @Test(
        "parameters are set in any letter case, several at a time",
        arguments: [
            Row("resolve-hostnames", "yes", options: [.resolveHostnames(true)]),
            Row("RESOLVE-HOSTNAMES", "NO", options: [.resolveHostnames(false)]),
            Row("announce-hostnames", "yes", options: [.announceHostnames(true)]),
            Row("announce-ip", "10.0.0.9", options: [.announceHost("10.0.0.9")]),
            Row("announce-ip", "", options: [.announceHost("")]),
            Row("announce-port", "0", options: [.announcePort(0)]),
            Row("announce-port", "65535", options: [.announcePort(65535)]),
            Row("sentinel-user", "peer", options: [.peerUser("peer")]),
            Row("sentinel-user", "", options: [.peerUser(nil)]),
            Row("sentinel-pass", "secret", "loglevel", "DEBUG", options: [.peerPassword("secret")], logLevel: "debug"),
            Row("sentinel-pass", "", options: [.peerPassword(nil)]),
            Row("loglevel", "nothing", logLevel: "nothing"),
        ])
    func changes(_ row: Row) throws {
        let changes = try ConfigParameter.changes(row.arguments)
        #expect(changes.options == row.options)
        #expect(changes.logLevel == row.logLevel)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let error: String
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String..., error: String) {
            self.arguments = arguments
            self.error = error
        }
    }

    @Test(
        "one that is wrong refuses all",
        arguments: [
            Refused("nosuch", "1", error: "ERR Invalid argument 'nosuch' to SENTINEL CONFIG SET"),
            Refused("announce-port", "1", "NoSuch", "1", error: "ERR Invalid argument 'NoSuch' to SENTINEL CONFIG SET"),
            Refused("announce-port", error: "ERR Missing argument 'announce-port' value"),
            Refused("announce-ip", "", "Announce-Port", error: "ERR Missing argument 'Announce-Port' value"),
            Refused("loglevel", "debug", "LOGLEVEL", "debug", error: "ERR Duplicate argument 'LOGLEVEL' to SENTINEL CONFIG SET"),
            Refused("resolve-hostnames", "maybe", error: "ERR Invalid value 'maybe' to SENTINEL CONFIG SET 'resolve-hostnames'"),
            Refused("Announce-Hostnames", "1", error: "ERR Invalid value '1' to SENTINEL CONFIG SET 'Announce-Hostnames'"),
            Refused("announce-port", "x", error: "ERR Invalid value 'x' to SENTINEL CONFIG SET 'announce-port'"),
            Refused("announce-port", "-1", error: "ERR Invalid value '-1' to SENTINEL CONFIG SET 'announce-port'"),
            Refused("announce-port", "+5", error: "ERR Invalid value '+5' to SENTINEL CONFIG SET 'announce-port'"),
            Refused("announce-port", "65536", error: "ERR Invalid value '65536' to SENTINEL CONFIG SET 'announce-port'"),
            Refused("announce-ip", "a,b", error: "ERR Invalid value 'a,b' to SENTINEL CONFIG SET 'announce-ip'"),
            Refused("announce-ip", "a\nb", error: "ERR Invalid value 'a\nb' to SENTINEL CONFIG SET 'announce-ip'"),
            Refused("loglevel", "loud", error: "ERR Invalid value 'loud' to SENTINEL CONFIG SET 'loglevel'"),
        ])
    func refused(_ row: Refused) {
        #expect { try ConfigParameter.changes(row.arguments) } throws: { ($0 as? QuestionParsing.Failure)?.text == row.error }
    }
}

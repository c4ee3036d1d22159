import Testing

@testable import PicketOperator

@Suite("Whom to ask")
struct ContextTests {
    private static let file = """
        current production
        # Two deployments.
        context production
            sentinels 10.0.0.1:26379 10.0.0.2
            user operator
            password-file /secret
            tls yes
            cacert /ca.pem
            zone 10.0.0.1 a
            zone 10.0.0.2:26379 b

        context staging
            sentinels [::1]:5000
            password-env STAGING_PASSWORD
            redis-password-file /redis-secret
        """

    private func sources(_ variables: [String: String] = [:], file: String? = Self.file) -> SettingSources {
        SettingSources(variable: { (["HOME": "/home/me"].merging(variables) { $1 })[$0] }) { path in
            switch path {
            case "/home/me/.config/picket/config", "/etc/picket": if let file { return file }
            case "/secret": return "hunter2\nsecond line\n"
            case "/redis-secret": return "redis-hunter\n"
            case "/empty": return "\n"
            default: break
            }
            throw PlainFile.Unreadable(description: "No such file or directory")
        }
    }

    private func failure(_ sources: SettingSources) -> OperatorError? {
        do throws(OperatorError) {
            _ = try sources.settings()
            return nil
        } catch { return error }
    }

    @Test("the command line comes before the environment, that before the file, and all before 127.0.0.1")
    func order() throws {
        var sources = sources(["PICKET_SENTINELS": "10.1.1.1:1"])
        sources.sentinels = "10.2.2.2:2, 10.2.2.3"
        #expect(try sources.settings().sentinels.map(\.description) == ["10.2.2.2:2", "10.2.2.3:26379"])
        sources.sentinels = nil
        #expect(try sources.settings().sentinels.map(\.description) == ["10.1.1.1:1"])
        #expect(try self.sources(file: nil).settings().sentinels.map(\.description) == ["127.0.0.1:26379"])
    }

    @Test("a context has addresses, credentials, TLS and zones; the chosen one, or the current one")
    func contexts() throws {
        var sources = sources(["STAGING_PASSWORD": "s3cret"])
        sources.tls = nil
        sources.context = "staging"
        let settings = try sources.settings()
        #expect(settings.sentinels == [Address(host: "::1", port: 5_000)])
        #expect(settings.monitors.credentials == Credentials(user: nil, password: "s3cret"))
        #expect(settings.redis?.credentials == Credentials(user: nil, password: "redis-hunter"))
        #expect(settings.origin == "context staging")

        let production = try ContextFile(parsing: Self.file, source: "file")["production"]
        #expect(production?.sentinels.count == 2)
        #expect(production?.tls?.authorityFile == "/ca.pem")
        #expect(production?.zones[Address(host: "10.0.0.1", port: 6_379)] == "a")
        #expect(production?.zones[Address(host: "10.0.0.2", port: 6_379)] == nil)
    }

    @Test("addresses that were typed are asked with nothing of the current context, but with a named one's credentials")
    func typed() throws {
        var sources = sources(["STAGING_PASSWORD": "s3cret"])
        sources.sentinels = "10.9.9.9"
        #expect(try sources.settings().monitors.credentials == nil)
        sources.context = "staging"
        #expect(try sources.settings().monitors.credentials?.password == "s3cret")
        #expect(try sources.settings().sentinels.map(\.host) == ["10.9.9.9"])
    }

    @Test("passwords: a named file, then the environment; the first line of it")
    func passwords() throws {
        var sources = sources(["PICKET_PASSWORD": "from-environment", "PICKET_SENTINELS": "h:1"])
        #expect(try sources.settings().monitors.credentials == Credentials(user: nil, password: "from-environment"))
        sources.passwordFile = "/secret"
        sources.user = "me"
        let credentials = try #require(try sources.settings().monitors.credentials)
        #expect(credentials == Credentials(user: "me", password: "hunter2"))
        #expect(!"\(credentials)".contains("hunter2"))
        sources.passwordFile = "/empty"
        #expect(failure(sources)?.status == .usage)
    }

    @Test(
        "what cannot be meant is told with the line and what to do",
        arguments: [
            ("context a\nsentinels h:1\npassword hunter2", "line 3"), ("sentinels h:1", "line 1"), ("context a\ncontext a", "line 2"),
            ("context a\nsentinels h:x", "line 2"), ("context a\nbogus 1", "line 2"), ("current b\ncontext a", "'b'"),
            ("context a\nzone x", "line 2"),
            ("context a\ntls perhaps", "line 3".replacing("3", with: "2")),
        ])
    func faults(text: String, place: String) {
        do throws(OperatorError) {
            _ = try ContextFile(parsing: text, source: "config")
            Issue.record("it was taken")
        } catch {
            #expect(error.status == .usage)
            #expect(error.message.contains(place))
        }
    }

    @Test("a context that is not there, a file that is not there, no choice among several")
    func missing() {
        var unknown = sources()
        unknown.context = "nope"
        #expect(failure(unknown)?.advice?.contains("production and staging") == true)
        #expect(failure(sources(["PICKET_CONFIG": "/nowhere"]))?.message.contains("/nowhere") == true)
        #expect(failure(sources(file: "context a\nsentinels h:1\ncontext b\nsentinels h:2"))?.message == "No context is chosen.")
        #expect(failure(sources(file: "context a"))?.message.contains("names no sentinels") == true)
        var user = sources(["PICKET_SENTINELS": "h:1"])
        user.user = "me"
        #expect(failure(user)?.status == .usage)
    }

    @Test("secrets do not come from the command line")
    func secrets() throws {
        let sources = sources(["S": "v"])
        #expect(throws: OperatorError.self) { try SecretValue.resolve("hunter2", of: "auth-pass", sources) }
        #expect(try SecretValue.resolve("env:S", of: "AUTH-PASS", sources) == "v")
        #expect(try SecretValue.resolve("file:/secret", of: "sentinel-pass", sources) == "hunter2")
        #expect(try SecretValue.resolve("", of: "auth-pass", sources) == "")
        #expect(try SecretValue.resolve("env:S", of: "quorum", sources) == "env:S")
        let words = try GroupSettingWords(["auth-pass", "env:S", "rename-command", "CONFIG", "x", "quorum", "2"], sources)
        #expect(words.words == ["auth-pass", "v", "rename-command", "CONFIG", "x", "quorum", "2"])
        #expect(words.text == "auth-pass ********, rename-command CONFIG x, quorum 2")
        #expect(throws: OperatorError.self) { try GroupSettingWords(["quorum"], sources) }
        #expect(throws: OperatorError.self) { try GroupSettingWords(["rename-command", "a"], sources) }
    }

    @Test("addresses", arguments: [("h:1", "h:1"), ("10.0.0.1:65535", "10.0.0.1:65535"), ("[::1]:6379", "[::1]:6379")])
    func addresses(text: String, shown: String) throws { #expect(try Address(parsing: text).description == shown) }

    @Test(
        "no addresses",
        arguments: ["", "h", "h:", ":1", "h:0", "h:65536", "h:x", "::1:6379", "[::1", "[::1]x", "a b:1", "h:+5", "h\u{7}:1"])
    func noAddresses(text: String) { #expect(throws: OperatorError.self) { try Address(parsing: text) } }

    @Test("times", arguments: [("500ms", 500), ("90", 90_000), ("90s", 90_000), ("30m", 1_800_000), ("2h", 7_200_000), ("1d", 86_400_000)])
    func times(text: String, milliseconds: Int) throws { #expect(try DurationText.parse(text) == .milliseconds(milliseconds)) }

    @Test("no times", arguments: ["", "m", "-1s", "1w", "1.5h", "99999999999999999999", "367d", "9223372036854775807d"])
    func noTimes(text: String) { #expect(throws: OperatorError.self) { try DurationText.parse(text) } }

    @Test(
        "times in words",
        arguments: [(0, "0ms"), (999, "999ms"), (1_000, "1s"), (90_000, "1m 30s"), (3_600_000, "1h"), (90_061_000, "1d 1h")])
    func brief(milliseconds: Int, text: String) { #expect(DurationText.brief(.milliseconds(milliseconds)) == text) }

    @Test(
        "sizes",
        arguments: [(0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_048_575, "1.0 MiB"), (1 << 30, "1.0 GiB"), (1_536, "1.5 KiB")])
    func sizes(bytes: Int64, text: String) { #expect(FigureText.bytes(bytes) == text) }
}

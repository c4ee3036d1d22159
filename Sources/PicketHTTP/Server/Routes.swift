import Hummingbird
import PicketCore
import PicketStatus

typealias PageContext = BasicRequestContext

/// What is served under which path.
struct Routes: Sendable {
    let source: any MonitorSource
    let making: AnswerMaking
    let counters = HTTPCounters()
    let topology = TopologyCache()

    init(_ source: any MonitorSource, _ settings: HTTPSettings) {
        self.source = source
        making = AnswerMaking(settings: settings)
    }

    func router() -> Router<PageContext> {
        let router = Router(context: PageContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: GuardMiddleware(counters: counters))
        router.get("/metrics") { _, _ in try await metrics() }
        router.get("/livez") { _, _ in try Responses.verdict(MonitorHealth.isAlive(await source.status())) }
        router.get("/readyz") { _, _ in try Responses.verdict(MonitorHealth.isReady(await source.status())) }
        addGroups(router)
        addAPI(router)
        addPage(router)
        return router
    }

    private func metrics() async throws -> Response {
        guard let status = await source.status() else { return try Responses.silent() }
        let metrics = MonitorMetrics(
            version: source.version, status: status, server: source.serverFigures(), process: source.process(),
            http: HTTPFigures(responses: counters.current, readers: source.events.readerCount, readersCut: source.events.cutCount))
        return try Responses.bytes(ByteBuffer(bytes: metrics.text()), "text/plain; version=0.0.4; charset=utf-8")
    }

    // MARK: Load balancers

    private func addGroups(_ router: Router<PageContext>) {
        router.get("/groups/:group/primary") { request, context in
            try await judge(request, context) { health in health.primary(at: try request.address) }
        }
        router.get("/groups/:group/replica") { request, context in
            let lag = try request.word("lag").map { text in
                guard let count = ByteCount(parsing: text) else {
                    throw HTTPError(.badRequest, message: "lag has to be a number of bytes, such as 1048576, 64kb or 16mb.")
                }
                return count.bytes
            }
            return try await judge(request, context) { health in health.replica(at: try request.address, maxLag: lag) }
        }
        router.get("/groups/:group/health") { request, context in try await judge(request, context) { $0.whole() } }
    }

    private func judge(
        _ request: Request, _ context: PageContext, _ judgement: (GroupHealth) throws -> HealthVerdict
    ) async throws -> Response {
        let trusts = try request.word("without-majority").map { word in
            guard word == "trust" || word == "fail" else {
                throw HTTPError(.badRequest, message: "without-majority has to be trust or fail.")
            }
            return word == "trust"
        }
        let name = try context.group
        guard let status = await source.status() else { return try Responses.silent() }
        guard let group = status.groups.first(where: { $0.name.text == name }), let current = source.primary(of: name) else {
            throw HTTPError(.notFound, message: "This monitor watches no group of that name.")
        }
        let verdict = try judgement(GroupHealth(group: group, current: current, trustsMinority: trusts ?? false))
        return try Responses.verdict(verdict, primary: "\(current)")
    }
}

extension Request {
    func word(_ name: String) throws -> String? {
        let values = uri.queryParameters[values: name[...]]
        guard values.count <= 1 else { throw HTTPError(.badRequest, message: "\(name) is given more than once.") }
        return values.first.map(String.init)
    }

    func number(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = try word(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw HTTPError(.badRequest, message: "\(name) has to be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    fileprivate var address: Endpoint? {
        get throws {
            guard let text = try word("addr") else { return nil }
            guard let endpoint = Endpoint(parsing: text) else {
                throw HTTPError(.badRequest, message: "addr has to be host:port, an IPv6 address in brackets.")
            }
            return endpoint
        }
    }
}

extension PageContext {
    /// The group that the path names.
    var group: String {
        get throws {
            guard let text = parameters.get("group").flatMap(PercentText.decode), !text.isEmpty, text.utf8.count <= 1_024 else {
                throw HTTPError(.badRequest, message: "The path names no group.")
            }
            return text
        }
    }
}

/// `%41` → `A`.
enum PercentText {
    /// Nil where it is not UTF-8, or a `%` is not followed by two hexadecimal digits.
    static func decode(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let digits = String(rest.prefix(2)), !digits.hasPrefix("+"), !digits.hasPrefix("-"),
                let value = UInt8(digits, radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

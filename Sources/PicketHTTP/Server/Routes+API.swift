import Hummingbird
import NIOCore
import PicketCore
import PicketStatus
import Synchronization

/// /v1: JSON for programs, and for the page.
extension Routes {
    func addAPI(_ router: Router<PageContext>) {
        router.get("/v1/openapi.json") { _, _ in
            try Responses.bytes(ByteBuffer(bytes: PackageResources.openapi_json), "application/json; charset=utf-8")
        }
        router.get("/v1/topology") { _, _ in
            guard let status = await source.status() else { return try Responses.silent() }
            return try Responses.bytes(
                try topology.bytes(status.sequence) { try Responses.encode(making.topology(status, source)) },
                "application/json; charset=utf-8")
        }
        router.get("/v1/groups/:group") { _, context in
            let name = try context.group
            return try await find(name) { try Responses.json(making.group($0, ledBy: $1.identity)) }
        }
        router.get("/v1/explain/:group") { _, context in
            let name = try context.group
            return try await find(name) { group, _ in try Responses.json(making.explanation(group.explanation, of: group.name)) }
        }
        router.get("/v1/history") { request, _ in try await history(request) }
        router.get("/v1/events") { request, _ in try events(request) }
    }

    private func find(_ name: String, _ answer: (GroupReview, MonitorStatus) throws -> Response) async throws -> Response {
        guard let status = await source.status() else { return try Responses.silent() }
        guard let group = status.groups.first(where: { $0.name.text == name }) else {
            throw HTTPError(.notFound, message: "This monitor watches no group of that name.")
        }
        return try answer(group, status)
    }

    private func history(_ request: Request) async throws -> Response {
        let kind = try request.word("kind") ?? "all"
        guard kind == "all" || kind == "failovers" else { throw HTTPError(.badRequest, message: "kind has to be all or failovers.") }
        let query = HistoryQuery(
            group: try request.word("group"), failoversOnly: kind == "failovers", before: try request.number("before", in: 0...Int64.max),
            limit: Int(try request.number("limit", in: 1...Int64(HistoryQuery.mostRecords)) ?? 100))
        let records = await source.history.records(query)
        return try Responses.json(HistoryAnswer(records: records, before: records.count < query.limit ? nil : records.last?.id))
    }

    // MARK: Server-sent events

    private func events(_ request: Request) throws -> Response {
        let text = try request.headers[.init("Last-Event-ID")!] ?? request.word("after")
        let last = try text.map { text in
            guard let id = Int64(text), id >= 0 else { throw HTTPError(.badRequest, message: "The last event's id has to be a number.") }
            return id
        }
        let isHead = request.method == .head
        let headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8"]
        if isHead { return Response(status: .ok, headers: headers) }
        guard let subscription = source.events.subscribe(after: last, atMost: HTTPLimits.eventReaders) else {
            var response = try Responses.error(.serviceUnavailable, "Too many read the events already; try again later.")
            response.headers[.retryAfter] = "10"
            return response
        }
        let body = ResponseBody { writer in
            defer { subscription.end() }
            try await EventStream.write(subscription, &writer)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}

/// The topology as bytes: made once for each look, however many ask.
final class TopologyCache: Sendable {
    private let state = Mutex<(sequence: UInt64, bytes: ByteBuffer)>((0, ByteBuffer()))

    func bytes(_ sequence: UInt64, _ make: () throws -> ByteBuffer) throws -> ByteBuffer {
        if let known = state.withLock({ $0.sequence == sequence ? $0.bytes : nil }) { return known }
        let bytes = try make()
        state.withLock { if $0.sequence < sequence { $0 = (sequence, bytes) } }
        return bytes
    }
}

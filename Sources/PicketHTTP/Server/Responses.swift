import FoundationEssentials
import Hummingbird
import PicketStatus

/// Answers as they go out.
enum Responses {
    static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok, pretty: Bool = false) throws -> Response {
        try bytes(encode(value, pretty: pretty), "application/json; charset=utf-8", status)
    }

    static func encode(_ value: some Encodable, pretty: Bool = false) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    static func bytes(_ bytes: ByteBuffer, _ type: String, _ status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: type, .contentLength: String(bytes.readableBytes)], body: .init(byteBuffer: bytes))
    }

    static func error(_ status: HTTPResponse.Status, _ text: String) throws -> Response { try json(ErrorAnswer(error: text), status) }

    /// 200 or 503.
    static func verdict(_ verdict: HealthVerdict, primary: String? = nil) throws -> Response {
        try json(
            VerdictAnswer(ok: verdict.isGood, reason: verdict.reason, primary: primary), verdict.isGood ? .ok : .serviceUnavailable)
    }

    static func silent() throws -> Response { try verdict(MonitorHealth.isAlive(nil)) }
}

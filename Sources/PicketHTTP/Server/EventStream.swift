import Hummingbird
import NIOCore
import PicketStatus

/// The text of server-sent events.
enum EventStream {
    static func write(_ subscription: EventFeed.Subscription, _ writer: inout any ResponseBodyWriter) async throws {
        var first = ByteBuffer(string: "retry: 2000\n\n")
        if subscription.hasGap { first.writeString("event: gap\ndata: {\"reason\":\"Events that are no longer kept were missed.\"}\n\n") }
        for record in subscription.missed { try append(record, to: &first) }
        try await writer.write(first)
        for await item in subscription.next {
            var bytes = ByteBuffer()
            switch item {
            case .record(let record): try append(record, to: &bytes)
            // A line that means nothing: to find out that the reader is gone, and to keep what is in between from closing.
            case .beat: bytes.writeString(":\n\n")
            }
            try await writer.write(bytes)
        }
        try await writer.finish(nil)
    }

    /// The name is not told as SSE's event: a reader that knows none of them gets all by one listener.
    private static func append(_ record: EventRecord, to bytes: inout ByteBuffer) throws {
        bytes.writeString("id: \(record.id)\ndata: ")
        // JSON has no line breaks of its own.
        bytes.writeImmutableBuffer(try Responses.encode(record))
        bytes.writeString("\n\n")
    }
}

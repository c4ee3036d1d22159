import Synchronization

/// What the HTTP side counts of itself.
struct HTTPFigures {
    /// By class of status, 1xx first.
    var responses: [Int]
    var readers: Int
    var readersCut: Int
}

final class HTTPCounters: Sendable {
    private let responses = Mutex(Array(repeating: 0, count: 5))

    func note(status: Int) {
        responses.withLock { responses in
            if responses.indices.contains(status / 100 - 1) { responses[status / 100 - 1] += 1 }
        }
    }

    var current: [Int] { responses.withLock { $0 } }
}

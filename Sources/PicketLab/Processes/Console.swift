import Glibc

/// Standard error, for persons who wait: progress is for them, results are for a pipe.
package enum Console {
    package static func tell(_ text: String) { put(text + "\n") }

    /// Without an end of line.
    package static func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    /// Runs it so that everything is ended on Ctrl-C, too.
    ///
    /// - Returns: The program's status; nil: all went well.
    package static func status(of name: String, _ body: @escaping @Sendable () async throws -> Void) async -> Int32? {
        switch await Interruption.run(body) {
        case .finished: return nil
        case .interrupted:
            tell("Interrupted. Everything has ended and is cleaned up.")
            return 130
        case .failed(let error as EndedWithStatus): return error.status
        case .failed(let error):
            tell("\(name): \(error)")
            return 1
        }
    }

    /// Thrown by what a console runs where all has been said.
    package struct EndedWithStatus: Error {
        package let status: Int32

        package init(_ status: Int32) { self.status = status }
    }
}

import Foundation
import Testing

/// What a rendering is to look like, in a file. PICKET_REWRITE_GOLDENS=1 accepts what there is.
enum Golden {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens")

    static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = folder.appendingPathComponent(name)
        let whole = text.hasSuffix("\n") ? text : text + "\n"
        if ProcessInfo.processInfo.environment["PICKET_REWRITE_GOLDENS"] == "1" {
            try Data(whole.utf8).write(to: file)
            return
        }
        let golden = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) }
        #expect(
            whole == golden, "Goldens/\(name): PICKET_REWRITE_GOLDENS=1 accepts a change that is meant; look at git diff then",
            sourceLocation: sourceLocation)
    }
}

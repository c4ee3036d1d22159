import PicketConfig
import PicketRESP

/// The configuration's own `rename-command`: what this monitor's commands are called by its clients.
struct CommandRenaming: Sendable {
    /// By the new name, in lower case; an empty new name takes the command away.
    private let originals: [ByteString: ByteString]
    private let hidden: Set<ByteString>

    init(_ renamed: [RenamedCommand]) {
        originals = Dictionary(
            renamed.filter { !$0.newName.isEmpty }.map { (ByteString($0.newName.lowercased()), ByteString($0.command.lowercased())) },
            uniquingKeysWith: { first, _ in first })
        hidden = Set(renamed.map { ByteString($0.command.lowercased()) })
    }

    /// Whether the command, in lower case, has another name, or is another's.
    func concerns(_ command: ByteString) -> Bool { hidden.contains(command) || originals[command] != nil }

    /// The request as if nothing had been renamed; nil where its name is one that was taken away.
    func original(of arguments: [ByteString]) -> [ByteString]? {
        guard !hidden.isEmpty, let word = arguments.first else { return arguments }
        let name = ByteString(word.text.lowercased())
        if let original = originals[name] { return [original] + arguments.dropFirst() }
        return hidden.contains(name) ? nil : arguments
    }
}

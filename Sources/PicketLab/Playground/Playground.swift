import Glibc

/// A deployment of real processes that lives on after the command which made it: to look at, to break, and to learn on.
///
/// Its state is a file in its directory; every command reads it, does one thing, and writes it.
package struct Playground: Sendable {
    package let directory: String
    package internal(set) var state: PlaygroundState

    init(directory: String, state: PlaygroundState) {
        self.directory = directory
        self.state = state
    }

    /// One for each user, where temporary files are.
    package static var usualDirectory: String {
        "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/picket-lab-\(getuid())"
    }

    private static func statePath(_ directory: String) -> String { "\(directory)/state" }

    package static func exists(at directory: String) -> Bool { access(statePath(directory), F_OK) == 0 }

    package static func open(_ directory: String) throws -> Playground {
        guard exists(at: directory) else {
            throw PlaygroundError(.usage, "No lab is up in \(directory).", "Start one: picket lab up. Or name its directory with --dir.")
        }
        let path = statePath(directory)
        return Playground(directory: directory, state: try PlaygroundState(parsing: TextFile.read(path), source: path))
    }

    /// Whole or not at all: another command may be reading.
    func save() throws {
        let path = Self.statePath(directory)
        try TextFile.write(state.text, to: path + ".new")
        guard rename(path + ".new", path) == 0 else { throw LabError.system("cannot write \(path)", errno) }
    }

    package func files(_ entry: PlaygroundState.Entry) -> NodeFiles { NodeFiles(name: entry.name, port: entry.port, laboratory: directory) }

    package var monitorAddresses: String { state.monitors.map { "127.0.0.1:\($0.port)" }.joined(separator: ",") }

    /// The answer of one of its processes; an error reply is thrown.
    func call(_ entry: PlaygroundState.Entry, _ words: String...) async throws -> [String] {
        let connection = try await LabConnection.open(port: entry.port)
        defer { connection.close() }
        let answer = try await connection.call(words)
        return (answer.elements ?? [answer]).map { if case .integer(let number) = $0 { String(number) } else { $0.text ?? "" } }
    }

    /// Ends every process, and removes everything.
    package func down() async throws {
        try await endAll()
        TemporaryDirectory.remove(directory)
    }

    /// Monitors first: they would take the rest for a catastrophe, and write about it.
    func endAll() async throws {
        for entry in state.entries.reversed() { entry.process?.signal(SIGKILL) }
        for entry in state.entries.reversed() {
            try await entry.process?.end()
            try await entry.relay?.end()
        }
        try await state.outerRelay?.end()
    }
}

/// Where a server process of the laboratory listens, and where its files are.
package struct NodeFiles: Hashable, Sendable {
    package let name: String
    package let port: Int
    package let directory: String

    /// - Parameter laboratory: The directory in which each node has one of its own.
    package init(name: String, port: Int, laboratory: String) {
        self.name = name
        self.port = port
        directory = "\(laboratory)/\(name)"
    }

    package var configurationPath: String { "\(directory)/\(name).conf" }
    package var logPath: String { "\(directory)/\(name).log" }
    /// Standard output and error, by default of little interest: the log goes to a file of its own.
    package var outputPath: String { "\(directory)/output.txt" }
    package var errorPath: String { "\(directory)/errors.txt" }

    /// The end of its log and of what it said otherwise.
    package var lastWords: String {
        [logPath, outputPath, errorPath].map { TextFile.tail($0, lines: 25) }.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

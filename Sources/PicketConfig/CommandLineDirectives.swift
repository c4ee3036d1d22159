/// `--port 7000 --sentinel monitor a 10.0.0.1 6379 2`: directives given as arguments of the program, after the file's path.
package enum CommandLineDirectives {
    /// Each argument that starts with `--` begins a directive; those after it are its values. A value itself can therefore not
    /// start with `--`: that has to be written in the file.
    ///
    /// What the command line says about the process holds for this run and is not written to the file. Groups and their settings
    /// become part of the monitor's state, and as such are written, so that any monitor can carry on from the file.
    package static func parse(_ arguments: [String]) throws(InvalidConfiguration) -> [[String]] {
        var directives: [[String]] = []
        for (index, argument) in arguments.enumerated() {
            if argument.hasPrefix("--"), argument.utf8.count > 2 {
                directives.append([String(argument.dropFirst(2))])
            } else if !directives.isEmpty, argument != "--" {
                directives[directives.count - 1].append(argument)
            } else {
                let before = ConfigurationLine.joined(Array(arguments[..<index]))
                throw InvalidConfiguration(diagnostics: [
                    Diagnostic(
                        file: Configuration.commandLineName, line: directives.count + 1, column: before.isEmpty ? 1 : before.count + 2,
                        text: ConfigurationLine.joined(arguments), message: "A directive's name is expected here.",
                        hint: "Write it with two dashes before it, and its values after it: --port 26379")
                ])
            }
        }
        return directives
    }
}

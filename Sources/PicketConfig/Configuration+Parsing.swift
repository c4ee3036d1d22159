import PicketCore

extension Configuration {
    /// Reads the main file's bytes, what it includes, and the directives of the command line.
    ///
    /// - Parameters:
    ///   - bytes: as they are on disk. Lines end with LF or CRLF.
    ///   - file: how diagnostics name the file.
    ///   - overrides: directives of the command line, see `CommandLineDirectives`.
    ///   - includes: reads other files; called while parsing.
    /// - Throws: every fault at once.
    package static func parse(
        _ bytes: [UInt8], file: String, overrides: [[String]] = [],
        includes: @escaping IncludeReader = { _ in .failure(IncludeFailure(reason: "nothing can be included here")) }
    ) throws(InvalidConfiguration) -> Configuration {
        var reader = ConfigurationReader(document: ConfigurationDocument(bytes), includes: includes)
        reader.readFile(bytes, named: file, origin: .mainFile, depth: 0)
        reader.readCommandLine(overrides)
        return try reader.finish()
    }

    package static func parse(
        _ text: String, file: String, overrides: [[String]] = [],
        includes: @escaping IncludeReader = { _ in .failure(IncludeFailure(reason: "nothing can be included here")) }
    ) throws(InvalidConfiguration) -> Configuration {
        try parse(Array(text.utf8), file: file, overrides: overrides, includes: includes)
    }
}

/// Sorts the lines: to the daemon's settings at once, `sentinel …` aside until all lines are known.
private struct ConfigurationReader {
    var configuration: Configuration
    let includes: IncludeReader
    var sentinelLines: [SourceLine] = []
    var diagnostics: [Diagnostic] = []

    init(document: ConfigurationDocument, includes: @escaping IncludeReader) {
        configuration = Configuration(document: document)
        self.includes = includes
    }

    mutating func readFile(_ bytes: [UInt8], named file: String, origin: SourceLine.Origin, depth: Int) {
        for (index, bytes) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            read(SourceLine(origin: origin, file: file, number: index + 1, line: ConfigurationLine(Array(bytes))), depth: depth)
        }
    }

    mutating func readCommandLine(_ directives: [[String]]) {
        for (index, arguments) in directives.enumerated() {
            // `--sentinel` without more chooses the mode that we are in anyway.
            if arguments.count == 1, arguments[0].lowercased() == "sentinel" { continue }
            let line = ConfigurationLine(ConfigurationLine.joined(arguments))
            read(SourceLine(origin: .commandLine, file: Configuration.commandLineName, number: index + 1, line: line), depth: 0)
        }
    }

    private mutating func read(_ source: SourceLine, depth: Int) {
        if let offset = source.line.unbalancedQuote {
            diagnostics.append(
                source.diagnostic(
                    atOffset: offset, "A quote is not closed, or something other than a blank follows where it closes.",
                    hint: #"Inside double quotes write \" for a quote and \\ for a backslash."#))
        }
        guard let keyword = source.line.tokens.first?.keyword else { return }
        if keyword == "sentinel" { return sentinelLines.append(source) }
        do {
            if let directive = DaemonDirective(rawValue: keyword) {
                try obey(directive, source, depth: depth)
            } else {
                try tolerate(keyword, source)
            }
        } catch {
            diagnostics.append(source.diagnostic(at: error.token, error.message, hint: error.hint))
        }
    }

    private mutating func obey(_ directive: DaemonDirective, _ source: SourceLine, depth: Int) throws(ArgumentFault) {
        let arguments = Arguments(tokens: source.line.tokens, first: 1)
        let expected = directive.argumentCounts
        guard expected.contains(arguments.count) else {
            let wanted = expected.lowerBound == expected.upperBound ? "\(expected.lowerBound)" : "at least \(expected.lowerBound)"
            throw arguments.fault(
                min(arguments.count, expected.upperBound),
                "Wrong number of arguments: \(directive.rawValue) takes \(wanted), not \(arguments.count).",
                hint: arguments.count > expected.upperBound ? "A value with blanks needs double quotes." : nil)
        }
        switch directive {
        case .include: try include(arguments, source, depth: depth)
        case .requirepass: configuration.access.requirepass = arguments.bytes(0).isEmpty ? nil : arguments.bytes(0)
        case .aclfile: configuration.access.aclFile = try arguments.optionalText(0)
        case .aclLogMaxLength: configuration.access.logMaxLength = try arguments.integer(0, in: 0...Int(Int32.max))
        case .aclPubSubDefault:
            let rule = try arguments.text(0).lowercased()
            guard rule == "allchannels" || rule == "resetchannels" else {
                throw arguments.fault(0, "The value has to be one of: allchannels, resetchannels.")
            }
            configuration.access.allChannelsByDefault = rule == "allchannels"
        case .user: keep(UserLine(source: source))
        default: try configuration.daemon.obey(directive, arguments)
        }
    }

    /// A directive that means nothing to us, or to anybody.
    private mutating func tolerate(_ keyword: String, _ source: SourceLine) throws(ArgumentFault) {
        guard IneffectiveDirectives.contain(keyword) else {
            let names = DaemonDirective.allCases.map(\.rawValue) + IneffectiveDirectives.names
            let isSentinels = SentinelDirective(keyword: keyword) != nil
            let hint = isSentinels ? "sentinel \(keyword)" : Spelling.nearest(to: keyword, among: names)
            throw ArgumentFault(token: 0, message: "There is no directive of this name.", hint: hint.map { "Did you mean \($0)?" })
        }
        if source.line.tokens.count > 1 {
            let value = String(decoding: source.line.tokens[1].bytes, as: UTF8.self)
            if TLSDirective.asksForTLS(keyword, value: value) {
                throw ArgumentFault(
                    token: 0, message: "TLS is not available in this version: \(keyword) cannot be obeyed.",
                    hint: "Remove the tls-* lines; let clients and peers connect without TLS, over a network that you trust or a tunnel.")
            }
        }
        if !configuration.ineffectiveDirectives.contains(keyword) { configuration.ineffectiveDirectives.append(keyword) }
    }

    private mutating func include(_ arguments: Arguments, _ source: SourceLine, depth: Int) throws(ArgumentFault) {
        let path = try arguments.text(0)
        guard depth < Configuration.includeDepthLimit else {
            throw arguments.fault(
                0, "Files include each other more than \(Configuration.includeDepthLimit) deep.", hint: "Does a file include itself?")
        }
        switch includes(path) {
        case .success(let files):
            for file in files { readFile(file.bytes, named: file.path, origin: .includedFile, depth: depth + 1) }
        case .failure(let failure):
            throw arguments.fault(0, "The file to include cannot be read: \(failure.reason)")
        }
    }

    /// A user of the main file or the command line outranks one of an included file; else the later one stays, as in Redis' own order.
    private mutating func keep(_ user: UserLine) {
        guard let index = configuration.access.users.firstIndex(where: { $0.name == user.name }) else {
            return configuration.access.users.append(user)
        }
        if user.source.origin == .includedFile, configuration.access.users[index].source.origin != .includedFile { return }
        configuration.access.users[index] = user
    }

    consuming func finish() throws(InvalidConfiguration) -> Configuration {
        var sentinel = SentinelReader()
        sentinel.read(sentinelLines)
        diagnostics += sentinel.diagnostics
        diagnostics.sort { ($0.fileRank, $0.file, $0.line, $0.column) < ($1.fileRank, $1.file, $1.line, $1.column) }
        guard diagnostics.isEmpty else { throw InvalidConfiguration(diagnostics: diagnostics) }
        configuration.durable = sentinel.state
        configuration.scripts = sentinel.scripts
        configuration.stateDirectory = sentinel.stateDirectory
        configuration.stateConfigFile = sentinel.stateConfigFile
        let included = (sentinelLines + configuration.access.users.map(\.source)).filter { $0.origin == .includedFile }
        configuration.document.inherit(included.map(\.line))
        return configuration
    }
}

import PicketCore

/// A configuration that was read and found good.
///
/// **Which line counts.** Directives about the process are obeyed in the order in which they stand, an included file at the place
/// of its `include`, the command line last; the last one counts. `sentinel …` directives may stand in any order. Because the
/// state of all groups is kept in the main file, what that file says about a group outranks an included file; the command line
/// outranks both, except for `monitor`: the address of a primary moves, so the main file's newer word about it stays.
package struct Configuration: Hashable, Sendable {
    /// What `Diagnostic.file` says about a directive of the command line.
    package static let commandLineName = "command line"
    /// How deep files may include each other.
    package static let includeDepthLimit = 16

    package var daemon = DaemonSettings()
    package var access = AccessSettings()
    /// Identity nil: no `myid` line, so this monitor needs a new identity.
    package var durable = DurableState()
    package var scripts: [ScriptReference] = []
    /// Where the journal lives (`sentinel state-dir`). If set, the configuration file is never written.
    package var stateDirectory: String?
    /// A file for all state (`sentinel state-config-file`). If set, the configuration file is never written.
    package var stateConfigFile: String?
    /// Names of directives that were accepted and have no effect in a monitor, each once, in the order of the file.
    package var ineffectiveDirectives: [String] = []
    /// The main file, to be kept current.
    package var document: ConfigurationDocument

    package init(document: ConfigurationDocument) { self.document = document }
}

/// A file that an `include` stands for.
package struct IncludedFile: Hashable, Sendable {
    package let path: String
    package let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// Why an included file cannot be read, in words for its user.
package struct IncludeFailure: Error, Hashable {
    package let reason: String
    package init(reason: String) { self.reason = reason }
}

/// Gives the files that a path or glob pattern stands for, in order. A pattern that matches nothing gives none; a plain path that
/// cannot be read is a failure.
package typealias IncludeReader = (_ path: String) -> Result<[IncludedFile], IncludeFailure>

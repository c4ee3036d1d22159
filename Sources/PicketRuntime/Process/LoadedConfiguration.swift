import Glibc
import PicketAccess
import PicketConfig
import PicketCore
import PicketRESP

/// The configuration as the process starts with it: read, checked, and with all paths made absolute.
package struct LoadedConfiguration: Sendable {
    package let path: String
    package let bytes: [UInt8]
    package let configuration: Configuration
    let access: AccessControl

    package var daemon: DaemonSettings { configuration.daemon }

    /// Reads and checks everything that can be known before anything is begun. Relative includes are relative to where the
    /// process was started, as with Redis.
    package static func load(_ file: String, overrides: [String]) throws(StartupFailure) -> LoadedConfiguration {
        let path = FilePaths.absolute(file)
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path)
        } catch {
            throw StartupFailure("The configuration file cannot be read: \(error)", status: ProcessExit.unusableConfiguration)
        }
        do throws(InvalidConfiguration) {
            let directives = try CommandLineDirectives.parse(overrides)
            let configuration = try Configuration.parse(bytes, file: path, overrides: directives, includes: Self.included)
            return LoadedConfiguration(path: path, bytes: bytes, configuration: configuration, access: try Self.access(configuration))
        } catch {
            throw StartupFailure("\(error)", status: ProcessExit.unusableConfiguration)
        }
    }

    private static func included(_ pattern: String) -> Result<[IncludedFile], IncludeFailure> {
        var matches = glob_t()
        defer { globfree(&matches) }
        let status = glob(pattern, 0, nil, &matches)
        guard status == 0 else {
            // A pattern may match nothing; a plain name must be there.
            let isPattern = pattern.contains { "*?[".contains($0) }
            return isPattern && status == GLOB_NOMATCH ? .success([]) : .failure(IncludeFailure(reason: "no such file"))
        }
        var files: [IncludedFile] = []
        for index in 0..<Int(matches.gl_pathc) {
            guard let name = matches.gl_pathv[index].map({ String(cString: $0) }) else { continue }
            do {
                files.append(IncludedFile(path: name, bytes: try FileBytes.read(name)))
            } catch {
                return .failure(IncludeFailure(reason: "\(error)"))
            }
        }
        return .success(files)
    }

    private static func access(_ configuration: Configuration) throws(InvalidConfiguration) -> AccessControl {
        let settings = configuration.access
        if let file = settings.aclFile {
            guard settings.users.isEmpty else {
                let user = settings.users[0]
                throw InvalidConfiguration(diagnostics: [
                    user.diagnostic(
                        ofRule: 0, "Users are configured both here and in the ACL file \(file).",
                        hint: "Keep them in one place: either 'user' lines or 'aclfile'.")
                ])
            }
            return try fromFile(file, configuration)
        }
        let password = settings.requirepass.map { ByteString(bytes: $0) }
        let lines = settings.users.map { [ByteString(bytes: $0.name)] + $0.rules.map { ByteString(bytes: $0) } }
        do {
            return try AccessControl(
                requiredPassword: password, userLines: lines, startsWithEveryChannel: settings.allChannelsByDefault)
        } catch {
            throw InvalidConfiguration(diagnostics: [settings.users[error.line].diagnostic(ofRule: 0, error.message)])
        }
    }

    private static func fromFile(_ file: String, _ configuration: Configuration) throws(InvalidConfiguration) -> AccessControl {
        let place = (configuration.daemon.directory.map { $0 + "/" } ?? "") + file
        let path = file.hasPrefix("/") ? file : place
        let message: String
        do {
            let bytes = try FileBytes.read(path)
            switch AccessControl.parse(aclFile: ByteString(bytes: bytes), startsWithEveryChannel: configuration.access.allChannelsByDefault)
            {
            case .success(let control): return control
            case .failure(let error): message = error.message(file: path)
            }
        } catch {
            message = "\(error)"
        }
        throw InvalidConfiguration(diagnostics: [
            Diagnostic(
                file: path, line: 1, column: 1, text: "", message: message, hint: "Correct the ACL file, or the 'aclfile' directive.")
        ])
    }

    /// Scripts must be there and executable: better now than when they are needed.
    package func checkScripts() throws(StartupFailure) {
        let faults = configuration.scripts.filter { !FilePaths.isExecutable($0.path) }.map {
            $0.diagnostic(
                "\($0.purpose) script seems non existing or non executable: \($0.path)", hint: "Check the path and 'chmod +x' it.")
        }
        guard faults.isEmpty else {
            throw StartupFailure(Diagnostic.report(faults), status: ProcessExit.unusableConfiguration)
        }
    }

    /// Where the journal stands: in the state directory, or beside the configuration file.
    var journalPath: String {
        if let directory = configuration.stateDirectory { return directory + "/picketd.journal" }
        return configuration.stateConfigFile ?? path + ".journal"
    }

    /// Where the history stands: beside the journal.
    package var historyPath: String {
        if let directory = configuration.stateDirectory { return directory + "/picketd.history" }
        return (configuration.stateConfigFile ?? path) + ".history"
    }

    /// Whether the configuration file is ours to keep current.
    var isFileKept: Bool {
        configuration.stateDirectory == nil && configuration.stateConfigFile == nil && Glibc.access(path, W_OK) == 0
            && Glibc.access(FilePaths.directory(of: path), W_OK) == 0
    }
}

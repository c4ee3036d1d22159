import ArgumentParser
import Glibc
import PicketLab

/// Which programs a lab is made of.
struct ProgramOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The picketd to run. By default the one beside this program, else the one in PATH.", valueName: "path"))
    var picketd: String?

    @Option(help: ArgumentHelp("The redis-server to run. By default the one in PATH.", valueName: "path"))
    var redisServer: String?

    @Option(help: ArgumentHelp("The redis-sentinel to run. By default the one in PATH.", valueName: "path"))
    var redisSentinel: String?

    var executables: Executables {
        var executables = Executables.find()
        if let picketd { executables.picketd = FilePath.absolute(picketd) }
        if let redisServer { executables.redisServer = FilePath.absolute(redisServer) }
        if let redisSentinel { executables.redisSentinel = FilePath.absolute(redisSentinel) }
        return executables
    }
}

extension MonitorKind: ExpressibleByArgument {}

/// Paths for processes that run in directories of their own.
enum FilePath {
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return "\(String(cString: current))/\(path)"
    }
}

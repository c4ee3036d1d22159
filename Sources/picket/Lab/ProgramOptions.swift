import ArgumentParser
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

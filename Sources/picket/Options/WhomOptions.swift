import ArgumentParser
import Glibc
import PicketOperator

/// Whom to ask, and how; the same for every verb.
struct WhomOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The monitors: some are enough. Else PICKET_SENTINELS, else a context.", valueName: "host:port,…"))
    var sentinels: String?

    @Option(help: ArgumentHelp("A deployment of the context file (~/.config/picket/config, or PICKET_CONFIG).", valueName: "name"))
    var context: String?

    @Option(help: ArgumentHelp("The monitors' user; its password is in PICKET_PASSWORD or a file.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("A file whose first line is the monitors' password.", valueName: "path"))
    var passwordFile: String?

    @Option(help: ArgumentHelp("The Redis servers' user; its password is in PICKET_REDIS_PASSWORD or a file.", valueName: "name"))
    var redisUser: String?

    @Option(help: ArgumentHelp("A file whose first line is the Redis servers' password.", valueName: "path"))
    var redisPasswordFile: String?

    @Flag(name: .customLong("no-redis"), help: "Do not ask the Redis servers; show what the monitors last heard of them.")
    var leavesRedisAlone = false

    @Flag(name: .customLong("no-discover"), help: "Ask these monitors only, and not those that they know.")
    var asksNamedOnly = false

    @Option(
        help: ArgumentHelp("Where something stands; several times. Redis and sentinels do not know zones.", valueName: "host:port=zone"))
    var zone: [String] = []

    @Option(help: ArgumentHelp("How long one answer is waited for.", valueName: "time"))
    var askTimeout = Span(.seconds(2))

    @OptionGroup var encryption: TLSFlags

    var sources: SettingSources {
        get throws {
            var sources = SettingSources(variable: { name in getenv(name).map { String(cString: $0) } }, file: PlainFile.read)
            sources.sentinels = sentinels
            sources.context = context
            sources.user = user
            sources.passwordFile = passwordFile
            sources.redisUser = redisUser
            sources.redisPasswordFile = redisPasswordFile
            sources.asksRedis = !leavesRedisAlone
            sources.discovers = !asksNamedOnly
            sources.zones = zone
            sources.answerLimit = askTimeout.duration
            sources.tls = encryption.options
            sources.usesRedisTLS = encryption.redisTls
            return sources
        }
    }

    var session: OperatorSession { get throws { OperatorSession(try sources.settings()) } }
}

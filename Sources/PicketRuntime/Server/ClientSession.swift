import Logging
import NIOCore
import PicketAccess
import PicketConfig
import PicketCore
import PicketRESP

/// What one client has said of itself, and the carrying out of its commands. On the client's loop.
final class ClientSession {
    enum Outcome {
        case reply(RESPValue)
        /// Of a change of subscriptions, one for each name. Pushes: CLIENT REPLY does not hold them back.
        case confirmations([RESPValue])
        /// The handler's responder will be called.
        case later
        case silent
        /// Answer, then close.
        case closing(RESPValue)

        static let ok = Outcome.reply(.simple("OK"))
        static func error(_ text: String) -> Outcome { .reply(.error(text)) }
    }

    enum ReplyMode {
        case on, off
        /// The next reply is left out; then as before.
        case skipping
    }

    let record: ClientRecord
    let server: ServerContext
    unowned let handler: ClientHandler
    let subscribers: LoopSubscribers

    var version: RESPVersion = .two
    var replyMode: ReplyMode = .on
    var channels: [ByteString] = []
    var patterns: [ByteString] = []
    var trackingFlags: [String] = []
    private(set) var user: AccessUser
    private var hasAuthenticated: Bool
    /// Whether the default user needs no password, as of `generation`.
    private var admitsUnauthenticated: Bool
    private var generation: UInt64
    /// `answersAtOnce` as it was worked out since the last command and the last change of users.
    private var knownAnswersAtOnce: Bool?

    init(record: ClientRecord, server: ServerContext, handler: ClientHandler) {
        self.record = record
        self.server = server
        self.handler = handler
        subscribers = server.subscribers.local(to: record.channel.eventLoop)
        let control = server.access.control
        user = control.defaultUser
        hasAuthenticated = control.admitsUnauthenticated
        admitsUnauthenticated = control.admitsUnauthenticated
        generation = control.generation
    }

    /// Who came before a password was set may stay; who came without one may act once none is needed any more.
    var isAuthenticated: Bool { hasAuthenticated || admitsUnauthenticated }

    var isSubscribed: Bool { !channels.isEmpty || !patterns.isEmpty }

    var logger: Logger { server.logger }

    /// Whether a question for an address needs no look at anything but the name: every check that `execute` would make of it succeeds.
    var answersAtOnce: Bool {
        if let known = knownAnswersAtOnce, server.access.currentGeneration == generation { return known }
        refreshUser()
        let answers =
            isAuthenticated && replyMode == .on && !(version == .two && isSubscribed) && !server.renaming.concerns("sentinel")
            && AddressBook.commands.allSatisfy { user.permits($0, arguments: []) == .permitted }
        knownAnswersAtOnce = answers
        return answers
    }

    func execute(_ request: [ByteString]) -> Outcome {
        knownAnswersAtOnce = nil
        guard let arguments = server.renaming.original(of: request) else { return .reply(CommandRefusal.unknownCommand(request).reply) }
        let command: ResolvedCommand
        switch CommandTable.resolve(arguments) {
        case .failure(let refusal): return .reply(refusal.reply)
        case .success(let resolved): command = resolved
        }
        refreshUser()
        record.note(command: command.position, at: .now())
        if !isAuthenticated, !command.needsNoAuthentication { return .reply(AuthenticationRefusal.required) }
        if isAuthenticated || !command.needsNoAuthentication, case .refused(let refusal) = user.permits(command, arguments: arguments) {
            log(refusal)
            return .reply(refusal.reply(user: user.name))
        }
        if version == .two, isSubscribed, !command.isAllowedWhileSubscribed {
            return .error(
                "ERR Can't execute '\(command.fullName)': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed "
                    + "in this context")
        }
        return run(command, arguments)
    }

    private func run(_ command: ResolvedCommand, _ arguments: [ByteString]) -> Outcome {
        switch command.name {
        case .ping: ping(command, arguments)
        case .auth: auth(arguments)
        case .hello: hello(arguments)
        case .quit: .closing(.simple("OK"))
        case .reset: reset()
        case .role: role()
        case .info: info(arguments)
        case .shutdown: shutdown(arguments)
        case .client(let subcommand): client(subcommand, command, arguments)
        case .acl(let subcommand): acl(subcommand, command, arguments)
        case .command(let subcommand): commandTable(subcommand, arguments)
        case .subscribe: subscribe(Array(arguments.dropFirst()), to: .channel)
        case .unsubscribe: unsubscribe(Array(arguments.dropFirst()), from: .channel)
        case .psubscribe: subscribe(Array(arguments.dropFirst()), to: .pattern)
        case .punsubscribe: unsubscribe(Array(arguments.dropFirst()), from: .pattern)
        case .publish: publish(channel: arguments[1], message: arguments[2])
        case .pubsub(let subcommand): pubsub(subcommand, command, arguments)
        case .sentinel(let subcommand): sentinel(subcommand, command, Array(arguments.dropFirst(2)))
        }
    }

    // MARK: Identity

    func becomes(_ user: AccessUser) {
        self.user = user
        hasAuthenticated = true
        record.state.withLock { $0.user = user.name }
    }

    func forgetUser() {
        let control = server.access.control
        user = control.defaultUser
        hasAuthenticated = control.admitsUnauthenticated
        admitsUnauthenticated = control.admitsUnauthenticated
        generation = control.generation
        record.state.withLock { $0.user = AccessControl.defaultUserName }
    }

    /// Users change while their clients are connected; rules apply from the next command on.
    private func refreshUser() {
        guard server.access.currentGeneration != generation else { return }
        let control = server.access.control
        generation = control.generation
        admitsUnauthenticated = control.admitsUnauthenticated
        // A user that is gone has had its connections closed; until that has happened it may do nothing.
        user = control.user(named: user.name) ?? AccessUser(name: user.name)
    }

    private func log(_ refusal: AccessRefusal) {
        let line = record.line(at: .now())
        let name = user.name
        server.access.withLog { $0.record(refusal, userName: name, clientInfo: line, nowMilliseconds: WallClock.milliseconds) }
    }

    /// The name of whoever tried, and nothing of the password.
    func logAuthenticationFailure(of name: ByteString) {
        let line = record.line(at: .now())
        server.access.withLog {
            $0.record(.auth, object: "AUTH", userName: name, clientInfo: line, nowMilliseconds: WallClock.milliseconds)
        }
    }

    func isProtectedAgainst(_ address: SocketAddress?) -> Bool {
        guard server.settings.isProtectedMode, server.access.control.admitsUnauthenticated, let host = address?.ipAddress else {
            return false
        }
        return !(host.hasPrefix("127.") || host == "::1")
    }

    /// Until the client has been idle for the bound; negative where it has. Who listens is never idle.
    func timeLeft(of bound: Duration) -> TimeAmount {
        let bound = TimeAmount.nanoseconds(bound.nanosecondsClamped)
        return isSubscribed ? bound : bound - (NIODeadline.now() - record.lastActivity)
    }

    // MARK: Replies

    /// CLIENT REPLY: whether the reply that is due is sent.
    func takesReply() -> Bool {
        switch replyMode {
        case .on: return true
        case .off: return false
        case .skipping:
            replyMode = .on
            return false
        }
    }

    func ended() {
        leaveAll()
        server.registry.remove(record.id)
    }

    func leaveAll() {
        for channel in channels { subscribers.unsubscribe(record.id, from: channel, .channel) }
        for pattern in patterns { subscribers.unsubscribe(record.id, from: pattern, .pattern) }
        channels = []
        patterns = []
    }

    func noteSubscriptions() {
        let (channels, patterns) = (self.channels, self.patterns)
        record.state.withLock {
            $0.channels = channels
            $0.patterns = patterns
        }
    }
}

extension ResolvedCommand {
    var needsNoAuthentication: Bool {
        switch name {
        case .auth, .hello, .quit, .reset: true
        default: false
        }
    }

    var isAllowedWhileSubscribed: Bool {
        switch name {
        case .ping, .subscribe, .unsubscribe, .psubscribe, .punsubscribe, .quit, .reset: true
        default: false
        }
    }
}

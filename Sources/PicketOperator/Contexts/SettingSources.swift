/// What was typed, and what else says whom to ask. A word on the command line comes before the environment, and that before the file.
package struct SettingSources: Sendable {
    package var sentinels: String?
    package var context: String?
    package var user: String?
    package var passwordFile: String?
    package var redisUser: String?
    package var redisPasswordFile: String?
    /// Nil: not asked for.
    package var tls: TLSOptions?
    package var usesRedisTLS: Bool?
    package var zones: [String] = []
    package var discovers = true
    package var asksRedis = true
    package var answerLimit: Duration = .seconds(2)
    /// The environment, and files by their path; throws a sentence where one cannot be read.
    package var variable: @Sendable (String) -> String?
    package var file: @Sendable (String) throws -> String

    package init(variable: @escaping @Sendable (String) -> String?, file: @escaping @Sendable (String) throws -> String) {
        self.variable = variable
        self.file = file
    }

    package func settings() throws(OperatorError) -> OperatorSettings {
        let (chosen, contextFile) = try chosenContext()
        let (addresses, origin) = try addresses(chosen, contextFile)
        var monitors = ConnectionOptions(answerLimit: answerLimit)
        monitors.tls = tls ?? chosen?.tls
        monitors.credentials = try credentials(
            user: user, file: passwordFile, variable: "PICKET_PASSWORD", userVariable: "PICKET_USER", context: chosen?.monitorLogin)
        var redis = ConnectionOptions(answerLimit: answerLimit)
        redis.tls = (usesRedisTLS ?? chosen?.usesRedisTLS ?? (monitors.tls != nil)) ? monitors.tls ?? TLSOptions() : nil
        redis.credentials = try credentials(
            user: redisUser, file: redisPasswordFile, variable: "PICKET_REDIS_PASSWORD", userVariable: "PICKET_REDIS_USER",
            context: chosen?.redisLogin)
        // Files that cannot be used are to be told of now, and not as a failure of each server.
        if let tls = monitors.tls { _ = try tls.context() }
        var zoneMap = chosen?.zones ?? ZoneMap()
        for zone in zones { try zoneMap.add(zone) }
        return OperatorSettings(
            sentinels: addresses, discovers: discovers, monitors: monitors, redis: asksRedis ? redis : nil, zones: zoneMap, origin: origin)
    }

    // MARK: The context

    /// `PICKET_CONFIG`, else in the directory for configurations.
    package var contextPath: String? {
        if let path = set("PICKET_CONFIG") { return path }
        return (set("XDG_CONFIG_HOME") ?? set("HOME").map { "\($0)/.config" }).map { "\($0)/picket/config" }
    }

    private func chosenContext() throws(OperatorError) -> (OperatorContext?, ContextFile?) {
        let wanted = context ?? set("PICKET_CONTEXT")
        let isAddressed = sentinels != nil || set("PICKET_SENTINELS") != nil
        // Who names sentinels and no context means just these.
        if isAddressed && wanted == nil { return (nil, nil) }
        let isNamed = set("PICKET_CONFIG") != nil
        guard let path = contextPath, let text = try read(path, isNeeded: isNamed || wanted != nil) else { return (nil, nil) }
        let contexts = try ContextFile(parsing: text, source: path)
        guard let name = wanted ?? contexts.current ?? (contexts.contexts.count == 1 ? contexts.contexts[0].name : nil) else {
            return (nil, contexts)
        }
        guard let found = contexts[name] else {
            throw .usage("There is no context '\(name.printable)' in \(path).", advice: contexts.known)
        }
        return (found, contexts)
    }

    private func read(_ path: String, isNeeded: Bool) throws(OperatorError) -> String? {
        do { return try file(path) } catch {
            guard isNeeded else { return nil }
            throw .usage(
                "The context file \(path) cannot be read: \(error)", advice: "Its path is \(path) unless PICKET_CONFIG names another.")
        }
    }

    private func addresses(_ chosen: OperatorContext?, _ file: ContextFile?) throws(OperatorError) -> ([Address], String) {
        if let sentinels { return (try SentinelList.parse(sentinels), "--sentinels") }
        if context == nil, let listed = set("PICKET_SENTINELS") { return (try SentinelList.parse(listed), "PICKET_SENTINELS") }
        if let chosen {
            guard !chosen.sentinels.isEmpty else {
                throw .usage(
                    "The context '\(chosen.name)' names no sentinels.", advice: "Add a line: sentinels 10.0.0.1:26379 10.0.0.2:26379")
            }
            return (chosen.sentinels, "context \(chosen.name)")
        }
        if let file, !file.contexts.isEmpty {
            throw .usage("No context is chosen.", advice: "\(file.known) Choose one: --context NAME, or a line 'current NAME' in the file.")
        }
        return ([Address(host: "127.0.0.1", port: Address.sentinelPort)], "the default")
    }

    // MARK: Passwords

    private func credentials(
        user: String?, file: String?, variable name: String, userVariable: String, context: OperatorContext.Login?
    ) throws(OperatorError) -> Credentials? {
        let user = user ?? set(userVariable) ?? context?.user
        var password: String?
        if let file { password = try secret(file) }
        if password == nil { password = set(name) }
        if password == nil, let other = context?.passwordVariable {
            password = set(other)
            if password == nil { throw .usage("The context takes a password from \(other), which is not set.") }
        }
        if password == nil, let file = context?.passwordFile { password = try secret(file) }
        guard let password else {
            guard user == nil else {
                throw .usage(
                    "A user needs a password.", advice: "Set \(name), or name a file; passwords are never taken from the command line.")
            }
            return nil
        }
        return Credentials(user: user, password: password)
    }

    /// The first line of a file.
    package func secret(_ path: String) throws(OperatorError) -> String {
        let text: String
        do { text = try file(path) } catch { throw .usage("The password file \(path) cannot be read: \(error)") }
        guard let line = text.split(whereSeparator: \.isNewline).first, !line.isEmpty else {
            throw .usage("The password file \(path) is empty.")
        }
        return String(line)
    }

    /// Empty is as good as not set.
    private func set(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
}

/// One deployment, as a context file describes it. Passwords are never in it: only where they are.
package struct OperatorContext: Hashable, Sendable {
    package let name: String
    package private(set) var sentinels: [Address] = []
    package private(set) var monitorLogin = Login()
    package private(set) var redisLogin = Login()
    package private(set) var tls: TLSOptions?
    /// Nil: as with the monitors.
    package private(set) var usesRedisTLS: Bool?
    package private(set) var zones = ZoneMap()

    /// Whose password, and where it is.
    package struct Login: Hashable, Sendable {
        package var user: String?
        package var passwordFile: String?
        package var passwordVariable: String?

        package init() {}
    }

    static let advice = """
        Known are: sentinels, user, password-file, password-env, redis-user, redis-password-file, redis-password-env, tls, redis-tls, \
        cacert, cert, key, sni, insecure, zone.
        """

    init(name: String) { self.name = name }

    mutating func take(_ directive: String, _ values: [String]) throws(OperatorError) {
        func word() throws(OperatorError) -> String { try ContextFile.single(directive, values) }
        switch directive {
        case "sentinels":
            guard !values.isEmpty else { throw .usage("'sentinels' needs addresses.") }
            for value in values { sentinels += try SentinelList.parse(value) }
        case "user": monitorLogin.user = try word()
        case "password-file": monitorLogin.passwordFile = try word()
        case "password-env": monitorLogin.passwordVariable = try word()
        case "redis-user": redisLogin.user = try word()
        case "redis-password-file": redisLogin.passwordFile = try word()
        case "redis-password-env": redisLogin.passwordVariable = try word()
        case "password", "redis-password":
            throw .usage(
                "a password does not belong into this file.", advice: "Put it into a file of its own, and name that: \(directive)-file.")
        case "tls": tls = try flag(directive, word()) ? tls ?? TLSOptions() : nil
        case "redis-tls": usesRedisTLS = try flag(directive, word())
        case "cacert": try setTLS(\.authorityFile, word())
        case "cert": try setTLS(\.certificateFile, word())
        case "key": try setTLS(\.keyFile, word())
        case "sni": try setTLS(\.serverName, word())
        case "insecure": try setTLS(\.verifies, !flag(directive, word()))
        case "zone":
            guard values.count == 2 else { throw .usage("'zone' takes an address or a host, and a name.") }
            try zones.add(values[0], zone: values[1])
        default: throw .usage("'\(directive.printable)' is not known.", advice: Self.advice)
        }
    }

    private mutating func setTLS<Value>(_ path: WritableKeyPath<TLSOptions, Value>, _ value: Value) throws(OperatorError) {
        var options = tls ?? TLSOptions()
        options[keyPath: path] = value
        tls = options
    }

    private func flag(_ directive: String, _ word: String) throws(OperatorError) -> Bool {
        switch word {
        case "yes": return true
        case "no": return false
        default: throw .usage("'\(directive)' takes yes or no, not '\(word.printable)'.")
        }
    }
}

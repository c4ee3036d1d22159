/// Values of settings that must not be on a command line, where every user of the machine can read them.
package enum SecretValue {
    private static let names: Set<String> = ["auth-pass", "sentinel-pass"]

    package static func isSecret(_ setting: String) -> Bool { names.contains(setting.lowercased()) }

    /// `env:NAME` and `file:PATH` stand for what is there; anything else of a secret setting is refused. An empty value clears it.
    package static func resolve(_ value: String, of setting: String, _ sources: SettingSources) throws(OperatorError) -> String {
        guard isSecret(setting), !value.isEmpty else { return value }
        if value.hasPrefix("env:") {
            let name = String(value.dropFirst(4))
            guard let secret = sources.variable(name), !secret.isEmpty else { throw .usage("The variable \(name.printable) is not set.") }
            return secret
        }
        if value.hasPrefix("file:") { return try sources.secret(String(value.dropFirst(5))) }
        throw .usage(
            "\(setting) is a secret, and others can read the command line.",
            advice: "Give env:NAME or file:PATH in its place, or '' to clear it.")
    }
}

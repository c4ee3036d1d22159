/// What a server wants to hear before anything else. Never shown: its description has no secret.
package struct Credentials: Hashable, Sendable, CustomStringConvertible {
    package let user: String?
    package let password: String

    package init(user: String?, password: String) {
        self.user = user
        self.password = password
    }

    var words: [String] { ["AUTH"] + (user.map { [$0] } ?? []) + [password] }

    package var description: String { "credentials of \(user ?? "the default user")" }
}

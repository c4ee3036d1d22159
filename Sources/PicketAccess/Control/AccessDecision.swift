import PicketRESP

/// Whether a user may send a request.
package enum AccessDecision: Sendable, Hashable {
    case permitted
    case refused(AccessRefusal)
}

/// What a user lacks. The texts are those of Redis 7.2.
package enum AccessRefusal: Error, Sendable, Hashable {
    /// The command, by its full name.
    case command(String)
    /// The first channel, or pattern of channels, that was not granted.
    case channel(ByteString)

    /// The error that the client gets. A channel is not named there, since it may be long and is the client's own.
    package func reply(user: ByteString) -> RESPValue {
        switch self {
        case .command: .error("NOPERM \(explanation(user: user))")
        case .channel: .error("NOPERM No permissions to access a channel")
        }
    }

    /// What ACL DRYRUN tells.
    package func explanation(user: ByteString) -> String {
        switch self {
        case .command(let name): "User \(user.shown()) has no permissions to run the '\(name)' command"
        case .channel(let channel): "User \(user.shown()) has no permissions to access the '\(channel.shown())' channel"
        }
    }
}

/// Why a client could not prove who it is. The texts are Redis', to the letter: clients choose their fallbacks by them.
package enum AuthenticationRefusal: Error, Sendable, Hashable {
    case wrongPassword
    /// `AUTH password`, though the default user takes any.
    case noPasswordSet
    case syntax

    package var reply: RESPValue {
        switch self {
        case .wrongPassword:
            .error("WRONGPASS invalid username-password pair or user is disabled.")
        case .noPasswordSet:
            .error(
                "ERR AUTH <password> called without any password configured for the default user. "
                    + "Are you sure your configuration is correct?")
        case .syntax:
            .error("ERR syntax error")
        }
    }

    /// The answer to everything but AUTH and HELLO while a client has not authenticated.
    package static let required = RESPValue.error("NOAUTH Authentication required.")

    /// The answer to a HELLO without AUTH while a client has not authenticated.
    package static let requiredByHello = RESPValue.error(
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used "
            + "to authenticate the client and select the RESP protocol version at the same time")
}

import OrderedCollections
import PicketRESP

/// Who may do what: all users, by name.
///
/// A value: whoever serves clients keeps a copy and gets a new one when `generation` has grown.
package struct AccessControl: Sendable, Hashable {
    package static let defaultUserName: ByteString = "default"

    private var others: OrderedDictionary<ByteString, AccessUser> = [:]
    /// The user of every client that has not said who it is.
    package private(set) var defaultUser: AccessUser
    /// Grows with every change, so that a connection can keep its user until then.
    package private(set) var generation: UInt64 = 0
    /// Whether a new user may use every channel until told otherwise (`acl-pubsub-default allchannels`).
    package let startsWithEveryChannel: Bool

    /// Nobody but a default user who may do everything and needs no password.
    package init(startsWithEveryChannel: Bool = false) {
        self.startsWithEveryChannel = startsWithEveryChannel
        defaultUser = Self.freshDefaultUser(startsWithEveryChannel: startsWithEveryChannel)
    }

    private static func freshDefaultUser(startsWithEveryChannel: Bool) -> AccessUser {
        var user = AccessUser(name: defaultUserName, startsWithEveryChannel: startsWithEveryChannel)
        do {
            try user.apply(["on", "nopass", "allkeys", "allchannels", "allcommands"])
        } catch {
            preconditionFailure("the default user's own rules are refused: \(error)")
        }
        return user
    }

    /// The users by name, as Redis lists them.
    package var users: [AccessUser] {
        (others.values + [defaultUser]).sorted { ByteString.precedes($0.name, $1.name) }
    }

    package func user(named name: ByteString) -> AccessUser? {
        name == Self.defaultUserName ? defaultUser : others[name]
    }

    // MARK: Authentication

    /// Whether a connection counts as authenticated, as the default user, from its first byte on.
    package var admitsUnauthenticated: Bool { defaultUser.isEnabled && defaultUser.acceptsAnyPassword }

    /// Takes equally long for users that are unknown, disabled or have another password.
    package func authenticate(user name: ByteString, password: ByteString) -> Result<AccessUser, AuthenticationRefusal> {
        let hash = PasswordHash(ofPassword: password.bytes)
        let candidate = user(named: name)
        let knowsPassword = (candidate ?? defaultUser).knows(hash)
        guard let candidate, candidate.isEnabled, knowsPassword else { return .failure(.wrongPassword) }
        return .success(candidate)
    }

    /// `AUTH [user] password`; `arguments` is the whole request.
    package func authenticate(_ arguments: [ByteString]) -> Result<AccessUser, AuthenticationRefusal> {
        switch arguments.count {
        case 2:
            // A client with a password for a server without one is misconfigured, and should hear of it.
            if defaultUser.acceptsAnyPassword { return .failure(.noPasswordSet) }
            return authenticate(user: Self.defaultUserName, password: arguments[1])
        case 3:
            return authenticate(user: arguments[1], password: arguments[2])
        default:
            return .failure(.syntax)
        }
    }

    // MARK: Changing

    /// Sets the default user's only password, as `requirepass` does; without one the default user takes any.
    package mutating func requirePassword(_ password: ByteString?) {
        let rules: [ByteString] = password.flatMap { $0.isEmpty ? nil : ["resetpass", ">" + $0] } ?? ["nopass"]
        do {
            try defaultUser.apply(rules)
        } catch {
            preconditionFailure("a password is refused: \(error)")
        }
        generation += 1
    }

    /// Makes a user, or changes the one there is. Nothing changes unless every rule is good.
    package mutating func set(_ name: ByteString, rules: [ByteString]) throws(AccessRuleError) {
        var changed = user(named: name) ?? AccessUser(name: name, startsWithEveryChannel: startsWithEveryChannel)
        guard !Self.isUnusable(name) else { throw .unusableName(name) }
        try changed.apply(rules)
        store(changed)
    }

    /// Removes users that are no more than names; the default user stays. Returns whom there was.
    package mutating func remove(_ names: some Sequence<ByteString>) -> [ByteString] {
        let removed = names.filter { others.removeValue(forKey: $0) != nil }
        if !removed.isEmpty { generation += 1 }
        return removed
    }

    /// Defines a user by a line of a configuration: `tokens` are what follows the word `user`.
    ///
    /// The default user, too, starts from nothing here. Who else was defined before is `defined`, since a line may not
    /// change what another one said.
    package mutating func define(_ tokens: [ByteString], defined: inout OrderedSet<ByteString>) throws(AccessRuleError) {
        guard let name = tokens.first else { throw .noUser }
        guard !Self.isUnusable(name) else { throw .unusableName(name) }
        guard defined.append(name).inserted else { throw .duplicateUser(name) }
        var user = AccessUser(name: name, startsWithEveryChannel: startsWithEveryChannel)
        try user.apply(Array(tokens.dropFirst()))
        store(user)
    }

    /// Takes over all users of another, and tells who can no longer do what.
    package mutating func replaceUsers(with other: AccessControl) -> AccessConsequence {
        let removed = users.map(\.name).filter { other.user(named: $0) == nil }
        let changed = other.users.filter { user(named: $0.name) != $0 }.map(\.name)
        others = other.others
        defaultUser = other.defaultUser
        generation += 1
        return AccessConsequence(removed: removed, changed: changed)
    }

    private mutating func store(_ user: AccessUser) {
        if user.name == Self.defaultUserName { defaultUser = user } else { others[user.name] = user }
        generation += 1
    }

    /// Names that a line of a configuration could not hold.
    private static func isUnusable(_ name: ByteString) -> Bool {
        name.bytes.contains { $0 == 0 || $0 == 0x20 || $0 >= 0x09 && $0 <= 0x0d }
    }
}

/// Whom a change of the users concerns, for whoever holds their connections.
package struct AccessConsequence: Sendable, Hashable {
    /// Users that are gone. Their connections are closed, the asking one after its answer.
    package let removed: [ByteString]
    /// Users that may do something else now. A connection of theirs is closed if it holds a subscription for which
    /// `AccessUser.permits(subscription:isPattern:)` says no; every other one just goes on.
    package let changed: [ByteString]

    package static let none = AccessConsequence(removed: [], changed: [])

    package init(removed: [ByteString], changed: [ByteString]) {
        self.removed = removed
        self.changed = changed
    }
}

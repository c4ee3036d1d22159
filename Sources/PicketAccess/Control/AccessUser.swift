import PicketRESP

/// A user, and all that the user may do.
package struct AccessUser: Sendable, Hashable {
    package let name: ByteString
    package private(set) var isEnabled = false
    /// `nopass`: whoever names this user is this user.
    package private(set) var acceptsAnyPassword = false
    package private(set) var passwords: [PasswordHash] = []
    /// Of no consequence where nothing is restored from dumps, but kept for who wrote it.
    private var payloadSanitizing: PayloadSanitizing?
    /// What the rules outside of parentheses permit.
    package private(set) var root: AccessSelector
    /// The rules in parentheses, a set of rules each.
    package private(set) var selectors: [AccessSelector] = []
    /// Whether no request can be refused: what most users can do, decided once instead of at every request.
    package private(set) var isUnrestricted = false

    /// Whether `reset`, and a new user, start with all channels (`acl-pubsub-default allchannels`).
    private let startsWithEveryChannel: Bool

    private enum PayloadSanitizing: Sendable, Hashable {
        case done, skipped
    }

    /// A user who may do nothing and is switched off.
    package init(name: ByteString, startsWithEveryChannel: Bool = false) {
        self.name = name
        self.startsWithEveryChannel = startsWithEveryChannel
        root = AccessSelector()
        root.permitAllChannels(startsWithEveryChannel)
    }

    // MARK: Asking

    /// Whether the user may send this request. `arguments` is all of it, the command's name first.
    package func permits(_ command: ResolvedCommand, arguments: [ByteString]) -> AccessDecision {
        if isUnrestricted { return .permitted }
        var refusal: AccessRefusal
        switch root.permits(command, arguments: arguments) {
        case .permitted: return .permitted
        case .refused(let first): refusal = first
        }
        for selector in selectors {
            switch selector.permits(command, arguments: arguments) {
            case .permitted: return .permitted
            // Who may run the command, only not on this channel, learns more from that.
            case .refused(let next): if case .command = refusal { refusal = next }
            }
        }
        return .refused(refusal)
    }

    /// Whether a subscription may be kept, whatever has become of the right to make it.
    package func permits(subscription: ByteString, isPattern: Bool) -> Bool {
        root.permits(channel: subscription, asPattern: isPattern)
            || selectors.contains { $0.permits(channel: subscription, asPattern: isPattern) }
    }

    /// Whether this is a password of the user's. Looks at every one of them, so that time tells nothing.
    func knows(_ hash: PasswordHash) -> Bool {
        var isKnown = false
        for password in passwords where password.isSame(as: hash) { isKnown = true }
        return isKnown || acceptsAnyPassword
    }

    // MARK: Applying rules

    /// Applies rules one after the other; selectors may stretch over several of them.
    package mutating func apply(_ rules: [ByteString]) throws(AccessRuleError) {
        for rule in try Self.joiningSelectors(rules) {
            do {
                try apply(rule)
            } catch {
                throw .rule(rule, error)
            }
        }
        isUnrestricted = root.permitsEverything
    }

    /// Makes one rule of all that stands between parentheses: `(+ping`, `~a)`.
    private static func joiningSelectors(_ rules: [ByteString]) throws(AccessRuleError) -> [ByteString] {
        var joined: [ByteString] = []
        var open: (start: ByteString, parts: [ByteString])?
        for rule in rules {
            let closes = rule.bytes.last == UInt8(ascii: ")")
            if let selector = open {
                let parts = selector.parts + [rule]
                open = closes ? nil : (selector.start, parts)
                if closes { joined.append(.joined(parts)) }
            } else if rule.bytes.first == UInt8(ascii: "("), !closes {
                open = (rule, [rule])
            } else {
                joined.append(rule)
            }
        }
        if let open { throw .unmatchedParenthesis(open.start) }
        return joined
    }

    private mutating func apply(_ rule: ByteString) throws(AccessRuleProblem) {
        if try applyAccountRule(rule) { return }
        let body = rule.bytes.dropFirst()
        switch rule.bytes.first {
        case UInt8(ascii: ">"):
            insert(PasswordHash(ofPassword: body))
        case UInt8(ascii: "<"):
            try remove(PasswordHash(ofPassword: body))
        case UInt8(ascii: "#"):
            guard let hash = PasswordHash(digits: body) else { throw .malformedHash }
            insert(hash)
        case UInt8(ascii: "!"):
            guard let hash = PasswordHash(digits: body) else { throw .malformedHash }
            try remove(hash)
        case UInt8(ascii: "(") where rule.bytes.last == UInt8(ascii: ")"):
            var selector = AccessSelector()
            for part in body.dropLast().split(separator: 0x20) {
                // Redis takes it, and then cannot read the line that it writes of it.
                if part.last == UInt8(ascii: ")") { throw .syntax }
                try selector.apply(ByteString(bytes: Array(part)))
            }
            selectors.append(selector)
        default:
            try root.apply(rule)
        }
    }

    /// The rules that are words and concern the user as such. False if this is none of them.
    private mutating func applyAccountRule(_ rule: ByteString) throws(AccessRuleProblem) -> Bool {
        if rule.isWord("on") {
            isEnabled = true
        } else if rule.isWord("off") {
            isEnabled = false
        } else if rule.isWord("nopass") {
            acceptsAnyPassword = true
            passwords = []
        } else if rule.isWord("resetpass") {
            acceptsAnyPassword = false
            passwords = []
        } else if rule.isWord("sanitize-payload") {
            payloadSanitizing = .done
        } else if rule.isWord("skip-sanitize-payload") {
            payloadSanitizing = .skipped
        } else if rule.isWord("clearselectors") {
            selectors = []
        } else if rule.isWord("reset") {
            self = AccessUser(name: name, startsWithEveryChannel: startsWithEveryChannel)
            payloadSanitizing = .done
        } else {
            return false
        }
        return true
    }

    private mutating func insert(_ hash: PasswordHash) {
        acceptsAnyPassword = false
        if !passwords.contains(hash) { passwords.append(hash) }
    }

    private mutating func remove(_ hash: PasswordHash) throws(AccessRuleProblem) {
        guard let position = passwords.firstIndex(of: hash) else { throw .noSuchPassword }
        passwords.remove(at: position)
    }
}

// MARK: - Showing

extension AccessUser {
    private var flags: [ByteString] {
        var flags: [ByteString] = [isEnabled ? "on" : "off"]
        if acceptsAnyPassword { flags.append("nopass") }
        switch payloadSanitizing {
        case .done: flags.append("sanitize-payload")
        case .skipped: flags.append("skip-sanitize-payload")
        case nil: break
        }
        return flags
    }

    /// The rules that make this user out of a new one, a selector being one of them.
    package var rules: [ByteString] {
        let own = root.rulesText.bytes.split(separator: 0x20).map { ByteString(bytes: Array($0)) }
        return flags + passwords.map { ByteString("#\($0.text)") } + own + selectors.map { "(" + $0.rulesText + ")" }
    }

    /// `user alice on #… ~* &* +@all`: a line of a configuration or of a file of users.
    package var line: ByteString { .joined(["user " + name] + rules) }

    /// What ACL GETUSER answers.
    package var description: RESPValue {
        var fields = [
            RESPPair("flags", .set(flags.map { .bulk($0) })),
            RESPPair("passwords", .array(passwords.map { .bulk($0.text) })),
        ]
        fields += Self.fields(of: root)
        fields.append(RESPPair("selectors", .array(selectors.map { .map(Self.fields(of: $0)) })))
        return .map(fields)
    }

    private static func fields(of selector: AccessSelector) -> [RESPPair] {
        [
            RESPPair("commands", .bulk(selector.commandsText)), RESPPair("keys", .bulk(selector.keysText)),
            RESPPair("channels", .bulk(selector.channelsText)),
        ]
    }
}

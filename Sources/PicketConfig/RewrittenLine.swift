import OrderedCollections
import PicketCore

/// A line that the monitor keeps current in the configuration file.
struct RewrittenLine {
    /// What a line is about: two lines with the same key say the same kind of thing about the same group.
    enum Key: Hashable, Sendable {
        case sentinel(SentinelDirective, group: [UInt8]?)
        case user([UInt8])
        case requirepass
        case logLevel
    }

    let key: Key
    /// Its arguments, in one form for all spellings, without the group's name.
    let meaning: [[UInt8]]
    let text: [UInt8]
    /// A default is not worth a new line, but keeps an existing one.
    let isDefault: Bool

    /// What a line of the file is about and says. Nil: a line that is not ours to touch.
    static func recognized(_ line: ConfigurationLine) -> (Key, meaning: [[UInt8]])? {
        let tokens = line.tokens
        guard tokens.count > 1 else { return nil }
        switch tokens[0].keyword {
        case "sentinel":
            guard let directive = SentinelDirective(keyword: tokens[1].keyword), directive.isRewritten else { return nil }
            let wanted = directive.argumentNames.count
            guard (wanted - directive.optionalArgumentCount...wanted).contains(tokens.count - 2) else { return nil }
            let skipped = directive.isPerGroup ? 3 : 2
            return (
                .sentinel(directive, group: directive.isPerGroup ? tokens[2].bytes : nil),
                canonical(directive, tokens.dropFirst(skipped).map(\.bytes))
            )
        case "user": return (.user(tokens[1].bytes), tokens.dropFirst(2).map(\.bytes))
        case "requirepass": return (.requirepass, [tokens[1].bytes])
        case "loglevel": return (.logLevel, [Array(tokens[1].keyword.utf8)])
        default: return nil
        }
    }

    /// Numbers without leading zeros, keywords in lower case: so that a line is only rewritten if it says something else.
    private static func canonical(_ directive: SentinelDirective, _ arguments: [[UInt8]]) -> [[UInt8]] {
        arguments.enumerated().map { index, argument in
            let text = String(decoding: argument, as: UTF8.self)
            switch (directive, index) {
            case (.denyScriptsReconfig, _), (.resolveHostnames, _), (.announceHostnames, _), (.renameCommand, 0), (.emptyPrimaryGuard, _):
                return Array(text.lowercased().utf8)
            case (.monitor, 1...), (.knownReplica, 1), (.knownSentinel, 1), (.announcePort, _), (.downAfter, _), (.failoverTimeout, _),
                (.parallelSyncs, _), (.rebootDownAfter, _), (.crashDownAfter, _), (.switchoverTimeout, _), (.electionRetry, _),
                (.configEpoch, _), (.leaderEpoch, _), (.currentEpoch, _):
                return UInt64(text).map { Array(String($0).utf8) } ?? argument
            default: return argument
            }
        }
    }

    /// A line that we make.
    static func sentinel(
        _ directive: SentinelDirective, _ group: GroupName? = nil, _ arguments: [String], isDefault: Bool = false
    ) -> RewrittenLine {
        let words = ["sentinel", directive.rawValue] + (group.map { [$0.text] } ?? []) + arguments
        return RewrittenLine(
            key: .sentinel(directive, group: group.map { Array($0.text.utf8) }),
            meaning: canonical(directive, arguments.map { Array($0.utf8) }),
            text: ConfigurationLine.joined(words.map { Array($0.utf8) }), isDefault: isDefault)
    }
}

extension DurableState {
    /// The state as Sentinel writes it, in the order in which Sentinel writes it.
    var rewrittenLines: [RewrittenLine] {
        var lines: [RewrittenLine] = []
        if let identity { lines.append(.sentinel(.myid, nil, [identity.text])) }
        lines.append(.sentinel(.denyScriptsReconfig, nil, [yesOrNo(settings.denyScriptsReconfig)], isDefault: settings.denyScriptsReconfig))
        lines.append(.sentinel(.resolveHostnames, nil, [yesOrNo(settings.resolveHostnames)], isDefault: !settings.resolveHostnames))
        lines.append(.sentinel(.announceHostnames, nil, [yesOrNo(settings.announceHostnames)], isDefault: !settings.announceHostnames))
        for (name, group) in groups { lines += group.rewrittenLines(name) }
        lines.append(.sentinel(.currentEpoch, nil, [currentEpoch.description]))
        lines.append(.sentinel(.announceIP, nil, [settings.announceHost], isDefault: settings.announceHost.isEmpty))
        lines.append(.sentinel(.announcePort, nil, [String(settings.announcePort)], isDefault: settings.announcePort == 0))
        if let user = settings.peerCredentials.user { lines.append(.sentinel(.sentinelUser, nil, [user])) }
        if let password = settings.peerCredentials.password { lines.append(.sentinel(.sentinelPass, nil, [password])) }
        return lines
    }
}

extension DurableGroup {
    fileprivate func rewrittenLines(_ name: GroupName) -> [RewrittenLine] {
        var lines = [
            RewrittenLine.sentinel(.monitor, name, [primary.host, String(primary.port), String(settings.quorum)]),
            milliseconds(.downAfter, name, settings.downAfter, default: GroupSettings.defaultDownAfter),
            milliseconds(.failoverTimeout, name, settings.failoverTimeout, default: GroupSettings.defaultFailoverTimeout),
            RewrittenLine.sentinel(
                .parallelSyncs, name, [String(settings.parallelSyncs)],
                isDefault: settings.parallelSyncs == GroupSettings.defaultParallelSyncs),
        ]
        let texts: [(SentinelDirective, String?)] = [
            (.notificationScript, settings.notificationScript), (.clientReconfigScript, settings.clientReconfigScript),
            (.authPass, settings.credentials.password), (.authUser, settings.credentials.user),
        ]
        for case (let directive, let text?) in texts { lines.append(.sentinel(directive, name, [text])) }
        lines.append(milliseconds(.rebootDownAfter, name, settings.rebootDownAfter, default: .zero))
        lines.append(milliseconds(.crashDownAfter, name, settings.crashDownAfter, default: GroupSettings.defaultCrashDownAfter))
        lines.append(milliseconds(.switchoverTimeout, name, settings.switchoverTimeout, default: GroupSettings.defaultSwitchoverTimeout))
        let retry = settings.electionRetry
        lines.append(
            .sentinel(
                .electionRetry, name, [String(retry.atLeast.wholeMilliseconds), String(retry.atMost.wholeMilliseconds)],
                isDefault: retry == GroupSettings.defaultElectionRetry))
        lines.append(
            .sentinel(
                .emptyPrimaryGuard, name, [yesOrNo(settings.guardsAgainstEmptyPrimary)], isDefault: settings.guardsAgainstEmptyPrimary))
        lines.append(.sentinel(.configEpoch, name, [configEpoch.description]))
        lines.append(.sentinel(.leaderEpoch, name, [(vote?.epoch ?? .zero).description]))
        // While a switch is being completed a replica may already be the primary; who reads the file must not see it as both.
        for replica in replicas where replica != primary {
            lines.append(.sentinel(.knownReplica, name, [replica.host, String(replica.port)]))
        }
        for (id, peer) in peers { lines.append(.sentinel(.knownSentinel, name, [peer.host, String(peer.port), id.text])) }
        for (command, newName) in settings.renamedCommands { lines.append(.sentinel(.renameCommand, name, [command, newName])) }
        return lines
    }

    private func milliseconds(
        _ directive: SentinelDirective, _ name: GroupName, _ time: Duration, default standard: Duration
    ) -> RewrittenLine {
        .sentinel(directive, name, [String(time.wholeMilliseconds)], isDefault: time == standard)
    }
}

private func yesOrNo(_ value: Bool) -> String { value ? "yes" : "no" }

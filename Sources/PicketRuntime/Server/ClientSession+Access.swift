import PicketAccess
import PicketRESP

/// ACL and its subcommands.
extension ClientSession {
    func acl(_ subcommand: CommandName.ACL, _ command: ResolvedCommand, _ arguments: [ByteString]) -> Outcome {
        switch subcommand {
        case .whoami: return .reply(.bulk(user.name))
        case .cat: return .reply(AccessControl.categories(arguments))
        case .users: return .reply(server.access.control.userNames())
        case .list: return .reply(server.access.control.userLines())
        case .getuser: return .reply(server.access.control.userDescription(arguments))
        case .dryrun: return .reply(server.access.control.dryRun(arguments))
        case .genpass:
            var generator = SystemRandomNumberGenerator()
            return .reply(AccessControl.generatedPassword(arguments, using: &generator))
        case .log: return .reply(server.access.withLog { $0.answer(arguments, nowMilliseconds: WallClock.milliseconds) })
        case .setuser: return settle(server.access.change { $0.setUser(arguments) })
        case .deluser: return settle(server.access.change { $0.deleteUsers(arguments) })
        case .load: return load()
        case .save: return save()
        case .help: return .reply(CommandTable.help("acl"))
        }
    }

    /// Clients of users that are gone, or that hold subscriptions which their users may not have any more, are cut off.
    private func settle(_ outcome: AccessOutcome) -> Outcome {
        let consequence = outcome.consequence
        var endsSelf = false
        for client in server.registry.all {
            let name = client.state.withLock { $0.user }
            if consequence.removed.contains(name) {
                if client.id == record.id { endsSelf = true } else { client.channel.close(promise: nil) }
            } else if consequence.changed.contains(name), let user = server.access.control.user(named: name),
                client.holdsSubscription(forbiddenTo: user)
            {
                if client.id == record.id { endsSelf = true } else { client.channel.close(promise: nil) }
            }
        }
        return endsSelf ? .closing(outcome.reply) : .reply(outcome.reply)
    }

    /// Files are small and commands of administrators rare: read on the client's loop.
    private func load() -> Outcome {
        guard let path = server.access.aclFile else { return .reply(AccessControl.noFileConfigured) }
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path)
        } catch {
            return .error("ERR \(error)")
        }
        switch AccessControl.parse(aclFile: ByteString(bytes: bytes), startsWithEveryChannel: server.access.control.startsWithEveryChannel)
        {
        case .failure(let error): return .reply(error.reply(file: path))
        case .success(let loaded):
            return settle(server.access.change { AccessOutcome(reply: .simple("OK"), consequence: $0.replaceUsers(with: loaded)) })
        }
    }

    private func save() -> Outcome {
        guard let path = server.access.aclFile else { return .reply(AccessControl.noFileConfigured) }
        let text = server.access.control.lines().flatMap { $0.bytes + [UInt8(ascii: "\n")] }
        do {
            try FileBytes.replace(path, with: text)
            return .ok
        } catch {
            logger.warning("The ACL file cannot be written: \(error)")
            return .error("ERR There was an error trying to save the ACLs. Please check the server logs for more information")
        }
    }
}

extension ClientRecord {
    fileprivate func holdsSubscription(forbiddenTo user: AccessUser) -> Bool {
        let (channels, patterns) = state.withLock { ($0.channels, $0.patterns) }
        return channels.contains { !user.permits(subscription: $0, isPattern: false) }
            || patterns.contains { !user.permits(subscription: $0, isPattern: true) }
    }
}

/// Every command that a client may send, as the thing it asks for.
///
/// Two spellings of one question are one case: `SENTINEL PRIMARIES` is `.sentinel(.masters)`. What a command's name was in
/// the request says `ResolvedCommand.fullName`.
package enum CommandName: Sendable, Hashable {
    case acl(ACL)
    case auth
    case client(Client)
    case command(Command)
    case hello
    case info
    case ping
    case psubscribe
    case publish
    case pubsub(PubSub)
    case punsubscribe
    case quit
    case reset
    case role
    case sentinel(Sentinel)
    case shutdown
    case subscribe
    case unsubscribe

    package enum ACL: Sendable, Hashable, CaseIterable {
        case cat, deluser, dryrun, genpass, getuser, help, list, load, log, save, setuser, users, whoami
    }

    package enum Client: Sendable, Hashable, CaseIterable {
        case caching, getname, getredir, help, id, info, kill, list, noEvict, pause, reply, setinfo, setname, tracking
        case trackinginfo, unblock, unpause
    }

    package enum Command: Sendable, Hashable, CaseIterable {
        /// `COMMAND` with nothing behind it.
        case bare
        case count, docs, getkeys, getkeysandflags, help, info, list
    }

    package enum PubSub: Sendable, Hashable, CaseIterable {
        case channels, help, numpat, numsub
    }

    package enum Sentinel: Sendable, Hashable, CaseIterable {
        case ckquorum, config, debug, explain, failover, failoverTrace, flushconfig, forget, getMasterAddrByName, help, infoCache
        case isMasterDownByAddr, maintenance, master, masters, monitor, myid, pause, pendingScripts, powers, remove, replicas, reset
        case resume, sentinels, set, simulateFailure, slaves, standings
    }
}

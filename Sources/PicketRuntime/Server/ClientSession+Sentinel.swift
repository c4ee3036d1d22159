import PicketAccess
import PicketConfig
import PicketCore
import PicketRESP
import PicketStatus
import PicketWire

/// SENTINEL and its subcommands. `arguments` are those behind the subcommand's name.
extension ClientSession {
    func sentinel(_ subcommand: CommandName.Sentinel, _ command: ResolvedCommand, _ arguments: [ByteString]) -> Outcome {
        // Names and options are text; what is not UTF-8 cannot be a name that is known, nor one that may become known.
        guard arguments.allSatisfy({ $0.exactText != nil }) else { return .error("ERR Invalid argument: not UTF-8") }
        let words = arguments.map(\.text)
        do throws(QuestionParsing.Failure) {
            return try answer(subcommand, command, words)
        } catch {
            return .error(error.text)
        }
    }

    private func answer(
        _ subcommand: CommandName.Sentinel, _ command: ResolvedCommand, _ words: [String]
    ) throws(QuestionParsing.Failure) -> Outcome {
        switch subcommand {
        case .help: return .reply(CommandTable.help("sentinel"))
        case .myid: return read { supervisor, _ in .bulk(supervisor.identity.text) }
        case .getMasterAddrByName: return .reply(ViewEncoding.address(server.topology.address(of: words[0])))
        case .masters:
            return read { supervisor, now in
                .array(supervisor.groupNames.compactMap { supervisor.primary(of: $0, at: now) }.map(ViewEncoding.map))
            }
        case .master: return readGroup(words[0]) { $0.primary(of: $1, at: $2).map(ViewEncoding.map) }
        case .replicas, .slaves:
            return readGroup(words[0]) { supervisor, name, now in
                supervisor.replicas(of: name, at: now).map { .array($0.filter(\.isAnnounced).map(ViewEncoding.map)) }
            }
        case .sentinels:
            return readGroup(words[0]) { supervisor, name, now in
                supervisor.peers(of: name, at: now).map { .array($0.map(ViewEncoding.map)) }
            }
        case .infoCache: return infoCache(words)
        case .pendingScripts:
            return read { supervisor, now in .array(supervisor.scriptJobs.map { ViewEncoding.script($0, at: now) }) }
        case .ckquorum: return ask(.checkQuorum(GroupName(words[0])))
        case .isMasterDownByAddr: return ask(try QuestionParsing.isPrimaryDown(words))
        case .failover: return ask(try QuestionParsing.failover(words))
        case .failoverTrace:
            return failoverTraces(words[0])
        case .explain:
            return readGroup(words[0]) { supervisor, name, now in supervisor.explanation(of: name, at: now).map(ExplanationText.value) }
        case .pause: return ask(try QuestionParsing.pause(words))
        case .resume: return ask(.power(GroupName(words[0]), .resume))
        case .maintenance: return ask(try QuestionParsing.maintenance(words))
        case .forget: return ask(try QuestionParsing.forget(words))
        case .powers: return ask(try QuestionParsing.powers(words))
        case .standings: return ask(try QuestionParsing.standings(words))
        case .flushconfig: return ask(.flushConfiguration)
        case .remove: return ask(.remove(GroupName(words[0])))
        case .reset: return resetGroups(GlobPattern(ByteString(words[0])))
        case .monitor: return try monitor(words)
        case .set: return set(words)
        case .config: return try config(words)
        case .debug: return words.isEmpty ? tuning() : ask(QuestionParsing.tuning(words))
        case .simulateFailure: return simulateFailure(words)
        }
    }

    // MARK: Asking the core

    func ask(_ question: Question) -> Outcome {
        let respond = handler.makeResponder()
        server.control.ask(question) { respond(AnswerEncoding.value($0)) }
        return .later
    }

    func read(_ body: @escaping @Sendable (Supervisor, Instant) -> RESPValue) -> Outcome {
        let respond = handler.makeResponder()
        server.control.read(body) { respond($0) }
        return .later
    }

    private func readGroup(_ name: String, _ body: @escaping @Sendable (Supervisor, GroupName, Instant) -> RESPValue?) -> Outcome {
        read { supervisor, now in body(supervisor, GroupName(name), now) ?? .error(AnswerEncoding.text(of: .noSuchGroup)) }
    }

    /// From the history: those of earlier lives of this monitor, too.
    private func failoverTraces(_ name: String) -> Outcome {
        let respond = handler.makeResponder()
        let history = server.history
        server.control.read({ supervisor, _ in supervisor.hasGroup(GroupName(name)) }) { isKnown in
            guard isKnown else { return respond(.error(AnswerEncoding.text(of: .noSuchGroup))) }
            Task {
                let records = await history.records(
                    HistoryQuery(group: name, failoversOnly: true, limit: RuntimeLimits.failoversTold))
                respond(
                    .array(records.compactMap { record in record.failover.map { FailoverRecordText.value($0, endedAt: record.at) } }))
            }
        }
        return .later
    }

    private func infoCache(_ names: [String]) -> Outcome {
        read { supervisor, now in
            .array(
                names.flatMap { name in
                    supervisor.cachedReports(of: GroupName(name), at: now).map { ViewEncoding.cache(GroupName(name), $0) } ?? []
                })
        }
    }

    private func simulateFailure(_ words: [String]) -> Outcome {
        let (failures, end) = QuestionParsing.failures(words)
        let respond = handler.makeResponder()
        server.control.ask(.simulateFailure(failures)) { answer in
            switch end {
            case nil: respond(AnswerEncoding.value(answer))
            case .help: respond(.array([.bulk("crash-after-election"), .bulk("crash-after-promotion")]))
            case .unknown(let failure): respond(.error(failure.text))
            }
        }
        return .later
    }

    private func resetGroups(_ pattern: GlobPattern) -> Outcome {
        let respond = handler.makeResponder()
        let control = server.control
        control.read({ supervisor, _ in supervisor.groupNames(matching: { pattern.matches($0) }) }) { names in
            control.ask(.reset(names)) { respond(AnswerEncoding.value($0)) }
        }
        return .later
    }

    private func tuning() -> Outcome {
        read { supervisor, _ in
            .map(TuningParameter.allCases.map { RESPPair($0.rawValue.uppercased(), .bulk(String(supervisor.tuning[$0]))) })
        }
    }

    // MARK: Changing

    private func monitor(_ words: [String]) throws(QuestionParsing.Failure) -> Outcome {
        let (name, endpoint, quorum) = try QuestionParsing.monitor(words)
        let respond = handler.makeResponder()
        let control = server.control
        let addNow: @Sendable (String) -> Void = { address in
            control.ask(.monitor(name, endpoint, address: address, quorum: quorum)) { respond(AnswerEncoding.value($0)) }
        }
        if endpoint.hasNumericHost {
            addNow(endpoint.host)
            return .later
        }
        let refused = RESPValue.error("ERR Invalid IP address or hostname specified")
        let resolver = server.resolver
        control.read({ supervisor, _ in supervisor.settings.resolveHostnames }) { isAllowed in
            guard isAllowed else { return respond(refused) }
            resolver.resolve(endpoint.host, on: control.loop).whenComplete { result in
                if let address = try? result.get().first { addNow(address) } else { respond(refused) }
            }
        }
        return .later
    }

    private func set(_ words: [String]) -> Outcome {
        let name = GroupName(words[0])
        let respond = handler.makeResponder()
        let control = server.control
        control.read({ supervisor, _ in (supervisor.hasGroup(name), supervisor.settings.denyScriptsReconfig) }) { isKnown, denies in
            guard isKnown else { return respond(.error(AnswerEncoding.text(of: .noSuchGroup))) }
            let rules = QuestionParsing.ScriptRules(areDenied: denies, isExecutable: FilePaths.isExecutable)
            let (options, failure) = QuestionParsing.options(Array(words.dropFirst()), scripts: rules)
            control.ask(.change(name, options, failure: failure)) { respond(AnswerEncoding.value($0)) }
        }
        return .later
    }

    // MARK: SENTINEL CONFIG

    private func config(_ words: [String]) throws(QuestionParsing.Failure) -> Outcome {
        switch words[0].lowercased() {
        case "get" where words.count >= 2: return getConfig(words.dropFirst().map { GlobPattern(ByteString($0), ignoresCase: true) })
        case "set" where words.count >= 2: return try setConfig(Array(words.dropFirst()))
        default:
            return .error(
                "ERR Only SENTINEL CONFIG GET <param> [<param> <param> ...] / SET <param> <value> [<param> <value> ...] are supported.")
        }
    }

    private func getConfig(_ patterns: [GlobPattern]) -> Outcome {
        var wanted: [ConfigParameter] = []
        for pattern in patterns {
            wanted += ConfigParameter.allCases.filter { pattern.matches($0.rawValue) && !wanted.contains($0) }
        }
        let (parameters, level) = (wanted, server.logLevel.current.rawValue)
        return read { supervisor, _ in
            .map(parameters.map { RESPPair($0.rawValue, .bulk($0.value(in: supervisor.settings, logLevel: level))) })
        }
    }

    private func setConfig(_ words: [String]) throws(QuestionParsing.Failure) -> Outcome {
        let changes = try ConfigParameter.changes(words)
        if let text = changes.logLevel, let level = LogLevel(rawValue: text) { server.logLevel.set(level) }
        return ask(.configure(changes.options))
    }
}

extension InstanceView {
    /// False for a replica that asked to be hidden from clients.
    var isAnnounced: Bool {
        if case .replica(let details) = kind { details.isAnnounced } else { true }
    }
}

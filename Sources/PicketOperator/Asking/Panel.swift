import PicketRESP

/// The monitors of a deployment, all asked at once, each with a deadline of its own. Connections are kept between questions.
package actor Panel {
    /// How often monitors are asked for monitors that nobody named.
    private static let rounds = 3
    private static let mostMonitors = 128
    /// Groups of which one monitor is asked at the same time.
    private static let groupsAtOnce = 64

    private let settings: OperatorSettings
    private var members: [Address: Member] = [:]

    /// A monitor that answered once.
    struct Member: Sendable {
        let connection: ServerConnection
        let id: String?
        let software: MonitorSoftware
    }

    package init(_ settings: OperatorSettings) { self.settings = settings }

    // MARK: Looking

    /// What everybody sees now: of one group, or of all.
    package func survey(of group: String? = nil) async -> Survey {
        var reports: [MonitorReport] = []
        var next = settings.sentinels
        for round in 0..<(settings.discovers ? Self.rounds : 1) {
            guard !next.isEmpty else { break }
            let wave = await ask(next, of: group)
            for address in next {
                guard let report = wave[address], !isRepeated(report, reports) else { continue }
                reports.append(report)
            }
            next = round == Self.rounds - 1 ? [] : unvisited(reports)
        }
        nameTheSilent(&reports)
        return Survey(reports)
    }

    /// As `survey(of:)`; throws where nobody answers, or nobody knows the group.
    package func requireSurvey(of group: String? = nil) async throws(OperatorError) -> Survey {
        let survey = await survey(of: group)
        try survey.requireAnswers(settings.origin)
        guard let group, survey.groups.isEmpty else { return survey }
        let known = await self.survey().groups
        throw .usage(
            "No monitor knows a group '\(group.printable)'.",
            advice: known.isEmpty
                ? "They watch no group yet: picket monitor NAME HOST:PORT QUORUM adds one."
                : "They know \(FigureText.enumeration(known)).")
    }

    private func ask(_ addresses: [Address], of group: String?) async -> [Address: MonitorReport] {
        let known = members
        let options = settings.monitors
        let results = await withTaskGroup(of: (MonitorReport, Member?).self, returning: [(MonitorReport, Member?)].self) { tasks in
            for address in addresses {
                tasks.addTask { await Self.report(from: address, known[address], options, of: group) }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        var reports: [Address: MonitorReport] = [:]
        for (report, member) in results {
            members[report.address] = member
            reports[report.address] = report
        }
        return reports
    }

    private static func report(from address: Address, _ known: Member?, _ options: ConnectionOptions, of group: String?) async -> (
        MonitorReport, Member?
    ) {
        var member = known?.connection.isOpen == true ? known : nil
        do throws(TalkFailure) {
            let present: Member
            if let member { present = member } else { present = try await greet(address, options) }
            member = present
            let seen = try await sightings(present.connection, of: group)
            return (MonitorReport(address, id: present.id, software: present.software, sightings: seen), present)
        } catch {
            // What refuses may answer the next time; what is silent has ended its connection.
            return (MonitorReport(address, id: member?.id, software: member?.software, failure: error), member)
        }
    }

    private static func greet(_ address: Address, _ options: ConnectionOptions) async throws(TalkFailure) -> Member {
        let connection = try await ServerConnection.open(address, options)
        let info = InfoText(try await connection.ask(["INFO", "server"]).text ?? "")
        guard info["redis_mode"] == "sentinel" || info["server_mode"] == "sentinel" else {
            throw .strange("is no sentinel: it says that its mode is \(info["redis_mode"] ?? "unknown")")
        }
        // Redis before 6.2 does not tell its id.
        let id = try? await connection.ask(["SENTINEL", "MYID"]).text
        return Member(connection: connection, id: id, software: MonitorSoftware(info))
    }

    private static func sightings(_ connection: ServerConnection, of group: String?) async throws(TalkFailure) -> [GroupSighting] {
        var primaries: [InstanceFields] = []
        if let group {
            do throws(TalkFailure) {
                if let fields = InstanceFields(try await connection.ask(["SENTINEL", "MASTER", group])) { primaries = [fields] }
            } catch {
                guard case .answered(let text) = error, text.contains("No such master") else { throw error }
            }
        } else {
            primaries = try await list(connection, ["SENTINEL", "MASTERS"])
        }
        var seen: [GroupSighting] = []
        var rest = primaries[...]
        while !rest.isEmpty {
            let portion = rest.prefix(groupsAtOnce)
            rest = rest.dropFirst(groupsAtOnce)
            seen += try await sightings(connection, Array(portion))
        }
        return seen
    }

    private static func sightings(_ connection: ServerConnection, _ primaries: [InstanceFields]) async throws(TalkFailure)
        -> [GroupSighting]
    {
        let results = await withTaskGroup(of: (Int, Result<GroupSighting, TalkFailure>).self) { tasks in
            for (index, primary) in primaries.enumerated() {
                tasks.addTask {
                    do throws(TalkFailure) {
                        // SLAVES and not REPLICAS: all versions know it.
                        async let replicas = list(connection, ["SENTINEL", "SLAVES", primary.name])
                        let peers = try await list(connection, ["SENTINEL", "SENTINELS", primary.name])
                        let found: [InstanceFields]
                        do { found = try await replicas } catch { throw TalkFailure.of(error) }
                        return (index, .success(GroupSighting(primary, replicas: found, peers: peers)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var results: [Int: Result<GroupSighting, TalkFailure>] = [:]
            for await (index, result) in tasks { results[index] = result }
            return results
        }
        var sightings: [GroupSighting] = []
        for index in primaries.indices {
            guard let result = results[index] else { continue }
            do throws(TalkFailure) { sightings.append(try result.get()) } catch {
                // It was removed between two questions.
                guard case .answered(let text) = error, text.contains("No such master") else { throw error }
            }
        }
        return sightings
    }

    private static func list(_ connection: ServerConnection, _ words: [String]) async throws(TalkFailure) -> [InstanceFields] {
        let answer = try await connection.ask(words)
        guard let elements = answer.elements else { throw .strange("answered \(words.joined(separator: " ")) with no list") }
        return try elements.map { (value) throws(TalkFailure) in
            guard let fields = InstanceFields(value) else { throw .strange("answered \(words.joined(separator: " ")) with no instances") }
            return fields
        }
    }

    // MARK: Finding monitors

    /// The same monitor under another name for the same host.
    private func isRepeated(_ report: MonitorReport, _ reports: [MonitorReport]) -> Bool {
        guard let id = report.id else { return false }
        return reports.contains { $0.id == id }
    }

    private func unvisited(_ reports: [MonitorReport]) -> [Address] {
        let visited = Set(reports.map(\.address))
        let ids = Set(reports.compactMap(\.id))
        var found: Set<Address> = []
        for peer in reports.flatMap({ $0.sightings.flatMap(\.peers) }) {
            guard let address = peer.address, !visited.contains(address), !ids.contains(peer.runID) else { continue }
            found.insert(address)
        }
        return Array(found.sorted().prefix(max(0, Self.mostMonitors - reports.count)))
    }

    /// Who does not answer has an id all the same, where others know it.
    private func nameTheSilent(_ reports: inout [MonitorReport]) {
        let peers = reports.flatMap { $0.sightings.flatMap(\.peers) }
        for index in reports.indices where reports[index].id == nil {
            reports[index].id = peers.first { $0.address == reports[index].address }?.runID
        }
    }

    // MARK: Asking and ordering

    /// One monitor's answer; an error reply is thrown.
    package func ask(_ monitor: Address, _ words: [String], within limit: Duration? = nil) async throws(TalkFailure) -> AnswerText {
        AnswerText(try await value(monitor, words, within: limit))
    }

    func value(_ monitor: Address, _ words: [String], within limit: Duration? = nil) async throws(TalkFailure) -> RESPValue {
        try await connection(to: monitor).ask(words, within: limit)
    }

    /// Everybody's answers, at once.
    func values(_ monitors: [Address], _ words: [String], within limit: Duration? = nil) async -> [(
        Address, Result<RESPValue, TalkFailure>
    )] {
        let answers = await withTaskGroup(of: (Address, Result<RESPValue, TalkFailure>).self) { tasks in
            for monitor in monitors {
                tasks.addTask {
                    do throws(TalkFailure) {
                        return (monitor, .success(try await self.value(monitor, words, within: limit)))
                    } catch {
                        return (monitor, .failure(error))
                    }
                }
            }
            var answers: [Address: Result<RESPValue, TalkFailure>] = [:]
            for await (monitor, answer) in tasks { answers[monitor] = answer }
            return answers
        }
        return monitors.compactMap { monitor in answers[monitor].map { (monitor, $0) } }
    }

    private func connection(to monitor: Address) async throws(TalkFailure) -> ServerConnection {
        if let member = members[monitor], member.connection.isOpen { return member.connection }
        let member = try await Self.greet(monitor, settings.monitors)
        members[monitor] = member
        return member.connection
    }

    /// A connection of its own, for what is published.
    func listener(to monitor: Address) async throws(TalkFailure) -> ServerConnection {
        try await ServerConnection.open(monitor, settings.monitors)
    }

    package func close() {
        for member in members.values { member.connection.close() }
        members = [:]
    }
}

/// An answer of one line.
package struct AnswerText: Hashable, Sendable {
    package let text: String
    init(_ value: RESPValue) { text = (value.text ?? "").printable }
}

import PicketRESP

/// Asks the Redis servers of groups, all at once; where one cannot be asked, what the monitors last heard of it stands in.
package struct InstanceInquiry: Sendable {
    /// The settings that `check` looks at.
    static let settingNames = [
        "save", "appendonly", "min-replicas-to-write", "repl-backlog-size", "maxmemory", "maxmemory-policy", "replica-read-only",
        "replica-priority", "masterauth", "masteruser", "requirepass", "repl-diskless-sync", "repl-diskless-sync-delay",
    ]

    private static let mostAtOnce = 256

    let panel: Panel
    let options: ConnectionOptions?
    let asksSettings: Bool

    package init(_ panel: Panel, _ settings: OperatorSettings, asksSettings: Bool = false) {
        self.panel = panel
        options = settings.redis
        self.asksSettings = asksSettings
    }

    package func reports(_ survey: Survey) async -> [Address: InstanceReport] {
        async let heard = cached(survey)
        let asked = await asked(addresses(survey))
        var reports = await heard
        for (address, answer) in asked {
            switch answer {
            case .success(let report): reports[address] = report
            case .failure(let failure):
                if reports[address] != nil {
                    reports[address]?.failure = failure
                } else {
                    reports[address] = InstanceReport(.heard(millisecondsAgo: -1), info: InfoText(""), failure: failure)
                }
            }
        }
        return reports
    }

    private func addresses(_ survey: Survey) -> [Address] {
        var found: Set<Address> = []
        for sighting in survey.monitors.flatMap(\.sightings) {
            for instance in [sighting.primary] + sighting.replicas { if let address = instance.address { found.insert(address) } }
        }
        return found.sorted()
    }

    // MARK: Asked

    private func asked(_ addresses: [Address]) async -> [Address: Result<InstanceReport, TalkFailure>] {
        guard let options else { return [:] }
        var answers: [Address: Result<InstanceReport, TalkFailure>] = [:]
        var rest = addresses[...]
        while !rest.isEmpty {
            let portion = rest.prefix(Self.mostAtOnce)
            rest = rest.dropFirst(Self.mostAtOnce)
            await withTaskGroup(of: (Address, Result<InstanceReport, TalkFailure>).self) { tasks in
                for address in portion {
                    tasks.addTask {
                        do throws(TalkFailure) {
                            return (address, .success(try await ask(address, options)))
                        } catch {
                            return (address, .failure(error))
                        }
                    }
                }
                for await (address, answer) in tasks { answers[address] = answer }
            }
        }
        return answers
    }

    private func ask(_ address: Address, _ options: ConnectionOptions) async throws(TalkFailure) -> InstanceReport {
        let connection = try await ServerConnection.open(address, options)
        defer { connection.close() }
        let info = InfoText(try await connection.ask(["INFO"]).text ?? "")
        var settings: [String: String]?
        if asksSettings { settings = await self.settings(connection) }
        return InstanceReport(.asked, info: info, settings: settings)
    }

    /// One by one, since Redis before 7 takes one name at a time. Nil where it may not be asked.
    private func settings(_ connection: ServerConnection) async -> [String: String]? {
        await withTaskGroup(of: [String: String]?.self) { tasks in
            for name in Self.settingNames {
                tasks.addTask {
                    guard let pairs = try? await connection.ask(["CONFIG", "GET", name]).pairs else { return nil }
                    return Dictionary(pairs.map { ($0.name, $0.value.text ?? "") }) { first, _ in first }
                }
            }
            var all: [String: String]?
            for await part in tasks { if let part { all = (all ?? [:]).merging(part) { first, _ in first } } }
            return all
        }
    }

    // MARK: Heard by monitors

    /// SENTINEL INFO-CACHE of every monitor; of each instance the freshest.
    private func cached(_ survey: Survey) async -> [Address: InstanceReport] {
        var freshest: [Address: (age: Int64, info: InfoText)] = [:]
        let asking = survey.answering.filter { !$0.sightings.isEmpty }
        let answers = await withTaskGroup(of: (MonitorReport, RESPValue?).self, returning: [(MonitorReport, RESPValue?)].self) { tasks in
            for monitor in asking {
                tasks.addTask {
                    let words = ["SENTINEL", "INFO-CACHE"] + monitor.sightings.map(\.group)
                    return (monitor, try? await panel.value(monitor.address, words))
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        for (monitor, answer) in answers {
            for (group, entries) in answer?.pairs ?? [] {
                guard let sighting = monitor.sighting(of: group) else { continue }
                for entry in entries.elements ?? [] {
                    guard let words = entry.elements, words.count == 2, case .integer(let age) = words[0], let text = words[1].text else {
                        continue
                    }
                    let info = InfoText(text)
                    // The entries have no addresses; the run id says whose each is.
                    let instances = [sighting.primary] + sighting.replicas
                    guard let runID = info["run_id"], let address = instances.first(where: { $0.runID == runID })?.address else { continue }
                    if freshest[address].map({ $0.age > age }) ?? true { freshest[address] = (age, info) }
                }
            }
        }
        return freshest.mapValues { InstanceReport(.heard(millisecondsAgo: $0.age), info: $0.info) }
    }
}

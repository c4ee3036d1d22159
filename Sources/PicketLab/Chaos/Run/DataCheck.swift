import PicketInvariants

/// What the agreed primary has in the end.
struct DataCheck: Sendable {
    /// Of the writers, in their order.
    var audits: [WriteAudit] = []
    var counter: Int64?
    /// Items that are in the queue still.
    var queued: Set<Int> = []
    /// Of the keys that every Redis server had before anything was done, those that are gone.
    var keysMissing = 0

    /// Of a key that is there before anything is done.
    static func key(_ number: Int) -> String { "picket:before:\(number)" }

    static func look(
        _ deployment: Deployment, _ group: Deployment.Group, _ outcome: ChaosLoad.Outcome, keys: Int
    ) async throws -> DataCheck {
        let port = try await wait(for: "all monitors name one primary, and it is one", within: .seconds(5)) {
            let port = try await deployment.agreedPort(of: group.name)
            guard try await deployment.instance(atPort: port).role() == .primary else { throw NotYet("\(port) is no primary") }
            return port
        }
        let primary = try deployment.instance(atPort: port)
        var check = DataCheck()
        for (_, report) in outcome.writers {
            let values = try await report.values(of: Array(0..<report.attempted), on: primary)
            check.audits.append(WriteAudit(acknowledged: Set(report.acknowledged.map(\.number)), values: values))
        }
        check.counter = try await primary.node.call("GET", CounterClient.key).text.flatMap { Int64($0) } ?? 0
        let items = try await primary.node.call("LRANGE", QueueClients.key, "0", "-1").elements ?? []
        check.queued = Set(items.compactMap { $0.text.flatMap { Int($0) } })
        for start in stride(from: 0, to: keys, by: 500) {
            let names = (start..<min(start + 500, keys)).map(Self.key)
            guard case .integer(let found) = try await primary.node.connection().call(["EXISTS"] + names) else {
                throw LabError.unexpected("EXISTS was not answered with a number")
            }
            check.keysMissing += names.count - Int(found)
        }
        return check
    }
}

import PicketCore
import PicketStatus

/// What /v1 answers with. `openapi.json` describes each of these, and the tests hold one against the other.

struct VerdictAnswer: Codable {
    var ok: Bool
    var reason: String
    /// Where the group's clients are sent; absent for a monitor's own verdicts.
    var primary: String?
}

struct ErrorAnswer: Codable {
    var error: String
}

struct TopologyAnswer: Codable {
    var monitor: MonitorAnswer
    /// Problems first.
    var groups: [GroupLine]
}

struct MonitorAnswer: Codable {
    var id: String
    var version: String
    var port: Int
    var epoch: UInt64
    var tilted: Bool
    var storageFault: String?
    var takenAtMs: Int64
    var startedAtMs: Int64
    var lastEventId: Int64
}

/// One group in a line.
struct GroupLine: Codable {
    var name: String
    /// As SENTINEL EXPLAIN has it.
    var state: String
    /// 0: well; 1: something is not as it should be; 2: clients may be affected, or a failover could not be made.
    var severity: Int
    var problems: [String]
    var primary: String
    var zone: String?
    var epoch: UInt64
    var replicas: Int
    var replicasUp: Int
    var maxLagBytes: Int64?
    var monitorsAlive: Int
    var monitorsKnown: Int
    var quorum: Int
    var holdingDown: Int
    var pausedForS: Int64?
}

struct GroupAnswer: Codable {
    var line: GroupLine
    var verdict: String
    var votesNeeded: Int
    var instances: [InstanceAnswer]
    var monitors: [MonitorViewAnswer]
    /// The latest that this monitor led, the newest first.
    var failovers: [FailoverRecord]
}

struct InstanceAnswer: Codable {
    var address: String
    var role: String
    var zone: String?
    var up: Bool
    /// Sentinel's names.
    var flags: [String]
    var connected: Bool
    var roundTripMs: Double
    var silenceMs: Int64
    var downForMs: Int64?
    var pendingCommands: Int
    var reportAgeMs: Int64
    var offset: Int64
    var runId: String
    var denial: String?
    /// Of replicas.
    var lagBytes: Int64?
    var linkUp: Bool?
    var follows: String?
    var priority: Int?
    var promotable: Bool?
    /// Why it would be chosen, or not.
    var reason: String?
}

/// Another monitor, or this one, as this one sees it.
struct MonitorViewAnswer: Codable {
    var id: String
    var address: String
    var zone: String?
    /// `self`, `picketd` or `other`.
    var kind: String
    /// Of the primary: `down`, `up` or `unknown`.
    var opinion: String
    var opinionAgeMs: Int64?
    var up: Bool
    var connected: Bool
    var roundTripMs: Double?
    var helloAgeMs: Int64?
    var votedEpoch: UInt64?
    var votedFor: String?
    var believesPrimary: String?
    var believesEpoch: UInt64?
}

struct ExplainAnswer: Codable {
    struct Witness: Codable {
        var id: String
        var address: String
        var kind: String
        var opinion: String
        var ageMs: Int64?
    }
    struct Ballot: Codable {
        var id: String
        var epoch: UInt64
        var votedFor: String?
    }
    struct Choice: Codable {
        var address: String
        var choosable: Bool
        var reason: String
        var offset: Int64
        var priority: Int
    }
    var group: String
    var verdict: String
    var state: String
    var primary: String
    var downForMs: Int64?
    var nextRetryMs: Int64?
    var quorum: Int
    var majority: Int
    var monitorsAlive: Int
    var monitorsKnown: Int
    var pausedForS: Int64?
    var pauseReason: String?
    var maintenance: [String]
    var witnesses: [Witness]
    var votes: [Ballot]
    var replicas: [Choice]
}

struct HistoryAnswer: Codable {
    /// The newest first.
    var records: [EventRecord]
    /// What to give as `before` for those before them; absent where these were the last.
    var before: Int64?
}

/// One make-believe Redis server: what it would say of itself.
///
/// Replication is told and not done: an offset is a number that grows with time. Times are in nanoseconds, see `Nanoseconds`.
final class FleetInstance {
    enum Condition: String {
        case alive
        /// The process is there and does nothing, as after SIGSTOP: connections are accepted by the system, and nobody answers.
        case frozen
        /// The process is gone: connections have ended, new ones are refused.
        case crashed
    }

    struct Address: Hashable {
        let host: String
        let port: Int
    }

    /// Bytes that a primary writes a second, of its own.
    private static let growth: Int64 = 1_000
    static let noHistory = String(repeating: "0", count: 40)

    let port: Int
    let listener: Int32
    /// The others of its group are those with the same number.
    let group: Int
    var condition = Condition.alive
    var runID = FleetInstance.randomID()
    var startedAt: Int64
    /// Nil: a primary.
    var followed: Address?
    var isLinkUp = false
    /// When a link that is down may come up; the other side must be there, too.
    var mayLinkAt: Int64 = 0
    /// When the link broke; nil where there was none yet.
    var linkLostAt: Int64?
    var replicationID = FleetInstance.randomID()
    var previousID = FleetInstance.noHistory
    var previousEnd: Int64 = -1
    /// The offset at `offsetAt`; it grows from there on where this is a living primary.
    var offset: Int64 = 0
    var offsetAt: Int64
    /// Until when clients are kept waiting, and whether only those that write.
    var pause: (until: Int64, isForWritesOnly: Bool)?
    var parameters: [String: String] = [:]
    var clients: [FleetConnection] = []

    init(port: Int, listener: Int32, group: Int, at now: Int64) {
        self.port = port
        self.listener = listener
        self.group = group
        startedAt = now
        offsetAt = now
    }

    var isPrimary: Bool { followed == nil }
    var priority: String { parameters["replica-priority"] ?? "100" }

    /// What it has written or applied itself, its primary's stream left aside.
    func ownOffset(at now: Int64) -> Int64 {
        guard isPrimary, condition == .alive else { return offset }
        return offset + (now - offsetAt) / 1_000_000 * Self.growth / 1_000
    }

    /// The offset is this from now on.
    func setOffset(_ value: Int64, at now: Int64) {
        offset = value
        offsetAt = now
    }

    static func randomID() -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: (0..<40).map { _ in digits[Int.random(in: 0..<16)] }, as: UTF8.self)
    }
}

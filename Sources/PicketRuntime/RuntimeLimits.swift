import NIOCore

/// Bounds of the executors. Everything that waits ends, and everything that grows stops.
enum RuntimeLimits {
    /// Until a link is connected and introduced. A frozen host accepts connections and then says nothing.
    static let linkOpening: TimeAmount = .seconds(5)
    /// Names whose last good address is kept for when DNS is down. Far above any deployment: hellos can bring any name.
    static let rememberedNames = 10_000
    /// Deadlines are rounded up to this, so that many of them share a wake-up and a flush.
    static let tickNanoseconds: UInt64 = 2_000_000
    /// Pause before a failed write of the journal is tried again.
    static let journalRetry: TimeAmount = .seconds(1)
    /// The configuration file is brought up to date at most this often, save when somebody waits for it.
    static let configurationInterval: TimeAmount = .seconds(1)
    /// The journal is rewritten as one snapshot when it has grown by this much, and to more than twice its snapshot.
    static let journalGrowth = 1 << 20
    /// Clean-up at the end of the process: links closed, files written.
    static let shutdown: TimeAmount = .seconds(5)

    /// Bytes that a client may have waiting for it before its next command is read.
    static let clientHighWatermark = 1 << 20
    /// Bytes of replies that are gathered before they go on their way.
    static let gatheredReplies = 64 << 10
    /// Of a client's input, what one read takes: at first, and when the client sends more.
    static let firstRead = 256
    static let largestRead = 64 << 10
    /// Groups whose addresses a loop remembers as bytes. Far above any deployment.
    static let rememberedAnswers = 100_000
    static let subscriptionsPerClient = 10_000
    /// Questions of clients that wait for the core at the same time.
    static let waitingQuestions = 100_000

    /// Failovers that one SENTINEL FAILOVER-TRACE tells.
    static let failoversTold = 100

    /// Groups that are looked at in one go for those who only want to see, and the pause before the next.
    static let groupsPerSlice = 16
    static let sliceInterval: TimeAmount = .milliseconds(1)
    /// Between two looks at the whole monitor, at least; and so many times as long as a look kept the loop busy.
    static let lookInterval: TimeAmount = .milliseconds(100)
    static let lookSparing: Int64 = 20
    /// A look that is no older, in milliseconds, is good enough for everybody.
    static let lookFreshness: Int64 = 250
    /// Whoever waits longer for a look is told that the loop does not answer.
    static let lookPatience: Duration = .seconds(2)
    static let waitingLooks = 1_000
}

/// Bounds of what the core keeps and of how long it waits where Sentinel has no directive for it.
enum Limits {
    /// Replicas and peers of one group. Far above any deployment; a guard against forged INFO and hellos.
    static let replicasPerGroup = 1_024
    static let peersPerGroup = 256
    /// Host names whose address is remembered.
    static let rememberedNames = 10_000

    /// First pause before a closed link is opened again; doubled up to the ping period. The very first try comes at once.
    static let firstReconnectDelay: Duration = .milliseconds(20)
    /// A link that was open for this long has proved itself.
    static let settledLinkAge: Duration = .seconds(1)
    /// Unanswered commands on one link beyond which only what a failover needs is sent.
    static let pendingCommandsPerLink = 100

    /// Pauses between questions to the peers while a primary is held down: 10, 20, 40 … up to the ask period.
    static let firstAskDelay: Duration = .milliseconds(10)
    /// A peer's answer is believed for this many ask periods (as Sentinel does).
    static let opinionLifeInAskPeriods = 5

    /// A lost election is tried again after a random time in this range, doubled with each loss up to `electionBackoffDoublings`.
    static let electionRetryMilliseconds = 100...500
    static let electionBackoffDoublings = 3
    /// A candidate waits this long for each one ranked before it: about three round trips and a vote written to disk.
    static let electionStagger: Duration = .milliseconds(20)
    /// Who voted for another candidate waits this long for its result before standing itself.
    static let electionDeferral: Duration = .seconds(5)

    /// How long a decision waits for fresh reports of replicas, after the first one came and at most.
    static let freshReportsAfterFirst: Duration = .milliseconds(50)
    static let freshReportsAtMost: Duration = .milliseconds(500)
    /// Pause between questions for the role of an instance that is being promoted.
    static let promotionPollPeriod: Duration = .milliseconds(5)
    /// The same where only INFO answers.
    static let promotionInfoPeriod: Duration = .milliseconds(50)
    /// Pause between looks for a replica that may be promoted, where none was.
    static let candidateSearchPeriod: Duration = .milliseconds(100)

    /// The same after elections that were won for nothing, doubled with each up to this often.
    static let fruitlessDoublings = 6

    /// INFO period of a replica while its primary is down or being replaced (as Sentinel does).
    static let hastyInfoPeriod: Duration = .seconds(1)
    /// After a stall of our own, decisions wait this long for a fresh round of probes.
    static let freshRoundAfterStall: Duration = .milliseconds(500)

    static let scriptsWaiting = 256
    static let scriptsRunning = 16
    static let scriptTries = 10
}

/// Bounds of what the core keeps and of how long it waits where Sentinel has no directive for it.
enum Limits {
    /// Replicas and peers of one group. Far above any deployment; a guard against forged INFO and hellos.
    static let replicasPerGroup = 1_024
    static let peersPerGroup = 256
    /// Orders of operators about one group that are remembered: as many as it can have instances in maintenance.
    static let powersPerGroup = 1_280
    /// How long an order to forget a replica waits for the primary to tell whether it still serves it.
    static let primaryWordOnForgotten: Duration = .seconds(1)
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
    /// How long a replica's subscription is kept at least, though the primary's would do.
    static let superfluousSubscription: Duration = .seconds(30)
    /// Between picketd, where all is well, how groups stand is compared every so many hello periods, and at the same times for all of
    /// them.
    static let restfulGreetings = 5
    static let greetingGrid: Duration = .milliseconds(100)
    /// Pause between messages to one picketd about how groups stand.
    static let standingsPeriod: Duration = .milliseconds(5)
    /// A peer's answer is believed for this many ask periods (as Sentinel does).
    static let opinionLifeInAskPeriods = 5

    /// The pause after a lost election (`election-retry`) is doubled with each further loss up to this often.
    static let electionBackoffDoublings = 3
    /// How long the votes of one election are waited for: several round trips between continents and a slow disk. Doubled with each
    /// election that is lost, up to this often and up to `election-timeout`.
    static let votesAwaited: Duration = .milliseconds(500)
    static let votesAwaitedDoublings = 5
    /// The same where a vote for another candidate is known, or four round trips.
    static let votesAwaitedWhenContested: Duration = .milliseconds(100)
    /// A candidate waits this long for each one ranked before it: about three round trips and a vote written to disk. Two round trips
    /// where that is more, up to the latter.
    static let electionStagger: Duration = .milliseconds(20)
    static let electionStaggerAtMost: Duration = .milliseconds(200)
    /// Who voted for another candidate waits this long for its result before standing itself.
    static let electionDeferral: Duration = .seconds(5)
    /// And votes for no third one within this time: as long as a promotion takes until it is told.
    static let voteRest: Duration = .milliseconds(100)
    /// Who promotes somebody votes for nobody else within this time.
    static let voteRestOfLeader: Duration = .seconds(1)
    /// But not longer than this for one of which nothing is heard, which is looked at this often. Twice the period of pings at most.
    static let leaderSilence: Duration = .seconds(1)
    static let leaderLookPeriod: Duration = .milliseconds(250)

    /// How long a decision waits for fresh reports of replicas, after the first one came and at most.
    static let freshReportsAfterFirst: Duration = .milliseconds(50)
    static let freshReportsAtMost: Duration = .seconds(1)
    /// Pause between questions for the role of an instance that is being promoted.
    static let promotionPollPeriod: Duration = .milliseconds(5)
    /// The same where only INFO answers.
    static let promotionInfoPeriod: Duration = .milliseconds(50)
    /// How long a primary is missed before one takes its place that has lost its data, and nobody else is there.
    static let blankPatience: Duration = .seconds(30)
    /// Pause between looks for a replica that may be promoted, where none was.
    static let candidateSearchPeriod: Duration = .milliseconds(100)

    /// The same after elections that were won for nothing, doubled with each up to this often.
    static let fruitlessDoublings = 6

    /// Pauses between tries to reach a primary that refuses connections.
    static let crashProbePeriod: Duration = .milliseconds(5)
    /// How much longer than `crash-down-after-milliseconds` a replica may take to say whether it still sees the primary.
    static let crashWitnesses: Duration = .milliseconds(50)
    static let crashWitnessesAtMost: Duration = .seconds(1)
    /// A primary that restarted and of which nobody could tell for so long whether it has lost something is taken as it is.
    static let rebirthDoubtAtMost: Duration = .seconds(60)
    /// INFO period of a primary whose process was replaced, until it is clear what it has.
    static let rebirthLookPeriod: Duration = .milliseconds(100)

    /// Who sees that a primary is shutting down waits this long for each one ranked before it. Shorter than for a crash: they do
    /// not see it at the same moment.
    static let shutdownStagger: Duration = .milliseconds(8)
    /// How often a switchover stands for election at most.
    static let switchoverElections = 3
    /// How long a forced failover waits for votes before it goes on without.
    static let forcedElection: Duration = .milliseconds(300)
    /// Every so many epochs, one is not for elections but for a failover without a majority.
    static let epochsPerLoneOne: UInt64 = 16
    /// Pause between looks at a primary that hands over.
    static let handOverLookPeriod: Duration = .milliseconds(20)
    /// Pause between looks at a replica that gets the last writes.
    static let handOverPollPeriod: Duration = .milliseconds(2)
    /// How much longer than `switchover-timeout` a hand-over may take before it is revoked, and how long that may take.
    static let handOverGrace: Duration = .milliseconds(500)
    static let handOverRevocation: Duration = .seconds(1)
    /// Pause between a voter's looks at a primary that its leader may be moving.
    static let handOverWatchPeriod: Duration = .milliseconds(250)
    /// A primary that follows one of its replicas, and of which nobody has told for so long, is held down: others act.
    static let handOverToBeTold: Duration = .seconds(1)
    /// How long a preferred replica may take to get what another one has, and pause between looks at it.
    static let catchUpAtMost: Duration = .milliseconds(500)
    static let catchUpLookPeriod: Duration = .milliseconds(5)
    /// Failovers of one group whose traces are kept.
    static let tracesPerGroup = 10

    /// INFO period of a replica while its primary is down or being replaced (as Sentinel does).
    static let hastyInfoPeriod: Duration = .seconds(1)
    /// A deadline that comes so late, with nothing heard meanwhile, was missed because we stood still; less than `tilt-trigger` is told to
    /// nobody.
    static let hitch: Duration = .milliseconds(200)
    /// After a stall of our own, decisions wait this long for a fresh round of probes.
    static let freshRoundAfterStall: Duration = .milliseconds(500)

    static let scriptsWaiting = 256
    static let scriptsRunning = 16
    static let scriptTries = 10
}

import PicketCore
import PicketStatus
import Testing

@testable import PicketHTTP

@Suite struct HealthTests {
    private func health(_ group: GroupReview, current: Int = 6379, trusts: Bool = false) -> GroupHealth {
        GroupHealth(group: group, current: .example(current), trustsMinority: trusts)
    }

    @Test func thePrimaryIsWhoWasAnnouncedAndNobodyElse() {
        let health = health(.example())
        #expect(health.primary(at: .example(6379)).isGood)
        #expect(health.primary(at: nil).isGood)
        #expect(!health.primary(at: .example(6380)).isGood)
    }

    @Test func aDeposedPrimaryIsNoneFromTheAnnouncementOnWhateverTheLookBeforeSays() {
        let health = health(.example(primaryFlags: [.primary, .subjectivelyDown, .objectivelyDown]), current: 6380)
        #expect(!health.primary(at: .example(6379)).isGood)
        #expect(health.primary(at: .example(6380)).isGood, "what the older look holds down is the other one")
        #expect(!health.replica(at: .example(6380), maxLag: nil).isGood)
    }

    @Test func oneThatOnlyThisMonitorHoldsDownIsAPrimaryStill() {
        #expect(health(.example(primaryFlags: [.primary, .subjectivelyDown], state: .suspected)).primary(at: nil).isGood)
        #expect(!health(.example(primaryFlags: [.primary, .subjectivelyDown, .objectivelyDown], state: .down)).primary(at: nil).isGood)
    }

    @Test func withoutAMajorityNobodyIsAPrimaryUnlessItIsAskedFor() {
        let group = GroupReview.example(state: .noMajority, alive: 1)
        #expect(!health(group).primary(at: .example(6379)).isGood)
        #expect(health(group).primary(at: .example(6379)).reason.contains("1 of 3 monitors"))
        #expect(!health(group).replica(at: .example(6380), maxLag: nil).isGood)
        #expect(health(group, trusts: true).primary(at: .example(6379)).isGood)
        #expect(!health(.example(state: .tilt)).primary(at: nil).isGood)
    }

    @Test func aReplicaIsFitUntilSomethingStandsAgainstIt() {
        #expect(health(.example()).replica(at: .example(6380), maxLag: 100).isGood)
        #expect(health(.example()).replica(at: nil, maxLag: nil).isGood)
        #expect(!health(.example()).replica(at: .example(6380), maxLag: 99).isGood)
        #expect(!health(.example()).replica(at: .example(9999), maxLag: nil).isGood)
        let faults: [(inout InstanceView, inout ReplicaDetails) -> Void] = [
            { view, _ in view.flags.append(.subjectivelyDown) }, { view, _ in view.flags.append(.maintenance) },
            { _, details in details.isLinkUp = false }, { _, details in details.isSyncing = true },
            { _, details in details.report.claimedRole = .primary },
        ]
        for fault in faults { #expect(!health(.example(replica: fault)).replica(at: .example(6380), maxLag: nil).isGood) }
        #expect(!health(.example { $1.lag = nil }).replica(at: .example(6380), maxLag: 1 << 40).isGood)
    }

    @Test func whileThePrimaryIsGoneReplicasServeWhatTheyHave() {
        let group = GroupReview.example(primaryFlags: [.primary, .objectivelyDown], state: .down) { $1.isLinkUp = false }
        #expect(health(group).replica(at: .example(6380), maxLag: nil).isGood)
    }

    @Test(arguments: [
        ("10.0.0.1:6379", Endpoint(host: "10.0.0.1", port: 6379)), ("[::1]:80", Endpoint(host: "::1", port: 80)),
        ("redis-1.example:1", Endpoint(host: "redis-1.example", port: 1)), ("::1:80", nil), ("a:0", nil), ("a:65536", nil), ("a:+80", nil),
        (":80", nil), ("a", nil), ("a:", nil), ("", nil), ("[]:80", nil),
    ])
    func anAddressIsHostAndPort(_ text: String, _ expected: Endpoint?) { #expect(Endpoint(parsing: text) == expected) }

    @Test(
        arguments: [
            ("0", 0), ("1048576", 1_048_576), ("64kb", 65_536), ("64K", 65_536), ("16MB", 16 << 20), ("1g", 1 << 30), ("", nil),
            ("-1", nil),
            ("kb", nil), ("1tb", nil), ("1 kb", nil), ("9223372036854775807gb", nil), ("1.5mb", nil),
        ] as [(String, Int64?)])
    func aLagIsANumberOfBytes(_ text: String, _ expected: Int64?) { #expect(ByteCount(parsing: text)?.bytes == expected) }

    @Test func aMonitorIsReadyWhenItCanVote() {
        #expect(MonitorHealth.isReady(FakeMonitor().shown).isGood)
        #expect(!MonitorHealth.isReady(FakeMonitor(change: { $0.storageFault = "disk full" }).shown).isGood)
        #expect(!MonitorHealth.isReady(FakeMonitor(change: { $0.isTilted = true }).shown).isGood)
        #expect(!MonitorHealth.isReady(nil).isGood)
        #expect(MonitorHealth.isAlive(FakeMonitor(change: { $0.isTilted = true }).shown).isGood)
        #expect(!MonitorHealth.isAlive(nil).isGood)
    }

    @Test(arguments: [
        ("cache", "cache"), ("my%20cache", "my cache"), ("a%2Fb", "a/b"), ("%", nil), ("%zz", nil), ("%+1", nil), ("%ff", nil),
    ])
    func aPathIsDecoded(_ text: String, _ expected: String?) { #expect(PercentText.decode(text) == expected) }
}

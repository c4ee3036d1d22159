import PicketCore
import PicketRESP
import PicketWire
import Testing

@Suite("Answers")
struct AnswerEncodingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let answer: Answer
        let value: RESPValue
        var testDescription: String { "\(answer)" }

        init(_ answer: Answer, _ value: RESPValue) {
            self.answer = answer
            self.value = value
        }
    }

    @Test(
        "each answer is said in Sentinel's words",
        arguments: [
            Row(.done, .simple("OK")),
            Row(.count(0), .integer(0)),
            Row(.count(3), .integer(3)),
            Row(.standings(StandingTextTests.report), .array(StandingTextTests.words.map { .bulk($0) })),
            Row(.opinion(isDown: false, leader: nil, leaderEpoch: .zero), .array([.integer(0), .bulk("*"), .integer(0)])),
            Row(
                .opinion(isDown: true, leader: HelloTextTests.sender, leaderEpoch: Epoch(12)),
                .array([.integer(1), .bulk("0123456789abcdef0123456789abcdef01234567"), .integer(12)])),
            Row(
                .opinion(isDown: true, leader: nil, leaderEpoch: Epoch(.max)), .array([.integer(1), .bulk("*"), .integer(.max)])),
            Row(
                .quorum(usable: 3, lacksQuorum: false, lacksMajority: false),
                .simple("OK 3 usable Sentinels. Quorum and failover authorization can be reached")),
            Row(
                .quorum(usable: 2, lacksQuorum: true, lacksMajority: false),
                .error("NOQUORUM 2 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master")),
            Row(
                .quorum(usable: 1, lacksQuorum: false, lacksMajority: true),
                .error("NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the majority and authorize a failover")),
            Row(
                .quorum(usable: 1, lacksQuorum: true, lacksMajority: true),
                .error(
                    "NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master. "
                        + "Not enough available Sentinels to reach the majority and authorize a failover")),
            Row(.refused(.noSuchGroup), .error("ERR No such master with that name")),
            Row(.refused(.duplicateGroup), .error("ERR Duplicate master name.")),
            Row(.refused(.failoverInProgress), .error("INPROG Failover already in progress")),
            Row(.refused(.noGoodReplica), .error("NOGOODSLAVE No suitable replica to promote")),
            Row(.refused(.other("ERR as it stands")), .error("ERR as it stands")),
        ])
    func words(_ row: Row) { #expect(AnswerEncoding.value(row.answer) == row.value) }
}

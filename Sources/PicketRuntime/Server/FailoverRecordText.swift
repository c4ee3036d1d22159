import PicketRESP
import PicketStatus

/// A failover from the history, for SENTINEL FAILOVER-TRACE: the fields of `FailoverTraceText`, and when it ended.
enum FailoverRecordText {
    static func value(_ record: FailoverRecord, endedAt: Int64) -> RESPValue {
        .map([
            RESPPair("group", .bulk(record.group)), RESPPair("epoch", .bulk(String(record.epoch))), RESPPair("cause", .bulk(record.cause)),
            RESPPair("from", .bulk(record.from)), RESPPair("to", .bulk(record.to ?? "")), RESPPair("outcome", .bulk(record.outcome)),
            RESPPair("total-ms", .bulk("\(record.totalMs)")),
            RESPPair("phases", .map(record.phases.map { RESPPair($0.phase, .bulk("\($0.ms)")) })),
            RESPPair("witnesses", .map(record.witnesses.map { RESPPair($0.monitor, .bulk("\($0.afterMs)")) })),
            RESPPair("votes", .map(record.votes.map { RESPPair($0.monitor, .bulk("\($0.afterMs)")) })),
            RESPPair(
                "candidates",
                .array(
                    record.candidates.map { candidate in
                        .map([
                            RESPPair("address", .bulk(candidate.address)), RESPPair("offset", .bulk(String(candidate.offset))),
                            RESPPair("priority", .bulk(String(candidate.priority))), RESPPair("verdict", .bulk(candidate.verdict)),
                        ])
                    })),
            RESPPair("reattached", .map(record.reattached.map { RESPPair($0.address, .bulk("\($0.afterMs)")) })),
            RESPPair("ended-at-ms", .bulk(String(endedAt))),
        ])
    }
}

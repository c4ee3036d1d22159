/// What an error reply to SENTINEL FAILOVER means for the operator.
enum Refusal {
    static func reading(_ text: String, group: String) -> (VerbStatus, advice: String?) {
        if text.contains("no majority") || text.hasPrefix("NOQUORUM") {
            return (.noQuorum, "Start the monitors that are missing: picket check \(group).")
        }
        if text.contains("switchover-timeout") {
            return (
                .timedOutUnchanged,
                "The replica lags, or hangs: choose another (--to), let it catch up, or allow more: picket set \(group) switchover-timeout 5000."
            )
        }
        if text.hasPrefix("NOPERM") { return (.refused, TalkFailure.answered(text).advice) }
        if text.hasPrefix("INPROG") { return (.refused, "Another failover is under way: picket watch.") }
        if text.hasPrefix("NOGOODSLAVE") { return (.refused, "picket explain \(group) shows each replica and what stands against it.") }
        if text.lowercased().hasPrefix("err wrong number of arguments") {
            return (.refused, "This monitor is of a version that does not know the order; name another one, or upgrade it.")
        }
        return (.refused, nil)
    }
}

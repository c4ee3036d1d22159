import PicketCore

/// What one picketd tells another beyond Sentinel's protocol:
/// `SENTINEL STANDINGS <id> <epoch> [<group> <host> <port> <config epoch> <down> <voted epoch> <voted for> <leading>
/// <candidate>]…`, where `down`, `leading` and `candidate` are 0 or 1 and `voted for` is an id, or `*` where there was no vote or it is
/// not known for whom. A candidate asks for the vote of whoever reads it; the answer says whom that went to.
///
/// The answer is an array of the same words. redis-sentinel answers with an error, and is asked in its own way from then on.
package enum StandingText {
    static let subcommand = "standings"
    /// Groups in one message: far more than one turn of a monitor tells.
    package static let mostGroups = 20_000
    private static let wordsOfGroup = 9

    package static func words(of report: StandingReport) -> [String] {
        var words = [report.sender.text, report.currentEpoch.description]
        words.reserveCapacity(2 + report.standings.count * wordsOfGroup)
        for standing in report.standings {
            words += [
                standing.group.text, standing.primary.host, String(standing.primary.port), standing.configEpoch.description,
                standing.isDown ? "1" : "0", (standing.vote?.epoch ?? .zero).description, standing.vote?.leader?.text ?? "*",
                standing.isLeading ? "1" : "0", standing.isCandidate ? "1" : "0",
            ]
        }
        return words
    }

    /// Nil where the words are not of that form.
    package static func report(from words: [String]) -> StandingReport? {
        guard words.count >= 2, (words.count - 2).isMultiple(of: wordsOfGroup), words.count <= 2 + mostGroups * wordsOfGroup,
            let sender = MonitorID(words[0]), let epoch = self.epoch(words[1])
        else { return nil }
        var report = StandingReport(sender: sender, currentEpoch: epoch, standings: [])
        for start in stride(from: 2, to: words.count, by: wordsOfGroup) {
            guard !words[start].isEmpty, !words[start + 1].isEmpty, let port = Int64(decimal: words[start + 2]),
                Endpoint.validPorts.contains(Int(port)),
                let configEpoch = self.epoch(words[start + 3]), let isDown = flag(words[start + 4]),
                let votedEpoch = self.epoch(words[start + 5]), let isLeading = flag(words[start + 7]),
                let isCandidate = flag(words[start + 8])
            else { return nil }
            let leader = MonitorID(words[start + 6])
            guard leader != nil || words[start + 6] == "*" else { return nil }
            report.standings.append(
                Standing(
                    group: GroupName(words[start]), primary: Endpoint(host: words[start + 1], port: Int(port)), configEpoch: configEpoch,
                    isDown: isDown, vote: votedEpoch == .zero ? nil : Vote(epoch: votedEpoch, leader: leader), isLeading: isLeading,
                    isCandidate: isCandidate))
        }
        return report
    }

    private static func flag(_ word: String) -> Bool? { word == "1" ? true : word == "0" ? false : nil }

    private static func epoch(_ word: String) -> Epoch? {
        guard let first = word.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
        return UInt64(word).map(Epoch.init)
    }
}

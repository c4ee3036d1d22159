import PicketCore

/// The eight comma-separated words of a hello.
package enum HelloText {
    package static let channel = "__sentinel__:hello"
    /// Longer ones are not looked at.
    static let longestBytes = 1_024

    package static func encode(_ hello: Hello) -> String {
        "\(hello.senderEndpoint.host),\(hello.senderEndpoint.port),\(hello.sender),\(hello.currentEpoch),"
            + "\(hello.group),\(hello.primary.host),\(hello.primary.port),\(hello.configEpoch)"
    }

    /// Nil where the text is not a hello: wrong number of words, an id of the wrong length, numbers that are none.
    package static func decode(_ text: String) -> Hello? {
        guard text.utf8.count <= longestBytes else { return nil }
        let words = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { Substring($0) }
        guard words.count == 8, let id = MonitorID(words[2]),
            let senderPort = Int(words[1]), let currentEpoch = UInt64(words[3]), let port = Int(words[6]),
            let configEpoch = UInt64(words[7]),
            !words[0].isEmpty, !words[4].isEmpty, !words[5].isEmpty
        else { return nil }
        return Hello(
            sender: id, senderEndpoint: Endpoint(host: String(words[0]), port: senderPort), currentEpoch: Epoch(currentEpoch),
            group: GroupName(String(words[4])), primary: Endpoint(host: String(words[5]), port: port), configEpoch: Epoch(configEpoch))
    }
}

import PicketRESP

/// What was refused lately, for ACL LOG: newest first, and one entry for what happens again and again.
package struct AccessLog: Sendable, Hashable {
    package enum Reason: String, Sendable {
        case command, channel, auth
    }

    package struct Entry: Sendable, Hashable {
        /// Counted from 0 over the process' life; never given out again.
        package let id: Int64
        package fileprivate(set) var count: Int64
        package let reason: Reason
        /// The command, or the channel, or, for `auth`, the command that should have authenticated.
        package let object: ByteString
        /// Who was refused; for `auth`, who the client said it was.
        package let userName: ByteString
        /// The last refused client, as CLIENT LIST shows it.
        package fileprivate(set) var clientInfo: String
        /// Milliseconds since 1970.
        package let createdMilliseconds: Int64
        package fileprivate(set) var updatedMilliseconds: Int64
    }

    /// Newest first.
    package private(set) var entries: [Entry] = []
    /// `acllog-max-len`.
    package private(set) var capacity: Int
    private var nextID: Int64 = 0

    /// How long after its last time the same refusal counts as one more of the same entry, in milliseconds. As in Redis.
    private static let groupingMilliseconds: Int64 = 60_000

    package static let defaultCapacity = 128

    /// How much of a channel's or a user's name is kept, in bytes: anybody may send long ones before authenticating.
    package static let nameLimit = 1_024

    package init(capacity: Int = defaultCapacity) { self.capacity = max(0, capacity) }

    package mutating func setCapacity(_ capacity: Int) {
        self.capacity = max(0, capacity)
        entries.removeLast(max(0, entries.count - self.capacity))
    }

    /// - Parameter nowMilliseconds: wall-clock time, since 1970.
    package mutating func record(
        _ reason: Reason, object: ByteString, userName: ByteString, clientInfo: String, nowMilliseconds: Int64
    ) {
        let object = ByteString(bytes: Array(object.bytes.prefix(Self.nameLimit)))
        let userName = ByteString(bytes: Array(userName.bytes.prefix(Self.nameLimit)))
        let known = entries.firstIndex {
            $0.reason == reason && $0.object == object && $0.userName == userName
                && nowMilliseconds - $0.updatedMilliseconds <= Self.groupingMilliseconds
        }
        if let known {
            var entry = entries.remove(at: known)
            entry.count += 1
            entry.clientInfo = clientInfo
            entry.updatedMilliseconds = nowMilliseconds
            entries.insert(entry, at: 0)
        } else if capacity > 0 {
            if entries.count >= capacity { entries.removeLast() }
            entries.insert(
                Entry(
                    id: nextID, count: 1, reason: reason, object: object, userName: userName, clientInfo: clientInfo,
                    createdMilliseconds: nowMilliseconds, updatedMilliseconds: nowMilliseconds), at: 0)
            nextID += 1
        }
    }

    /// Records that a user lacked a permission.
    package mutating func record(
        _ refusal: AccessRefusal, userName: ByteString, clientInfo: String, nowMilliseconds: Int64
    ) {
        switch refusal {
        case .command(let name):
            record(.command, object: ByteString(name), userName: userName, clientInfo: clientInfo, nowMilliseconds: nowMilliseconds)
        case .channel(let channel):
            record(.channel, object: channel, userName: userName, clientInfo: clientInfo, nowMilliseconds: nowMilliseconds)
        }
    }

    /// `ACL LOG [count|RESET]`: the newest ten unless told. `arguments` is the whole request.
    package mutating func answer(_ arguments: [ByteString], nowMilliseconds: Int64) -> RESPValue {
        var wanted: Int64 = 10
        if arguments.count > 3 { return CommandRefusal.unfittingArguments(arguments[1], of: "acl").reply }
        if arguments.count == 3 {
            if arguments[2].isWord("reset") {
                entries = []
                return .simple("OK")
            }
            guard let count = arguments[2].exactInteger else { return .error("ERR value is not an integer or out of range") }
            wanted = max(0, count)
        }
        return .array(entries.prefix(Int(clamping: wanted)).map { $0.description(nowMilliseconds: nowMilliseconds) })
    }
}

extension AccessLog.Entry {
    fileprivate func description(nowMilliseconds: Int64) -> RESPValue {
        .map([
            RESPPair("count", .integer(count)),
            RESPPair("reason", .bulk(reason.rawValue)),
            // Nothing runs inside of transactions or scripts here.
            RESPPair("context", .bulk("toplevel")),
            RESPPair("object", .bulk(object)),
            RESPPair("username", .bulk(userName)),
            RESPPair("age-seconds", .double(Double(nowMilliseconds - updatedMilliseconds) / 1000)),
            RESPPair("client-info", .bulk(clientInfo)),
            RESPPair("entry-id", .integer(id)),
            RESPPair("timestamp-created", .integer(createdMilliseconds)),
            RESPPair("timestamp-last-updated", .integer(updatedMilliseconds)),
        ])
    }
}

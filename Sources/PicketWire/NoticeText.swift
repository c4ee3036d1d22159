import PicketCore

/// Notices as Sentinel publishes and logs them.
package enum NoticeText {
    /// Longer messages are cut, as Sentinel cuts them.
    static let longestBytes = 1_024

    package enum Level: Hashable, Sendable {
        case verbose, notice, warning
    }

    /// `+sdown 'master cache 10.0.0.1 6379'` → the channel and the message.
    package static func message(of notice: Notice) -> String {
        let text = [notice.subject.flatMap { notice.kind == .switched ? nil : subject($0) }, detail(notice.detail)]
            .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
        let whole = notice.kind == .tiltEntered ? "#tilt mode entered" : notice.kind == .tiltLeft ? "#tilt mode exited" : text
        guard whole.utf8.count >= longestBytes else { return whole }
        // Not within a character: half of one would be replaced by something longer.
        var end = whole.utf8.index(whole.startIndex, offsetBy: longestBytes - 1)
        while end.samePosition(in: whole.unicodeScalars) == nil { end = whole.utf8.index(before: end) }
        return String(whole[..<end])
    }

    static func subject(_ subject: Notice.Subject) -> String {
        let type =
            switch subject.kind {
            case .primary: "master"
            case .replica: "slave"
            case .peer: "sentinel"
            }
        let own = "\(type) \(subject.name) \(subject.endpoint.host) \(subject.endpoint.port)"
        if subject.kind == .primary { return own }
        return "\(own) @ \(subject.group) \(subject.primary.host) \(subject.primary.port)"
    }

    private static func detail(_ detail: Notice.Detail) -> String {
        switch detail {
        case .none: ""
        case .quorum(let quorum): "quorum \(quorum)"
        case .agreement(let agreeing, let quorum): "#quorum \(agreeing)/\(quorum)"
        case .epoch(let epoch): "\(epoch)"
        case .vote(let leader, let epoch): "\(leader) \(epoch)"
        case .option(let name, let values): ([name] + values).joined(separator: " ")
        case .peerMoved(let id, let endpoint): "ip \(endpoint.host) port \(endpoint.port) for \(id)"
        case .peersCorrected(let count): "\(count) additional matching instances"
        case .reportedRole(let role): "new reported role is \(role == .primary ? "master" : "slave")"
        case .switched(let group, let old, let new): "\(group) \(old.host) \(old.port) \(new.host) \(new.port)"
        case .script(let path, let signal, let status): "\(path) \(signal) \(status)"
        case .scriptTimeout(let path, let processID): "\(path) \(processID)"
        case .pause(let seconds, let reason): reason.isEmpty ? "\(seconds)" : "\(seconds) \(reason)"
        case .word(let word): word
        }
    }

    /// The channel is the event's name. `+role-change` and `-role-change` differ by whether the role is the configured one.
    package static func channel(of kind: Notice.Kind) -> String {
        switch kind {
        case .monitored: "+monitor"
        case .unmonitored: "-monitor"
        case .settingChanged: "+set"
        case .groupReset: "+reset-master"
        case .replicaFound: "+slave"
        case .peerFound: "+sentinel"
        case .peerMoved: "+sentinel-address-switch"
        case .peersCorrected: "+sentinel-address-update"
        case .peerAddressTaken: "+sentinel-invalid-addr"
        case .rebooted: "+reboot"
        case .roleAsConfigured: "+role-change"
        case .roleNotAsConfigured: "-role-change"
        case .subjectivelyDown: "+sdown"
        case .subjectivelyUp: "-sdown"
        case .objectivelyDown: "+odown"
        case .objectivelyUp: "-odown"
        case .epochRaised: "+new-epoch"
        case .failoverTried: "+try-failover"
        case .voted: "+vote-for-leader"
        case .elected: "+elected-leader"
        case .selecting: "+failover-state-select-slave"
        case .selected: "+selected-slave"
        case .promoting: "+failover-state-send-slaveof-noone"
        case .awaitingPromotion: "+failover-state-wait-promotion"
        case .promoted: "+promoted-slave"
        case .reattaching: "+failover-state-reconf-slaves"
        case .reattachSent: "+slave-reconf-sent"
        case .reattachInProgress: "+slave-reconf-inprog"
        case .reattachDone: "+slave-reconf-done"
        case .reattachTimedOut: "-slave-reconf-sent-timeout"
        case .reattachSentAnyway: "+slave-reconf-sent-be"
        case .failoverEndedByTimeout: "+failover-end-for-timeout"
        case .failoverEnded: "+failover-end"
        case .switched: "+switch-master"
        case .configurationAdopted: "+config-update-from"
        case .abortedNotElected: "-failover-abort-not-elected"
        case .abortedNoGoodReplica: "-failover-abort-no-good-slave"
        case .abortedReplicaTimeout: "-failover-abort-slave-timeout"
        case .converted: "+convert-to-slave"
        case .replicationFixed: "+fix-slave-config"
        case .tiltEntered: "+tilt"
        case .tiltLeft: "-tilt"
        case .scriptFailed: "-script-error"
        case .scriptTimedOut: "-script-timeout"
        case .paused: "+pause"
        case .resumed: "-pause"
        case .maintenanceBegan: "+maintenance"
        case .maintenanceEnded: "-maintenance"
        case .forgotten: "+forget"
        case .remembered: "-forget"
        }
    }

    package static func level(of kind: Notice.Kind) -> Level {
        switch kind {
        case .roleAsConfigured, .roleNotAsConfigured: .verbose
        case .replicaFound, .peerFound, .peerMoved, .peersCorrected, .peerAddressTaken, .rebooted, .promoting, .awaitingPromotion,
            .reattachSent, .reattachInProgress, .reattachDone, .reattachTimedOut, .reattachSentAnyway, .converted, .replicationFixed,
            .remembered:
            .notice
        case .monitored, .unmonitored, .settingChanged, .groupReset, .subjectivelyDown, .subjectivelyUp, .objectivelyDown, .objectivelyUp,
            .epochRaised, .failoverTried, .voted, .elected, .selecting, .selected, .promoted, .reattaching, .failoverEndedByTimeout,
            .failoverEnded, .switched, .configurationAdopted, .abortedNotElected, .abortedNoGoodReplica, .abortedReplicaTimeout,
            .tiltEntered, .tiltLeft, .scriptFailed, .scriptTimedOut, .paused, .resumed, .maintenanceBegan, .maintenanceEnded, .forgotten:
            .warning
        }
    }
}

/// The argument words of a script, after its path.
package enum ScriptArguments {
    package static func words(for call: ScriptCall) -> [String] {
        switch call {
        case .notification(_, let notice): [NoticeText.channel(of: notice.kind), NoticeText.message(of: notice)]
        case .reconfiguration(_, let group, let isLeader, let from, let to):
            [group.text, isLeader ? "leader" : "observer", "start", from.host, String(from.port), to.host, String(to.port)]
        }
    }
}

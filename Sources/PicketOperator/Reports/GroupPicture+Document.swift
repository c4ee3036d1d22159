extension GroupPicture {
    /// Everything that is known of the group; `status`, `topology` and `list` share it.
    package var document: Document {
        [
            "group": .text(name), "state": .text(state.rawValue), "problems": .texts(problems), "primary": .text(primary?.address),
            "quorum": .number(quorum), "majority": .number(majority), "monitorsKnown": .number(knownMonitors),
            "monitorsUsable": .number(usableMonitors), "monitorsAnswering": .number(answering.count), "configEpoch": .number(configEpoch),
            "downAfterMs": .number(downAfterMilliseconds), "failoverTimeoutMs": .number(failoverTimeoutMilliseconds),
            "paused": pause.map { ["secondsLeft": .number($0.secondsLeft), "reason": .text($0.reason)] } ?? .null,
            "instances": .list(instances.map(\.document)), "monitors": .list(monitors.map(\.document)),
            "drift": .list(
                drift.map { drift in
                    [
                        "setting": .text(drift.setting),
                        "values": .list(drift.values.map { ["monitor": .text("\($0.monitor)"), "value": .text($0.value)] }),
                    ]
                }),
        ]
    }
}

extension InstancePicture {
    package var document: Document {
        let source: Document =
            switch report?.source {
            case .asked: "asked"
            case .heard(let age): age < 0 ? .null : .text("heard \(age) ms ago")
            case nil: .null
            }
        return [
            "address": .text("\(address)"), "role": .text(isPrimary ? "primary" : "replica"), "zone": .text(zone),
            "condition": .text(condition.text), "isWell": .flag(isWell), "heldDownBy": .number(heldDownBy), "seenBy": .number(seenBy),
            "maintenance": .flag(isInMaintenance), "priority": .number(priority), "offset": .number(report?.offset),
            "lagBytes": .number(lag?.bytes), "lagSeconds": .number(lag?.seconds), "version": .text(version), "source": source,
            "failure": .text(report?.failure?.text),
        ]
    }
}

extension MonitorOpinion {
    package var document: Document {
        [
            "address": .text("\(address)"), "id": .text(id), "software": .text(software?.name), "version": .text(software?.version),
            "zone": .text(zone), "answers": .flag(!isSilent), "says": .text(words), "names": .text(sight?.primary),
            "holdsPrimaryDown": sight.map { .flag($0.isPrimaryDown) } ?? .null, "configEpoch": .number(sight?.configEpoch),
            "heldDownBy": .number(heldDownBy), "knownBy": .number(knownBy),
        ]
    }

    package var isSilent: Bool { if case .silent = stance { true } else { false } }
}

import PicketCore
import PicketStatus
import PicketWire

/// A monitor's metrics as one text.
struct MonitorMetrics {
    let version: String
    let status: MonitorStatus
    let server: ServerFigures
    let process: ProcessReading
    let http: HTTPFigures

    func text() -> [UInt8] {
        var text = MetricsText()
        writeProcess(&text)
        writeMonitor(&text)
        writeServer(&text)
        writeFailovers(&text)
        writeLoop(&text)
        writeGroups(&text)
        writeInstances(&text)
        writePeers(&text)
        return text.bytes
    }

    private func writeProcess(_ text: inout MetricsText) {
        text.family("process_cpu_seconds_total", .counter, "CPU time used by the process, user and system, in seconds.")
        text.sample(process.cpuSeconds)
        text.family("process_resident_memory_bytes", .gauge, "Resident memory of the process in bytes.")
        text.sample(process.residentBytes)
        text.family("process_open_fds", .gauge, "Open file descriptors.")
        text.sample(process.openFiles)
        text.family("process_max_fds", .gauge, "File descriptors that the process may open.")
        text.sample(process.maxFiles)
        text.family("process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.")
        text.sample(process.startedAt)
    }

    private func writeMonitor(_ text: inout MetricsText) {
        text.family("picket_build_info", .gauge, "Always 1; the version of picketd.")
        text.sample([("version", version)], 1.0)
        text.family("picket_monitor_info", .gauge, "Always 1; the id of this monitor.")
        text.sample([("monitor", status.identity.text)], 1.0)
        text.family("picket_status_time_seconds", .gauge, "When what is shown was looked at, in seconds since 1970.")
        text.sample(Double(status.takenAt) / 1000)
        text.family("picket_current_epoch", .gauge, "The highest epoch that this monitor knows.")
        text.sample(status.currentEpoch)
        text.family("picket_groups", .gauge, "Groups that are watched.")
        text.sample(status.groups.count)
        text.family("picket_tilted", .gauge, "1 while this monitor judges nobody because it stood still itself.")
        text.sample(status.isTilted)
        text.family("picket_tilts_total", .counter, "How often this monitor stood still for so long that it began its judgement anew.")
        text.sample(status.tiltTotal)
        text.family("picket_state_unwritable", .gauge, "1 while the state cannot be written, so that this monitor votes for nobody.")
        text.sample(status.storageFault != nil)
        text.family("picket_scripts_running", .gauge, "Scripts that run.")
        text.sample(status.runningScripts)
        text.family("picket_scripts_queued", .gauge, "Scripts that wait to be run, or to be run again.")
        text.sample(status.queuedScripts)
        text.family("picket_scripts_total", .counter, "Scripts that ended, by how.")
        for result in MonitorFigures.ScriptResult.allCases {
            text.sample([("result", result.rawValue)], status.figures.scripts[result] ?? 0)
        }
    }

    private func writeServer(_ text: inout MetricsText) {
        text.family("picket_clients", .gauge, "Clients that are connected, other monitors among them.")
        text.sample(server.clients)
        text.family("picket_client_connections_total", .counter, "Connections of clients that were accepted.")
        text.sample(server.connections)
        text.family("picket_client_connections_rejected_total", .counter, "Connections that were refused because there were too many.")
        text.sample(server.rejectedConnections)
        text.family("picket_commands_total", .counter, "Commands of clients.")
        text.sample(server.commands)
        text.family("picket_client_received_bytes_total", .counter, "Bytes received from clients.")
        text.sample(server.bytesIn)
        text.family("picket_client_sent_bytes_total", .counter, "Bytes sent to clients.")
        text.sample(server.bytesOut)
        text.family("picket_subscriptions", .gauge, "Subscriptions of clients, by kind.")
        text.sample([("kind", "channel")], server.channelSubscriptions)
        text.sample([("kind", "pattern")], server.patternSubscriptions)
        text.family("picket_http_responses_total", .counter, "Answers over HTTP, by the class of their status.")
        for (index, count) in http.responses.enumerated() { text.sample([("class", "\(index + 1)xx")], count) }
        text.family("picket_http_event_readers", .gauge, "Readers of /v1/events.")
        text.sample(http.readers)
        text.family("picket_http_event_readers_cut_total", .counter, "Readers of /v1/events that were cut off because they were too slow.")
        text.sample(http.readersCut)
    }

    private func writeFailovers(_ text: inout MetricsText) {
        let figures = status.figures
        text.family("picket_failovers_total", .counter, "Failovers that this monitor led to an end, by cause and result.")
        for cause in FailoverTrace.Cause.allCases {
            for isDone in [true, false] {
                text.sample(
                    [("cause", cause.rawValue), ("result", isDone ? "done" : "failed")],
                    figures.failovers[.init(cause: cause, isDone: isDone)] ?? 0)
            }
        }
        text.family("picket_failover_phase_duration_seconds", .histogram, "How long each phase of such a failover took, in seconds.")
        for phase in FailoverTrace.Name.allCases {
            let histogram = figures.phases[phase] ?? Histogram(bounds: MonitorFigures.phaseBounds)
            text.histogram([("phase", phase.rawValue)], histogram)
        }
        text.family("picket_refused_candidates_total", .counter, "Replicas that could not be promoted in such a failover, by reason.")
        for (reason, count) in figures.refusals.sorted(by: { $0.key < $1.key }) { text.sample([("reason", reason)], count) }
        text.family("picket_votes_total", .counter, "Votes that this monitor gave, to itself and to others.")
        text.sample([("candidate", "self")], figures.votesForSelf)
        text.sample([("candidate", "other")], figures.votesForOthers)
        text.family("picket_events_total", .counter, "Events as published, by name.")
        for kind in Notice.Kind.allCases { text.sample([("event", NoticeText.channel(of: kind))], figures.notices[kind.place]) }
    }

    private func writeLoop(_ text: inout MetricsText) {
        let figures = status.figures
        text.family("picket_control_inputs_total", .counter, "What the control loop handled: answers, deadlines, messages, questions.")
        text.sample(figures.events)
        text.family("picket_requests_sent_total", .counter, "Requests sent to instances and other monitors, by kind.")
        for (kind, count) in zip(Request.kinds, figures.requests) { text.sample([("request", kind)], count) }
        text.family("picket_timer_lateness_seconds", .histogram, "How late deadlines of the control loop were served, in seconds.")
        text.histogram([], figures.lateness)
        text.family("picket_journal_write_duration_seconds", .histogram, "One write of the journal with its flush to disk, in seconds.")
        text.histogram([], figures.journalWrites)
        text.family("picket_journal_written_bytes_total", .counter, "Bytes written to the journal.")
        text.sample(figures.journalBytes)
        text.family("picket_journal_failures_total", .counter, "Writes of the journal that the disk refused.")
        text.sample(figures.journalFailures)
        text.family("picket_links", .gauge, "Connections to instances and other monitors, open or being opened.")
        text.sample(status.openLinks)
        text.family("picket_link_failures_total", .counter, "Connections that ended, or could not be opened.")
        text.sample(figures.linkFailures)
        text.family("picket_waiting_questions", .gauge, "Questions of clients that wait for the control loop's answer.")
        text.sample(status.waitingQuestions)
    }
}

extension MetricsText {
    fileprivate mutating func histogram(_ labels: [(String, String)], _ histogram: Histogram) {
        self.histogram(labels, bounds: histogram.bounds, counts: histogram.counts, sum: histogram.sum)
    }
}

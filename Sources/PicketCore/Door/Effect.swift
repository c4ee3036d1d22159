/// What the core asks for. Values only: a run can be recorded, replayed and compared.
package struct Effect: Hashable, Sendable, Codable {
    package let action: Action
    /// The revision that must be on disk before anybody may see this.
    package let after: Revision?

    package init(_ action: Action, after: Revision? = nil) {
        self.action = action
        self.after = after
    }
}

package enum Action: Hashable, Sendable, Codable {
    indirect case openLink(LinkID, LinkTarget)
    case closeLink(LinkID)
    /// `names` are the instance's renamed commands.
    case send(LinkID, Request, names: CommandNames)
    indirect case answer(Ticket, Answer)
    /// First bring the configuration file up to date, then answer; if that fails, answer with the failure.
    indirect case answerOnceSaved(Ticket, Answer)
    case persist(Revision, [DurableChange])
    indirect case notify(Notice)
    case resolve(host: String)
    indirect case startScript(ScriptID, ScriptCall)
    case killScript(ScriptID)
    /// A failover that this monitor led has ended, in one way or the other.
    indirect case trace(FailoverTrace)
    /// A line for the log that is not one of Sentinel's events.
    case remark(Remark)
    /// A simulated crash that an operator asked for: end the process with this status, now.
    case exit(status: Int)
}

/// Where a link leads and how to introduce oneself there.
package struct LinkTarget: Hashable, Sendable, Codable {
    package var endpoint: Endpoint
    package var purpose: Purpose
    package var credentials: Credentials
    package var clientName: String
    package var names: CommandNames

    package enum Purpose: Hashable, Sendable, Codable {
        case commands
        /// SUBSCRIBE __sentinel__:hello.
        case subscription
        case peer
    }

    package init(endpoint: Endpoint, purpose: Purpose, credentials: Credentials, clientName: String, names: CommandNames) {
        self.endpoint = endpoint
        self.purpose = purpose
        self.credentials = credentials
        self.clientName = clientName
        self.names = names
    }
}

/// A line for the operator's log.
package struct Remark: Hashable, Sendable, Codable {
    package enum Level: Hashable, Sendable, Codable {
        case debug, notice, warning
    }
    package var level: Level
    package var text: String

    package init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }
}

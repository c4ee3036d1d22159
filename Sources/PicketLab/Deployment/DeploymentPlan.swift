/// What a deployment is to consist of.
package struct DeploymentPlan: Sendable {
    package var groups: [GroupPlan]
    package var monitors: [MonitorPlan]
    package var quorum: Int
    package var downAfter: Duration
    package var failoverTimeout: Duration
    package var parallelSyncs: Int
    /// Further lines of every monitor's configuration.
    package var monitorLines: [String]
    /// Further lines of every Redis server's configuration.
    package var instanceLines: [String]
    /// False: their files are written, and they are started by whoever wants them.
    package var startsMonitors: Bool
    package var executables: Executables

    /// One group and three picketd, unless said otherwise.
    package init(
        groups: [GroupPlan] = [GroupPlan(name: "cache")], monitors: [MonitorPlan] = [.picketd, .picketd, .picketd], quorum: Int = 2,
        downAfter: Duration = .milliseconds(500), failoverTimeout: Duration = .seconds(10), parallelSyncs: Int = 1,
        monitorLines: [String] = [], instanceLines: [String] = [], startsMonitors: Bool = true, executables: Executables = .find()
    ) {
        self.groups = groups
        self.monitors = monitors
        self.quorum = quorum
        self.downAfter = downAfter
        self.failoverTimeout = failoverTimeout
        self.parallelSyncs = parallelSyncs
        self.monitorLines = monitorLines
        self.instanceLines = instanceLines
        self.startsMonitors = startsMonitors
        self.executables = executables
    }

    /// Throws where a program is missing; says which, and what to do.
    package func checkPrograms() throws(LabError) {
        _ = try executables.requireRedisServer()
        for monitor in monitors { _ = try executables.require(monitor.kind) }
    }
}

/// One primary and its replicas.
package struct GroupPlan: Sendable {
    package var name: String
    package var replicas: Int
    /// Lines of the monitors' configuration for this group, without `sentinel`: `notification-script` and its value.
    package var settings: [Setting]

    package struct Setting: Sendable {
        package let directive: String
        package let value: String

        package init(_ directive: String, _ value: String) {
            self.directive = directive
            self.value = value
        }
    }

    package init(name: String, replicas: Int = 2, settings: [Setting] = []) {
        self.name = name
        self.replicas = replicas
        self.settings = settings
    }
}

package struct MonitorPlan: Sendable {
    package var kind: MonitorKind
    /// Where it differs from the deployment's.
    package var downAfter: Duration?
    package var lines: [String]

    package init(_ kind: MonitorKind, downAfter: Duration? = nil, lines: [String] = []) {
        self.kind = kind
        self.downAfter = downAfter
        self.lines = lines
    }

    package static let picketd = MonitorPlan(.picketd)
    package static let redisSentinel = MonitorPlan(.redisSentinel)
}

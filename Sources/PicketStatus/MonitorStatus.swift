import PicketCore

/// One look at a whole monitor. Its parts may be some milliseconds apart, each group is of one moment.
package struct MonitorStatus: Sendable {
    /// Rises with each look.
    package var sequence: UInt64
    /// When the look ended, in milliseconds since 1970.
    package var takenAt: Int64
    package var identity: MonitorID
    package var currentEpoch: UInt64
    package var isTilted: Bool
    package var tiltTotal: Int
    /// Why the state cannot be written, while it cannot.
    package var storageFault: String?
    package var runningScripts: Int
    package var queuedScripts: Int
    /// Questions that wait for the core.
    package var waitingQuestions: Int
    package var openLinks: Int
    package var figures: MonitorFigures
    package var groups: [GroupReview]

    package init(
        sequence: UInt64, takenAt: Int64, identity: MonitorID, currentEpoch: UInt64, isTilted: Bool, tiltTotal: Int, storageFault: String?,
        runningScripts: Int, queuedScripts: Int, waitingQuestions: Int, openLinks: Int, figures: MonitorFigures, groups: [GroupReview]
    ) {
        self.sequence = sequence
        self.takenAt = takenAt
        self.identity = identity
        self.currentEpoch = currentEpoch
        self.isTilted = isTilted
        self.tiltTotal = tiltTotal
        self.storageFault = storageFault
        self.runningScripts = runningScripts
        self.queuedScripts = queuedScripts
        self.waitingQuestions = waitingQuestions
        self.openLinks = openLinks
        self.figures = figures
        self.groups = groups
    }
}

/// What is counted beside the control loop.
package struct ServerFigures: Hashable, Sendable {
    package var clients = 0
    package var connections = 0
    package var rejectedConnections = 0
    package var commands = 0
    package var bytesIn = 0
    package var bytesOut = 0
    /// Subscriptions to channels and to patterns, all clients together.
    package var channelSubscriptions = 0
    package var patternSubscriptions = 0

    package init() {}
}

/// Of the process, as the system counts it.
package struct ProcessReading: Hashable, Sendable {
    package var cpuSeconds: Double
    package var residentBytes: Int
    package var openFiles: Int
    package var maxFiles: Int
    /// Seconds since 1970.
    package var startedAt: Double

    package init(cpuSeconds: Double, residentBytes: Int, openFiles: Int, maxFiles: Int, startedAt: Double) {
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
        self.openFiles = openFiles
        self.maxFiles = maxFiles
        self.startedAt = startedAt
    }
}

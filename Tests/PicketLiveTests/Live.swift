import PicketLab
import Synchronization
import Testing

/// Everything here runs real processes: Redis servers, picketd, and redis-sentinel beside it. One deployment at a time, since the
/// tests are about time too.
///
/// Which programs: PICKETD, REDIS_SERVER and REDIS_SENTINEL in the environment, else picketd beside the tests and the others in PATH.
@Suite("Live deployments", .serialized, .timeLimit(.minutes(1)), .notesIssues)
enum Live {
    /// Runs a deployment. Where anything is found wrong, its files stay, and the ends of the logs are told.
    static func run(_ plan: DeploymentPlan = DeploymentPlan(), settles: Bool = true, _ body: (Deployment) async throws -> Void) async throws
    {
        let issuesBefore = issueCount.withLock { $0 }
        try await Deployment.run(plan) { deployment in
            if settles && plan.startsMonitors { try await deployment.waitUntilSettled() }
            try await body(deployment)
            guard issueCount.withLock({ $0 }) > issuesBefore else { return }
            deployment.keepFiles()
            for monitor in deployment.monitors { print("--- \(monitor.name), the end of its log:\n\(monitor.node.lastWords)") }
            print("--- all files are in \(deployment.directory)")
        }
    }

    fileprivate static let issueCount = Mutex(0)
}

extension Trait where Self == IssueHandlingTrait {
    /// Counts issues, so that a deployment knows whether its logs will be wanted.
    fileprivate static var notesIssues: Self {
        .compactMapIssues { issue in
            Live.issueCount.withLock { $0 += 1 }
            return issue
        }
    }
}

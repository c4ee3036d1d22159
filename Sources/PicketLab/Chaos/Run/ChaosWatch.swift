/// All that looks on during a run.
final class ChaosWatch: Sendable {
    let probe: WriteProbe
    private let sampler: MonitorSampler

    struct Observed: Sendable {
        let samples: [[WriteProbe.Sample]]
        let views: [MonitorSampler.View]
        let resyncs: [String: MonitorSampler.Resyncs]
    }

    init(_ deployment: Deployment, _ group: Deployment.Group, _ load: ChaosLoad) {
        let password: @Sendable () -> String? = { load.password.withLock { $0 } }
        probe = WriteProbe(group.instances, password: password)
        sampler = MonitorSampler(deployment, group: group.name, password: password)
    }

    func start() {
        probe.start()
        sampler.start()
    }

    var resyncs: [String: MonitorSampler.Resyncs] { sampler.resyncs }

    func stop() async -> Observed {
        let samples = await probe.stop()
        let sampled = await sampler.stop()
        return Observed(samples: samples, views: sampled.views, resyncs: sampled.resyncs)
    }
}

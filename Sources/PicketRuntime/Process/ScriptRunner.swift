import Glibc
import NIOCore
import PicketCore
import PicketWire
import Subprocess
import SystemPackage

/// Runs scripts as child processes: environment inherited, no descriptor but the standard ones, output thrown away.
final class ScriptRunner {
    private let loop: any EventLoop
    private var processes: [ScriptID: pid_t] = [:]
    private let report: (Event) -> Void

    /// `report` is called on the control loop.
    init(loop: any EventLoop, report: @escaping (Event) -> Void) {
        self.loop = loop
        self.report = report
    }

    func start(_ id: ScriptID, _ call: ScriptCall) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let loop = self.loop
        let path = FilePath(call.path)
        let arguments = Arguments(ScriptArguments.words(for: call))
        Task {
            let outcome: ScriptOutcome
            do {
                let result = try await run(.path(path), arguments: arguments, input: .none, output: .discarded, error: .discarded) {
                    execution in
                    let processID = execution.processIdentifier.value
                    loop.execute { bound.value.started(id, processID) }
                }
                outcome =
                    switch result.terminationStatus {
                    case .exited(let status): .exited(status: Int(status))
                    case .signaled(let signal): .killed(signal: Int(signal))
                    }
            } catch {
                outcome = .notStarted(reason: "\(error)")
            }
            loop.execute { bound.value.ended(id, outcome) }
        }
    }

    private func started(_ id: ScriptID, _ processID: pid_t) {
        processes[id] = processID
        report(.scriptStarted(id, processID: Int(processID)))
    }

    private func ended(_ id: ScriptID, _ outcome: ScriptOutcome) {
        processes[id] = nil
        report(.scriptEnded(id, outcome))
    }

    func kill(_ id: ScriptID) {
        if let processID = processes[id] { _ = Glibc.kill(processID, SIGKILL) }
    }

    /// At the end of the process: children are not left behind.
    func killAll() {
        for processID in processes.values { _ = Glibc.kill(processID, SIGKILL) }
    }
}

import PicketCore

/// Where each group's primary is, for the clients' loops to read without asking the control loop.
///
/// Changed when the change is announced, not before: nobody hears of a primary that a crash could make us forget.
final class TopologyBoard: Sendable {
    private let addresses = LockedBox<[String: Endpoint]>([:])

    func address(of group: String) -> Endpoint? { addresses.withLock { $0[group] } }

    func note(_ notice: Notice, _ supervisor: Supervisor) {
        switch notice.kind {
        case .switched, .monitored, .unmonitored, .configurationAdopted, .groupReset:
            guard let name = notice.subject?.group else { return }
            post(name, supervisor)
        default: break
        }
    }

    /// Names were switched on or off: all addresses may read differently.
    func note(_ changes: [DurableChange], _ supervisor: Supervisor) {
        for change in changes {
            switch change {
            case .settingsChanged: for name in supervisor.groupNames { post(name, supervisor) }
            case .groupRemoved(let name): addresses.withLock { $0[name.text] = nil }
            default: break
            }
        }
    }

    private func post(_ name: GroupName, _ supervisor: Supervisor) {
        let address = supervisor.primaryAddress(of: name)
        addresses.withLock { $0[name.text] = address }
    }
}

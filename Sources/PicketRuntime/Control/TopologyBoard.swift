import PicketCore
import Synchronization

/// Where each group's primary is, for the clients' loops to read without asking the control loop.
///
/// Changed when the change is announced, not before: nobody hears of a primary that a crash could make us forget.
final class TopologyBoard: Sendable {
    private let addresses = LockedBox<[String: Endpoint]>([:])
    private let changes = Atomic<Int>(0)

    func address(of group: String) -> Endpoint? { addresses.withLock { $0[group] } }

    /// Grows with every change: what was read of an edition holds for as long as it is the present one. Cheap to ask before every answer.
    var edition: Int { changes.load(ordering: .acquiring) }

    func note(_ notice: Notice, _ supervisor: Supervisor) {
        switch notice.kind {
        case .switched, .monitored, .unmonitored, .configurationAdopted, .groupReset:
            guard let name = notice.subject?.group else { return }
            post(name, supervisor.primaryAddress(of: name))
        default: break
        }
    }

    /// Names were switched on or off: all addresses may read differently.
    func note(_ changes: [DurableChange], _ supervisor: Supervisor) {
        for change in changes {
            switch change {
            case .settingsChanged: for name in supervisor.groupNames { post(name, supervisor.primaryAddress(of: name)) }
            case .groupRemoved(let name): post(name, nil)
            default: break
            }
        }
    }

    func post(_ name: GroupName, _ address: Endpoint?) {
        let isNews = addresses.withLock { addresses in
            let before = addresses[name.text]
            addresses[name.text] = address
            return before != address
        }
        // Whoever reads the new number finds the new address.
        if isNews { changes.add(1, ordering: .releasing) }
    }
}

import PicketCore
import PicketInvariants

/// Anything that watches groups and takes part in elections: picket or a look-alike of redis-sentinel.
protocol SimulatedMonitor: Process {
    var id: MonitorID { get }
    func view(of group: GroupName) -> (primary: Endpoint, epoch: Epoch?)?
    /// SENTINEL FAILOVER.
    func orderFailover(of group: GroupName, _ order: FailoverOrder)
}

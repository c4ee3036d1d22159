/// What need not be done by everybody, nor everywhere, where the monitors of a group are picketd.
///
/// A redis-sentinel reads and writes hellos at every instance. Between picketd the primary's channel is enough, since they also
/// compare standings over their own connections: a connection less for each replica, and half of the messages. Nothing that a
/// redis-sentinel needs is left out: it hears of us at the primary, and once it is known, at every instance.
extension ReplicationGroup {
    /// Looks who is there.
    mutating func lookAround(_ monitor: Monitor) {
        let own = weight(monitor.identity)
        isAmongPickets = true
        watchesForShutdown = true
        for index in peers.indices {
            let id = peers[at: index].id
            switch monitor.peers.index(of: id).flatMap({ monitor.peers[at: $0].comparesStandings }) {
            case false?: isAmongPickets = false
            case true? where peers[at: index].downSince == nil && (weight(id), id) < (own, monitor.identity): watchesForShutdown = false
            case true?, nil: break
            }
        }
    }

    /// Hellos are read and written at the replicas too: some of those who are to hear us listen only there, or the primary's channel is
    /// silent.
    func usesReplicaChannels(_ monitor: Monitor) -> Bool {
        let index = primaryIndex
        return !isAmongPickets || instances[at: index].isDown || !instances[at: index].reachability.link.isOpen
            || monitor.now - instances[at: index].lastHeard > monitor.tuning.duration(.publishPeriod) * 2
    }

    func wantsSubscription(at index: Int, _ monitor: Monitor) -> Bool {
        isPrimary(instances.keys[index]) || usesReplicaChannels(monitor)
    }

    /// The need for it has been over for some time: what comes and goes would cost more than it saves.
    func isSubscriptionSuperfluous(at index: Int, _ monitor: Monitor) -> Bool {
        guard let since = instances[at: index].subscription.openSince, monitor.now - since > Limits.superfluousSubscription else {
            return false
        }
        return !wantsSubscription(at: index, monitor)
    }

    /// All links are there that should be.
    func isConnected(at index: Int, _ monitor: Monitor) -> Bool {
        instances[at: index].reachability.link.isOpen
            && (instances[at: index].subscription.isOpen || !wantsSubscription(at: index, monitor))
    }

    /// When the peers are to hear from us next where nothing happens. Of many groups at once, so that they share a message.
    func nextRegularGreeting(_ monitor: Monitor) -> Instant {
        let period = monitor.tuning.duration(.publishPeriod)
        guard isAmongPickets, !usesReplicaChannels(monitor) else { return monitor.now + period }
        return (monitor.now + period * Limits.restfulGreetings).roundedUp(to: Limits.greetingGrid)
    }
}

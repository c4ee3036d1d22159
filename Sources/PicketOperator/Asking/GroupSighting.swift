/// A group as one monitor sees it.
package struct GroupSighting: Hashable, Sendable {
    package let group: String
    package var primary: InstanceFields
    package var replicas: [InstanceFields]
    package var peers: [InstanceFields]

    package init(_ primary: InstanceFields, replicas: [InstanceFields] = [], peers: [InstanceFields] = []) {
        group = primary.name
        self.primary = primary
        self.replicas = replicas
        self.peers = peers
    }
}

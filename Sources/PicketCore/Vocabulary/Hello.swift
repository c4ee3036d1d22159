/// What monitors tell each other, through the instances and directly, every two seconds and at every change:
/// who and where I am, and which primary of this group I know by which epoch.
package struct Hello: Hashable, Sendable, Codable {
    package var sender: MonitorID
    package var senderEndpoint: Endpoint
    package var currentEpoch: Epoch
    package var group: GroupName
    package var primary: Endpoint
    package var configEpoch: Epoch

    package init(
        sender: MonitorID, senderEndpoint: Endpoint, currentEpoch: Epoch, group: GroupName, primary: Endpoint, configEpoch: Epoch
    ) {
        self.sender = sender
        self.senderEndpoint = senderEndpoint
        self.currentEpoch = currentEpoch
        self.group = group
        self.primary = primary
        self.configEpoch = configEpoch
    }
}

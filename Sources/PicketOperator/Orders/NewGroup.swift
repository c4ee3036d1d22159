/// A group that all monitors are to watch from now on.
package struct NewGroup: Hashable, Sendable {
    let name: String
    let primary: Address
    let quorum: Int

    package init(name: String, primary: Address, quorum: Int) {
        self.name = name
        self.primary = primary
        self.quorum = quorum
    }

    package var words: [String] { ["SENTINEL", "MONITOR", name, primary.host, String(primary.port), String(quorum)] }
    package var sentence: String { "\(name): watched, primary \(primary), quorum \(quorum)" }

    /// Nothing that the monitors could not carry out, and no second meaning for a name.
    package func check(_ survey: Survey) throws(OperatorError) {
        let known = survey.monitors.count
        guard quorum <= known else {
            throw .refused(
                "A quorum of \(quorum) cannot be reached by \(FigureText.count(known, "monitor")).",
                advice: "\(known / 2 + 1) is a majority of them.")
        }
        for monitor in survey.answering {
            guard let address = monitor.sighting(of: name)?.primary.address, address != primary else { continue }
            throw .refused(
                "\(monitor.address) watches a group \(name.printable) already; its primary is \(address).",
                advice:
                    "If it is the same group, monitors learn of the primary by themselves: name \(address). If not, choose another name.")
        }
        for sighting in survey.answering.flatMap(\.sightings) where sighting.group != name && sighting.primary.address == primary {
            throw .refused("\(primary) is the primary of \(sighting.group) already.", advice: "An instance belongs to one group.")
        }
    }
}

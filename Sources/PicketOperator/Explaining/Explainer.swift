/// Asks every picketd why; where none can tell, draws the conclusion itself.
package struct Explainer: Sendable {
    let panel: Panel

    package init(_ panel: Panel) { self.panel = panel }

    package func explain(_ group: GroupPicture, _ survey: Survey) async -> Explanation {
        let picketds = group.picketds.map(\.address)
        guard !picketds.isEmpty else {
            return Explanation(
                derivedFrom: group, survey: survey, because: "no picketd among the monitors that answer; only a picketd tells more")
        }
        var told: [Explanation] = []
        var old: [Address] = []
        var failures: [String] = []
        for (address, result) in await panel.values(picketds, ["SENTINEL", "EXPLAIN", group.name]) {
            switch result {
            case .success(let value):
                if let explanation = Explanation(value, of: group.name, by: address) { told.append(explanation) }
            case .failure(let failure):
                if failure.isUnknownCommand { old.append(address) } else { failures.append("\(address): \(failure.text)") }
            }
        }
        if !old.isEmpty {
            failures.append(
                "\(FigureText.enumeration(old.map { "\($0)" })) \(old.count == 1 ? "does" : "do") not know SENTINEL EXPLAIN yet")
        }
        // Whoever sees trouble has more to tell than whoever sees none.
        guard var chosen = told.first(where: { $0.state != "ok" }) ?? told.first else {
            return Explanation(derivedFrom: group, survey: survey, because: FigureText.enumeration(failures))
        }
        chosen.dissent = told.compactMap { other in
            guard other.state != chosen.state, case .told(let monitor) = other.source else { return nil }
            return Explanation.Dissent(monitor: monitor, state: other.state, verdict: other.verdict)
        }
        return chosen
    }
}

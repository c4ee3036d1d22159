/// The options and values of `set`, taken apart as SENTINEL SET does.
package struct GroupSettingWords: Hashable, Sendable {
    package struct Setting: Hashable, Sendable {
        package let name: String
        package let values: [String]
    }

    package let settings: [Setting]

    /// With two values; all others have one.
    private static let pairs: Set<String> = ["rename-command", "election-retry"]

    package init(_ words: [String], _ sources: SettingSources) throws(OperatorError) {
        var settings: [Setting] = []
        var rest = words[...]
        while let name = rest.first {
            let count = Self.pairs.contains(name.lowercased()) ? 2 : 1
            guard rest.count > count else {
                throw .usage(
                    "'\(name.printable)' needs \(FigureText.count(count, "value")).",
                    advice: "As in: picket set orders down-after-milliseconds 5000 quorum 2")
            }
            var values: [String] = []
            for value in rest.dropFirst().prefix(count) { values.append(try SecretValue.resolve(value, of: name, sources)) }
            settings.append(Setting(name: name, values: values))
            rest = rest.dropFirst(1 + count)
        }
        guard !settings.isEmpty else {
            throw .usage("Nothing is to be set.", advice: "As in: picket set orders down-after-milliseconds 5000")
        }
        self.settings = settings
    }

    package var words: [String] { settings.flatMap { [$0.name] + $0.values } }

    /// For people: no secret is shown.
    package var text: String {
        settings.map { setting in
            "\(setting.name) \(setting.values.map { SecretValue.isSecret(setting.name) ? "********" : $0 }.joined(separator: " "))"
        }
        .joined(separator: ", ").printable
    }
}

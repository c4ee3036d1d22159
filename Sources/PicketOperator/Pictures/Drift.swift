/// A setting that is not the same on all monitors.
package struct Drift: Hashable, Sendable {
    package let setting: String
    /// Each monitor that told, with its value.
    package let values: [Value]

    package struct Value: Hashable, Sendable {
        package let monitor: Address
        package let value: String
    }

    /// Nil where all have the same.
    package init?(_ setting: String, _ values: [Value]) {
        guard Set(values.map(\.value)).count > 1 else { return nil }
        self.setting = setting
        self.values = values
    }

    /// The value that most have; of several equally frequent ones, the one of the monitor that stands first.
    package var usual: String {
        var best = (value: values[0].value, count: 0)
        for value in values.map(\.value) {
            let count = values.count { $0.value == value }
            if count > best.count { best = (value, count) }
        }
        return best.value
    }

    package var sentence: String {
        let usual = usual
        let others = values.filter { $0.value != usual }.map { "\($0.value.isEmpty ? "none" : $0.value) on \($0.monitor)" }
        return "\(setting) is \(usual.isEmpty ? "none" : usual), but \(FigureText.enumeration(others))"
    }
}

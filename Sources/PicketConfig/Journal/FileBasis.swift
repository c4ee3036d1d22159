import OrderedCollections
import PicketCore

/// What a configuration file that is never written said when it was last read.
///
/// With it the next start can tell what an operator changed in the file from what commands changed since: the third corner of a
/// three-way merge, kept as digests because only "the same as before or not" is asked of it.
package struct FileBasis: Hashable, Sendable {
    package var text: ConfigDigest
    package var settings: ConfigDigest
    package var groups: OrderedDictionary<GroupName, ConfigDigest>

    package init(file: DurableState, text: ConfigDigest) {
        self.text = text
        settings = Self.digest(file.settings)
        groups = OrderedDictionary(uniqueKeysWithValues: file.groups.map { ($0.key, Self.digest($0.value)) })
    }

    init(text: ConfigDigest, settings: ConfigDigest, groups: OrderedDictionary<GroupName, ConfigDigest>) {
        self.text = text
        self.settings = settings
        self.groups = groups
    }

    static func digest(_ settings: MonitorSettings) -> ConfigDigest {
        ConfigDigest(of: ConfigurationLine.joined(settings.journalWords).utf8)
    }

    /// Of what an operator says about a group: its settings and where its primary is. What monitors found out is no part of it.
    static func digest(_ group: DurableGroup) -> ConfigDigest {
        ConfigDigest(of: ConfigurationLine.joined([group.primary.host, String(group.primary.port)] + group.settings.journalWords).utf8)
    }
}

import PicketCore

/// A script that the configuration names. Whether it exists and is executable is for those who may touch files.
package struct ScriptReference: Hashable, Sendable {
    package enum Purpose: Hashable, Sendable { case notification, clientReconfiguration }

    package let group: GroupName
    package let purpose: Purpose
    package let path: String
    package let source: SourceLine

    /// A fault of the path, at the place where it is written.
    package func diagnostic(_ message: String, hint: String? = nil) -> Diagnostic {
        source.diagnostic(at: 3, message, hint: hint)
    }
}

/// What a script does that a monitor runs.
enum ScriptBehaviour: Hashable, Sendable {
    case exits(Int)
    case hangs
    case isMissing
}

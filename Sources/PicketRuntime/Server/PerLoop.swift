import NIOCore

/// One value for each of several loops, made where it is first asked for.
final class PerLoop<Value>: Sendable {
    private let values: LockedBox<[ObjectIdentifier: NIOLoopBound<Value>]> = LockedBox([:])
    private let make: @Sendable () -> Value

    init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    /// That of the loop that this is called on.
    func local(to loop: any EventLoop) -> Value {
        let key = ObjectIdentifier(loop)
        if let known = values.withLock({ $0[key] }) { return known.value }
        // Nobody else makes this loop's in the meantime.
        let bound = NIOLoopBound(make(), eventLoop: loop)
        values.withLock { $0[key] = bound }
        return bound.value
    }

    /// Those that have been asked for, to be taken to their loops.
    var all: [NIOLoopBound<Value>] { values.withLock { Array($0.values) } }
}

import NIOCore

/// A connection that somebody made to an instance of the fleet, or to its control port.
final class FleetConnection {
    let descriptor: Int32
    let id: Int64
    /// Nil: the control port's.
    let instance: FleetInstance?
    /// The beginning of a request whose end has not arrived, or what waits behind a pause.
    var input = ByteBuffer()
    var output = ByteBuffer()
    var name = ""
    var channels: [String] = []
    /// What was said since MULTI.
    var transaction: [[String]]?
    var isTransactionBad = false
    /// A pause keeps its next command waiting.
    var isPaused = false
    /// There is something to be sent at the end of this turn.
    var isFlushDue = false
    /// The system took less than there was: the rest waits for room.
    var awaitsRoom = false
    /// Is to be closed when everything was sent.
    var isEnding = false
    var isClosed = false

    init(descriptor: Int32, id: Int64, instance: FleetInstance?) {
        self.descriptor = descriptor
        self.id = id
        self.instance = instance
    }

    var isSubscriber: Bool { !channels.isEmpty }
}

import NIOCore
import PicketCore

/// The way from clients' loops to the driver: questions over, answers back.
final class ControlLoop: Sendable {
    let loop: any EventLoop
    private let driver: NIOLoopBound<Driver>
    private let desk: NIOLoopBound<AnswerDesk>

    /// On the control loop.
    init(driver: Driver, desk: AnswerDesk) {
        loop = driver.loop
        self.driver = NIOLoopBound(driver, eventLoop: driver.loop)
        self.desk = NIOLoopBound(desk, eventLoop: driver.loop)
    }

    func ask(_ question: Question, _ receive: @escaping @Sendable (Answer) -> Void) {
        loop.execute { [driver, desk] in
            guard let ticket = desk.value.register(receive) else {
                receive(.refused(.other("ERR Too many questions wait for an answer; try again later")))
                return
            }
            driver.value.receive(.asked(ticket, question))
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Supervisor, Instant) -> Value, _ receive: @escaping @Sendable (Value) -> Void
    ) {
        loop.execute { [driver] in receive(body(driver.value.supervisor, MonotonicClock.now)) }
    }

    /// Returns when the core has begun its work.
    func begin() async throws {
        try await loop.submit { [driver] in driver.value.receive(.started) }.get()
    }

    func tell(_ event: Event) {
        loop.execute { [driver] in driver.value.receive(event) }
    }
}

import PicketLab
import Testing

@Suite("A playground's file")
struct PlaygroundStateTests {
    private static let text = """
        picket-lab 1
        quorum 2
        outer 100 5
        node cache-redis-1 redis cache 17000 /opt/with blanks/redis-server
        process 101 77
        relay 102 78
        cut
        node monitor-1 picketd - 17001 /opt/picketd

        """

    @Test("is read as it was written")
    func roundTrip() throws {
        let state = try PlaygroundState(parsing: Self.text, source: "state")
        #expect(state.text == Self.text)
        #expect(state.instances.map(\.executable) == ["/opt/with blanks/redis-server"])
        #expect(state.entries[0].isCut && state.entries[0].process == DetachedProcess(processID: 101, startTicks: 77))
        #expect(state.monitors.map(\.port) == [17_001])
        #expect(state.groups == ["cache"])
        #expect(state.isCuttable)
    }

    @Test(
        "is refused where it is something else",
        arguments: [
            "", "picket-lab 2\n", "picket-lab 1\nquorum x\n", "picket-lab 1\nprocess 1 2\n", "picket-lab 1\nnode a bogus - 1 /x\n",
            "picket-lab 1\nouter 1 -2\n",
        ])
    func faults(text: String) {
        #expect(throws: PlaygroundError.self) { try PlaygroundState(parsing: text, source: "state") }
    }

    @Test("a process id that now is somebody else's counts as gone")
    func reusedID() {
        #expect(DetachedProcess(processID: 1, startTicks: .max).state == .gone)
    }
}

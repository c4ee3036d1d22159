import Testing

@testable import PicketCore

@Suite("Holding instances down")
struct DownTests {
    @Test("a silent primary is held down after down-after and one ping phase, not before")
    func silence() {
        let stage = Stage()
        stage.freeze(.primary)
        stage.advance(.milliseconds(999))
        #expect(!stage.isDown(.primary))
        stage.advance(.milliseconds(251))
        #expect(stage.isDown(.primary))
        #expect(stage.notices.first(.subjectivelyDown)?.subject?.name == "cache")
    }
}

import PicketCore

/// Fresh 40-digit hexadecimal names, from the system's randomness.
enum RandomIdentity {
    static func hexadecimal() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef")
        return String((0..<MonitorID.length).map { _ in digits.randomElement(using: &generator)! })
    }

    static func monitor() -> MonitorID { MonitorID(hexadecimal())! }

    static func seed() -> UInt64 { .random(in: .min ... .max) }
}

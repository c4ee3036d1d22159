/// Why the process cannot start: what to tell, and with which status to end.
package struct StartupFailure: Error, CustomStringConvertible {
    package let description: String
    package let status: Int32

    package init(_ description: String, status: Int32) {
        self.description = description
        self.status = status
    }
}

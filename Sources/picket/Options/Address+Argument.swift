import ArgumentParser
import PicketOperator

extension Address: ExpressibleByArgument {
    public init?(argument: String) {
        guard let address = try? Address(parsing: argument) else { return nil }
        self = address
    }
}

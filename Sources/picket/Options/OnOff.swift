import ArgumentParser
import PicketOperator

enum OnOff: String, CaseIterable, ExpressibleByArgument {
    case on
    case off
}

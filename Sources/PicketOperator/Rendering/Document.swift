/// What a verb tells a program: as JSON or as YAML. Fields keep their order.
package enum Document: Hashable, Sendable {
    case null
    case flag(Bool)
    case number(Int64)
    case decimal(Double)
    case text(String)
    case list([Document])
    case object([Field])

    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: Document

        package init(name: String, value: Document) {
            self.name = name
            self.value = value
        }
    }

    package static func number(_ number: Int?) -> Document { number.map { .number(Int64($0)) } ?? .null }
    package static func number(_ number: Int64?) -> Document { number.map { .number($0) } ?? .null }
    package static func text(_ text: String?) -> Document { text.map { .text($0) } ?? .null }
    package static func text(_ value: (some CustomStringConvertible)?) -> Document { value.map { .text("\($0)") } ?? .null }
    package static func texts(_ texts: [String]) -> Document { .list(texts.map { .text($0) }) }
}

extension Document: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral
{
    package init(dictionaryLiteral elements: (String, Document)...) { self = .object(elements.map { Field(name: $0, value: $1) }) }
    package init(arrayLiteral elements: Document...) { self = .list(elements) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
    package init(integerLiteral value: Int64) { self = .number(value) }
}

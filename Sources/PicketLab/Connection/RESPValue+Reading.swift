import PicketRESP

extension RESPValue {
    /// Of a string of any sort; nil for everything else.
    package var text: String? {
        switch self {
        case .simple(let text), .error(let text), .verbatim(let text): text
        case .bulk(let bytes): bytes.text
        case .integer, .null, .nullArray, .array, .map, .set, .push, .boolean, .double: nil
        }
    }

    package var elements: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// A flat array of names and values, as Sentinel describes an instance. For looking up only: the order is lost.
    package var fields: [String: String]? {
        guard let elements, elements.count.isMultiple(of: 2) else { return nil }
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: elements.count, by: 2) {
            guard let name = elements[index].text, let value = elements[index + 1].text else { return nil }
            fields[name] = value
        }
        return fields
    }
}

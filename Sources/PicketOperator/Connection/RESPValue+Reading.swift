import PicketRESP

extension RESPValue {
    /// Of a string or a number; nil for everything else.
    var text: String? {
        switch self {
        case .simple(let text), .error(let text), .verbatim(let text): text
        case .bulk(let bytes): bytes.text
        case .integer(let number): String(number)
        case .double(let number): "\(number)"
        case .boolean(let isTrue): isTrue ? "1" : "0"
        case .null, .nullArray, .array, .map, .set, .push: nil
        }
    }

    var elements: [RESPValue]? {
        switch self {
        case .array(let values), .set(let values), .push(let values): values
        default: nil
        }
    }

    /// Of a map, or of an array in which names and values take turns, as RESP2 has it.
    var pairs: [(name: String, value: RESPValue)]? {
        switch self {
        case .map(let pairs): return pairs.map { ($0.key.text ?? "", $0.value) }
        case .array(let values) where values.count.isMultiple(of: 2):
            return stride(from: 0, to: values.count, by: 2).map { (values[$0].text ?? "", values[$0 + 1]) }
        default: return nil
        }
    }

    func value(_ name: String) -> RESPValue? { pairs?.first { $0.name == name }?.value }
}

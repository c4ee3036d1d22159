import Foundation

/// Holds a JSON value against a schema of the project's own OpenAPI description: the part of JSON Schema that is used there.
struct SchemaCheck {
    let description: [String: Any]

    init(_ bytes: [UInt8]) throws {
        description = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    }

    var paths: [String: [String: Any]] { description["paths"] as? [String: [String: Any]] ?? [:] }
    private var schemas: [String: [String: Any]] {
        (description["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]] ?? [:]
    }

    /// What is wrong with a body that was answered for this path with this status.
    func faults(_ body: String, path: String, status: Int) -> [String] {
        guard let answers = (paths[path]?["get"] as? [String: Any])?["responses"] as? [String: [String: Any]],
            let answer = answers["\(status)"]
        else { return ["\(path) does not describe \(status)"] }
        guard let schema = ((answer["content"] as? [String: [String: Any]])?["application/json"])?["schema"] as? [String: Any] else {
            return ["\(path) \(status) has no JSON schema"]
        }
        guard let value = try? JSONSerialization.jsonObject(with: Data(body.utf8)) else { return ["\(path): not JSON: \(body.prefix(80))"] }
        return faults(value, schema, path)
    }

    func faults(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = String(reference.split(separator: "/").last ?? "")
            guard let schema = schemas[name] else { return ["\(place): no schema \(name)"] }
            return faults(value, schema, place)
        }
        var faults: [String] = []
        if let choices = schema["enum"] as? [AnyHashable], let value = value as? AnyHashable, !choices.contains(value) {
            faults.append("\(place): \(value) is none of \(choices)")
        }
        switch schema["type"] as? String {
        case "object"?:
            guard let object = value as? [String: Any] else { return ["\(place): not an object"] }
            let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
            for name in schema["required"] as? [String] ?? [] where object[name] == nil { faults.append("\(place).\(name) is missing") }
            for (name, value) in object {
                if let property = properties[name] {
                    faults += self.faults(value, property, "\(place).\(name)")
                } else if schema["additionalProperties"] as? Bool == false {
                    faults.append("\(place).\(name) is not described")
                }
            }
        case "array"?:
            guard let list = value as? [Any] else { return ["\(place): not a list"] }
            for (index, value) in list.enumerated() {
                faults += self.faults(value, schema["items"] as? [String: Any] ?? [:], "\(place)[\(index)]")
            }
        case "string"?: if !(value is String) { faults.append("\(place): not a text") }
        case "boolean"?: if !((value as? NSNumber).map { isBoolean($0) } ?? false) { faults.append("\(place): not true or false") }
        case "integer"?:
            if (value as? NSNumber).map({ isBoolean($0) || $0.doubleValue != $0.doubleValue.rounded() }) ?? true {
                faults.append("\(place): not a whole number")
            }
        case "number"?: if (value as? NSNumber).map({ isBoolean($0) }) ?? true { faults.append("\(place): not a number") }
        default: faults.append("\(place): the schema names no type")
        }
        return faults
    }
}

private func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

/// Addresses with commas between them.
package enum SentinelList {
    static let mostAddresses = 64

    package static func parse(_ text: String) throws(OperatorError) -> [Address] {
        var addresses: [Address] = []
        for part in text.split(separator: ",") {
            let address = try Address(parsing: part.trimmed, defaultPort: Address.sentinelPort)
            if !addresses.contains(address) { addresses.append(address) }
        }
        guard !addresses.isEmpty else {
            throw .usage("No sentinel is named.", advice: "Name some: --sentinels 10.0.0.1:26379,10.0.0.2:26379")
        }
        guard addresses.count <= mostAddresses else {
            throw .usage("\(addresses.count) sentinels are named; at most \(mostAddresses) are asked.")
        }
        return addresses
    }
}

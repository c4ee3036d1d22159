import NIOSSL

/// How connections are encrypted. The names are those of redis-cli's options.
package struct TLSOptions: Hashable, Sendable {
    /// Of the authorities that are trusted; nil: the system's.
    package var authorityFile: String?
    package var certificateFile: String?
    package var keyFile: String?
    /// What the servers are called; nil: the host that is connected to.
    package var serverName: String?
    /// False: whoever answers is believed.
    package var verifies = true

    package init() {}

    func context() throws(OperatorError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if !verifies { configuration.certificateVerification = .none }
        do {
            if let authorityFile { configuration.trustRoots = .file(authorityFile) }
            if let certificateFile {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificateFile).map { .certificate($0) }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: keyFile ?? certificateFile, format: .pem))
            } else if keyFile != nil {
                throw OperatorError.usage("--key needs --cert: a key is of a certificate.")
            }
            return try NIOSSLContext(configuration: configuration)
        } catch let error as OperatorError {
            throw error
        } catch {
            let files = [authorityFile, certificateFile, keyFile].compactMap(\.self).joined(separator: ", ")
            throw .usage(
                "TLS cannot be used with \(files.isEmpty ? "the system's certificates" : files): \(error)",
                advice: "The files must be PEM and readable by you: --cacert, --cert, --key.")
        }
    }

    func handler(for address: Address) throws -> NIOSSLClientHandler {
        let context = try context()
        let name = serverName ?? address.host
        // A number is no name: it is compared with the certificate's addresses, and not sent.
        let isNumber = name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." }
        return try NIOSSLClientHandler(context: context, serverHostname: isNumber ? nil : name)
    }
}

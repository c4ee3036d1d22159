import ArgumentParser
import PicketOperator

/// The names are those of redis-cli.
struct TLSFlags: ParsableArguments {
    @Flag(help: "Talk TLS to the monitors.")
    var tls = false

    @Flag(inversion: .prefixedNo, help: "Talk TLS to the Redis servers. By default as with the monitors.")
    var redisTls: Bool?

    @Option(help: ArgumentHelp("Certificates of the authorities that are trusted, PEM.", valueName: "path"))
    var cacert: String?

    @Option(help: ArgumentHelp("The certificate to show, PEM.", valueName: "path"))
    var cert: String?

    @Option(help: ArgumentHelp("Its key, PEM.", valueName: "path"))
    var key: String?

    @Option(help: ArgumentHelp("The servers' name, where it is not the host that is connected to.", valueName: "name"))
    var sni: String?

    @Flag(help: "Believe whoever answers: no certificate is verified.")
    var insecure = false

    /// Nil: nothing of it was asked for.
    var options: TLSOptions? {
        guard tls || cacert != nil || cert != nil || key != nil || sni != nil || insecure else { return nil }
        var options = TLSOptions()
        options.authorityFile = cacert
        options.certificateFile = cert
        options.keyFile = key
        options.serverName = sni
        options.verifies = !insecure
        return options
    }
}

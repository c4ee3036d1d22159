extension DaemonSettings {
    /// Obeys one directive. `user`, `include` and those about access are the caller's.
    mutating func obey(_ directive: DaemonDirective, _ arguments: Arguments) throws(ArgumentFault) {
        switch directive {
        case .port: port = try arguments.integer(0, in: 0...65535)
        case .bind: bindAddresses = try Self.bindAddresses(arguments)
        case .bindSourceAddress: bindSourceAddress = try arguments.optionalText(0)
        case .unixsocket: unixSocket = try arguments.optionalText(0)
        case .unixsocketperm: unixSocketPermissions = try Self.permissions(arguments)
        case .protectedMode: isProtectedMode = try arguments.isYes(0)
        case .tcpBacklog: tcpBacklog = try arguments.integer(0, in: 0...Int(Int32.max))
        case .tcpKeepalive: tcpKeepalive = try arguments.seconds(0)
        case .timeout: clientTimeout = try arguments.seconds(0)
        case .maxclients: maxClients = try arguments.integer(0, in: 1...Int(Int32.max))
        case .daemonize: isDaemonized = try arguments.isYes(0)
        case .supervised: supervision = try arguments.choice(0)
        case .pidfile: pidFile = try arguments.optionalText(0)
        case .processTitleTemplate: processTitleTemplate = try arguments.optionalText(0)
        case .dir: directory = try arguments.optionalText(0)
        case .loglevel: logLevel = try arguments.choice(0)
        case .logfile: logFile = try arguments.optionalText(0)
        case .syslogEnabled: syslog.isEnabled = try arguments.isYes(0)
        case .syslogIdent: syslog.ident = try arguments.text(0)
        case .syslogFacility: syslog.facility = try arguments.choice(0)
        case .crashLogEnabled: isCrashLogEnabled = try arguments.isYes(0)
        case .outputBufferLimit: try setOutputLimits(arguments)
        case .debugCommand: debugCommand = try arguments.choice(0)
        case .protectedConfigs: protectedConfigs = try arguments.choice(0)
        case .debugAssert: isDebugAssertEnabled = try arguments.isYes(0)
        case .latencyTracking: isLatencyTracked = try arguments.isYes(0)
        case .latencyPercentiles: latencyPercentiles = try Self.percentiles(arguments)
        case .renameCommand:
            renamedCommands.append(RenamedCommand(command: try arguments.text(0).lowercased(), newName: try arguments.text(1)))
        case .httpPort: httpPort = try arguments.integer(0, in: 0...65535)
        case .httpBind:
            httpBindAddresses = try Self.bindAddresses(arguments)
            guard !httpBindAddresses.isEmpty else {
                throw arguments.fault(0, "An address is missing here.", hint: "To serve no HTTP, leave out http-port, or set it to 0.")
            }
        case .httpZone: try setZone(arguments)
        case .historySize:
            historySize = try arguments.memorySize(0)
            guard historySize == 0 || (Self.historySizes).contains(historySize) else {
                throw arguments.fault(0, "The size of the history has to be from 64kb to 1gb, or 0 for none.")
            }
        case .requirepass, .user, .aclfile, .aclLogMaxLength, .aclPubSubDefault, .include: break
        }
    }

    private static func bindAddresses(_ arguments: Arguments) throws(ArgumentFault) -> [BindAddress] {
        if arguments.count == 1, arguments.bytes(0).isEmpty { return [] }
        var addresses: [BindAddress] = []
        for index in arguments.indices {
            let text = try arguments.text(index)
            let mayBeMissing = text.hasPrefix("-")
            let host = mayBeMissing ? String(text.dropFirst()) : text
            guard !host.isEmpty else { throw arguments.fault(index, "An address is missing here.") }
            addresses.append(BindAddress(host: host, mayBeMissing: mayBeMissing))
        }
        return addresses
    }

    /// `http-zone <zone> <host or host:port> …`, any number of times.
    private mutating func setZone(_ arguments: Arguments) throws(ArgumentFault) {
        let zone = try arguments.text(0)
        guard (1...64).contains(zone.count), zone.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7f }) else {
            throw arguments.fault(0, "The name of a zone has 1 to 64 characters, and no blanks.")
        }
        for index in arguments.indices.dropFirst() {
            let place = try arguments.text(index)
            guard !place.isEmpty else { throw arguments.fault(index, "An address is missing here.", hint: "host, or host:port") }
            zones[place] = zone
        }
    }

    private static let historySizes = 64 << 10...1 << 30

    private static func permissions(_ arguments: Arguments) throws(ArgumentFault) -> UInt16 {
        guard let bits = UInt16(try arguments.text(0), radix: 8), bits <= 0o777 else {
            throw arguments.fault(0, "Permissions are three octal digits.", hint: "For example 700: its owner only.")
        }
        return bits
    }

    private static func percentiles(_ arguments: Arguments) throws(ArgumentFault) -> [Double] {
        if arguments.count == 1, arguments.bytes(0).isEmpty { return [] }
        var percentiles: [Double] = []
        for index in arguments.indices {
            guard let percentile = Double(try arguments.text(index)), (0...100).contains(percentile) else {
                throw arguments.fault(index, "A percentile has to be a number from 0 to 100.")
            }
            percentiles.append(percentile)
        }
        return percentiles
    }

    /// `client-output-buffer-limit <class> <hard> <soft> <seconds>`, any number of times in one line.
    private mutating func setOutputLimits(_ arguments: Arguments) throws(ArgumentFault) {
        guard arguments.count.isMultiple(of: 4) else {
            throw arguments.fault(
                arguments.count, "Four values belong to each class of clients.", hint: "<class> <hard limit> <soft limit> <soft seconds>")
        }
        for start in stride(from: 0, to: arguments.count, by: 4) {
            let limit = OutputBufferLimit(
                hardBytes: try arguments.memorySize(start + 1), softBytes: try arguments.memorySize(start + 2),
                softDuration: try arguments.seconds(start + 3))
            switch try arguments.text(start).lowercased() {
            case "normal": normalOutputLimit = limit
            case "pubsub": pubSubOutputLimit = limit
            case "replica", "slave": break
            default: throw arguments.fault(start, "The class of clients has to be one of: normal, replica, pubsub.")
            }
        }
    }
}

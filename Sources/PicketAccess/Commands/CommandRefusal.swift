import PicketRESP

/// Why a request is no command of the table. The texts are Redis', to the letter: clients choose their fallbacks by them.
package enum CommandRefusal: Error, Sendable, Hashable {
    /// The whole request, the unknown name first.
    case unknownCommand([ByteString])
    case unknownSubcommand(ByteString, of: String)
    case wrongNumberOfArguments(fullName: String)
    /// The number fits the table, but no form of the subcommand.
    case unfittingArguments(ByteString, of: String)

    /// How much of a name, and of all arguments together, an error repeats, in bytes.
    private static let shownLimit = 128

    /// The error line without its dash: `ERR unknown command …`.
    package var message: String {
        switch self {
        case .unknownCommand(let request):
            let name = request.first?.shown(limit: Self.shownLimit) ?? ""
            return "ERR unknown command '\(name)', with args beginning with: \(Self.beginning(of: request.dropFirst()))"
        case .unknownSubcommand(let word, let container):
            return "ERR unknown subcommand '\(word.shown(limit: Self.shownLimit))'. Try \(container.uppercased()) HELP."
        case .wrongNumberOfArguments(let fullName):
            return "ERR wrong number of arguments for '\(fullName)' command"
        case .unfittingArguments(let word, let container):
            return "ERR unknown subcommand or wrong number of arguments for '\(word.shown(limit: Self.shownLimit))'. Try "
                + "\(container.uppercased()) HELP."
        }
    }

    package var reply: RESPValue { .error(message) }

    /// Each argument in quotes and with a blank behind it, until as much as the limit is shown.
    private static func beginning(of arguments: ArraySlice<ByteString>) -> String {
        var shown = ""
        for argument in arguments {
            let room = shownLimit - shown.utf8.count
            guard room > 0 else { break }
            shown += "'\(argument.shown(limit: room))' "
        }
        return shown
    }
}

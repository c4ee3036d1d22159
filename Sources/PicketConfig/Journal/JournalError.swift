/// Why a journal cannot be used. Its description tells the monitor's owner what to do; the file is never changed because of it.
package enum JournalError: Error, Hashable, CustomStringConvertible {
    /// The file does not begin as a journal does.
    case notAJournal
    /// A newer version of the program wrote it.
    case unsupportedVersion(String)
    /// Something is wrong with the frame that starts at `byteOffset`, and it is not an interrupted last write.
    case corrupt(byteOffset: Int, reason: String)
    /// An intact frame holds a kind of record that this version does not know.
    case unknownRecord(byteOffset: Int, kind: String)
    /// An intact frame holds a record that does not make sense.
    case malformedRecord(byteOffset: Int, line: Int, reason: String)

    package var description: String {
        switch self {
        case .notAJournal:
            "The state journal does not begin with \"\(JournalCodec.signature)\": this is some other file, or its start was damaged. "
                + Self.advice
        case .unsupportedVersion(let version):
            "The state journal has format \(version); this version of the program reads format \(JournalCodec.version). "
                + "Start the version that wrote it, or a newer one. " + Self.advice
        case .corrupt(let offset, let reason):
            "The state journal is damaged at byte \(offset): \(reason). This is not the trace of an interrupted write, "
                + "which would have been mended silently. " + Self.advice
        case .unknownRecord(let offset, let kind):
            "The state journal holds, in the frame at byte \(offset), a record \(ConfigurationLine.quoted(kind)) which this version of the "
                + "program does not know. Start the version that wrote it, or a newer one. " + Self.advice
        case .malformedRecord(let offset, let line, let reason):
            "The state journal holds, in line \(line) of the frame at byte \(offset), a record that cannot be understood: \(reason). "
                + "Start the version that wrote it, or a newer one. " + Self.advice
        }
    }

    private static let advice = """
        Nothing was changed. If there is a copy of the file from this monitor's last stop, put it in place. To start without it, move it \
        away: the monitor then knows only what its configuration file says. It may have forgotten a vote; so remove the line \
        "sentinel myid" too, and it joins as a new monitor that has not voted.
        """
}

package import Languages

/// One thing to say about a configuration: what is wrong, where, and what would be right.
package struct Diagnostic: Sendable, Hashable {
    /// Whether something must be mended, or is worth knowing.
    package enum Severity: Sendable, Hashable {
        /// The configuration cannot be used.
        case error
        /// Worth knowing; the configuration can be used.
        case note
    }

    package let severity: Severity
    package let code: MessageCode
    package let place: Place
    package let path: ConfigurationPath
    /// One line: the fault, and behind it the remedy.
    package let message: String

    /// Without a code, it has that of its section.
    package init(
        severity: Severity = .error, code: MessageCode? = nil, place: Place, path: ConfigurationPath = .root,
        message: String
    ) {
        self.severity = severity
        self.code = code ?? MessageCode(severity, at: path)
        self.place = place
        self.path = path
        self.message = message
    }
}

extension Diagnostic {
    /// `FILE:LINE:COLUMN: PATH: MESSAGE` on one line; a note says that it is one behind the place. Characters that
    /// could steer a terminal are replaced.
    package func text(in speech: Speech) -> String {
        let severity = severity == .note ? speech("note: ") : ""
        let path = path == .root ? "" : "\(path): "
        return Wording.printable("\(place): \(severity)\(path)\(speech(message))")
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The line in English.
    package var description: String { text(in: Speech(.english)) }
}

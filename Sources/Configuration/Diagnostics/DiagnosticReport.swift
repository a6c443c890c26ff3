package import Languages
import Storage

/// What there is to say about a configuration in forms that programs read.
package enum DiagnosticReport: String, CaseIterable, Sendable {
    /// One JSON object in one line.
    case json
    /// SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines.
    case sarif
    /// Commands of GitHub's workflows, a line each.
    case github

    /// The report on the file at `path`, each line with its end.
    /// - Parameter version: the program's.
    package func text(
        path: String, version: String, diagnostics: Diagnostics, in speech: Speech = Speech(.english)
    ) -> String {
        switch self {
        case .json: Self.json(path, diagnostics, speech).line + "\n"
        case .sarif: Self.sarif(version, diagnostics, speech).page
        case .github: diagnostics.all.map { Self.command($0, speech) + "\n" }.joined()
        }
    }

    private static func json(_ path: String, _ diagnostics: Diagnostics, _ speech: Speech) -> JSONTree {
        .object([
            ("file", .text(path)), ("valid", .flag(!diagnostics.hasErrors)),
            ("errors", .whole(Int64(diagnostics.errorCount))), ("notes", .whole(Int64(diagnostics.noteCount))),
            ("messages", .list(diagnostics.all.map { message($0, speech) })),
        ])
    }

    private static func message(_ diagnostic: Diagnostic, _ speech: Speech) -> JSONTree {
        var members: [(key: String, value: JSONTree)] = [
            ("code", .text(diagnostic.code.name)), ("severity", .text(level(diagnostic))),
            ("file", .text(diagnostic.place.file)),
        ]
        if diagnostic.place.line > 0 {
            members += [
                ("line", .whole(Int64(diagnostic.place.line))), ("column", .whole(Int64(diagnostic.place.column))),
            ]
        }
        if diagnostic.path != .root { members.append(("path", .text(diagnostic.path.description))) }
        members.append(("message", .text(speech(diagnostic.message))))
        return .object(members)
    }

    private static func level(_ diagnostic: Diagnostic) -> String { diagnostic.severity == .note ? "note" : "error" }

    // MARK: SARIF

    private static func sarif(_ version: String, _ diagnostics: Diagnostics, _ speech: Speech) -> JSONTree {
        let all = diagnostics.all
        let codes = MessageCode.allCases.filter { code in all.contains { $0.code == code } }
        let rules = codes.map { code in
            JSONTree.object([
                ("id", .text(code.name)),
                ("shortDescription", .object([("text", .text(code.help.meaning.text(in: speech.language)))])),
                ("help", .object([("text", .text(code.help.remedy.text(in: speech.language)))])),
            ])
        }
        let driver = JSONTree.object([
            ("name", .text("journeyd")), ("version", .text(version)), ("rules", .list(rules)),
        ])
        return .object([
            ("$schema", .text("https://json.schemastore.org/sarif-2.1.0.json")), ("version", .text("2.1.0")),
            (
                "runs",
                .list([
                    .object([
                        ("tool", .object([("driver", driver)])), ("columnKind", .text("unicodeCodePoints")),
                        ("results", .list(all.map { result($0, codes, speech) })),
                    ])
                ])
            ),
        ])
    }

    private static func result(_ diagnostic: Diagnostic, _ codes: [MessageCode], _ speech: Speech) -> JSONTree {
        let place = diagnostic.place
        var location: [(key: String, value: JSONTree)] = [
            ("artifactLocation", .object([("uri", .text(address(of: place.file)))]))
        ]
        if place.line > 0 {
            let region = [("startLine", place.line), ("startColumn", place.column)]
            location.append(("region", .object(region.map { ($0.0, .whole(Int64($0.1))) })))
        }
        var members: [(key: String, value: JSONTree)] = [("physicalLocation", .object(location))]
        if diagnostic.path != .root {
            let path = JSONTree.object([("fullyQualifiedName", .text(diagnostic.path.description))])
            members.append(("logicalLocations", .list([path])))
        }
        return .object([
            ("ruleId", .text(diagnostic.code.name)),
            ("ruleIndex", .whole(Int64(codes.firstIndex(of: diagnostic.code) ?? 0))),
            ("level", .text(level(diagnostic))), ("message", .object([("text", .text(speech(diagnostic.message)))])),
            ("locations", .list([.object(members)])),
        ])
    }

    /// A path as a reference to an URI: an absolute one with its scheme, another as it is.
    private static func address(of path: String) -> String {
        var address = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            let isPlain =
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || "-._~/".utf8.contains(byte)
            address += isPlain ? String(Unicode.Scalar(byte)) : "%" + hexadecimal(byte)
        }
        return address
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    // MARK: Workflow commands

    private static func command(_ diagnostic: Diagnostic, _ speech: Speech) -> String {
        var fields = ["file=" + escaped(diagnostic.place.file, isField: true)]
        if diagnostic.place.line > 0 {
            fields += ["line=\(diagnostic.place.line)", "col=\(diagnostic.place.column)"]
        }
        fields.append("title=" + diagnostic.code.name)
        let path = diagnostic.path == .root ? "" : "\(diagnostic.path): "
        let command = diagnostic.severity == .note ? "notice" : "error"
        let message = escaped(path + speech(diagnostic.message), isField: false)
        return "::\(command) \(fields.joined(separator: ","))::\(message)"
    }

    private static func escaped(_ text: String, isField: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%", "\r", "\n": escaped += "%" + hexadecimal(UInt8(scalar.value))
            case ":", ",": escaped += isField ? "%" + hexadecimal(UInt8(scalar.value)) : String(scalar)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

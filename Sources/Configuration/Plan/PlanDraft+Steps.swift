import Journeys

/// One element of a sequence as it is written.
struct StepDraft {
    /// The name of a positive step; nil for a `not`.
    let name: String?
    let filter: EventFilter
    /// How often a positive step is repeated.
    let times: Int
    /// The `for` of a `not`, in microseconds.
    let wait: Int64?
    let reader: Reader
    /// Where `for` is written, to say that it does not belong there.
    let waitReader: Reader?
}

/// The elements of a moment's `sequence`.
extension PlanDraft {
    /// Names that expressions know by another meaning, or cannot use.
    private static let takenNames: Set<String> = [
        "event", "windows", "now", "customer", "moment", "touchpoint", "profile", "scores", "segments", "steps", "true",
        "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while", "bool", "int", "uint", "double", "string",
        "bytes", "list", "map", "null_type", "type",
    ]

    /// The elements; nil for each that is faulty.
    func steps(_ readers: [Reader]) -> [StepDraft?] {
        // More than this many cannot fit, whatever they are; the fold says so.
        let readers = Array(readers.prefix(SequenceFold.elementLimit))
        let names = readers.compactMap(Self.writtenName)
        var seen: [String: Place] = [:]
        return readers.map { reader in
            reader.object { step($0, names: names, seen: &seen) }
        }
    }

    /// The name that an element gives itself, right or wrong.
    static func writtenName(_ reader: Reader) -> String? {
        guard case .object(let entries) = reader.node.value,
            case .string(let text)? = entries.first(where: { $0.key == "as" })?.value.value
        else { return nil }
        return text
    }

    private func step(_ fields: Fields, names: [String], seen: inout [String: Place]) -> StepDraft? {
        let isGroup = fields.later(LaterVersion.groups)
        let chosen = fields.one(of: ["as", "not"], required: !isGroup)
        _ = fields["contiguity"]?.word(of: ["relaxed"], later: LaterVersion.contiguities)
        let condition = expression(fields["where"], site: .step(of: names), .condition)
        let on = fields["on"]
        let times = fields["times"]
        let waitReader = fields["for"]
        guard let (key, value) = chosen else {
            fields.later(LaterVersion.step)
            return nil
        }
        if key == "not" {
            fields.refuse(["on"], "a \"not\" names its types itself: { not: [\"purchase\", \"refund\"] }")
            fields.refuse(
                ["times"] + LaterVersion.step.map(\.name),
                "it is about a step that binds events, and a \"not\" binds none")
            return StepDraft(
                name: nil, filter: EventFilter(types: eventTypes(value), condition: condition), times: 1,
                wait: waitReader?.duration(), reader: fields.reader, waitReader: waitReader)
        }
        fields.later(LaterVersion.step)
        fields.refuse(["for"], "it is about a \"not\" that ends the sequence; write { not: TYPE, for: \"30m\" }")
        let count = repetitions(times)
        guard let name = stepName(value, seen: &seen) else { return nil }
        return StepDraft(
            name: name, filter: EventFilter(types: eventTypes(on), condition: condition), times: count, wait: nil,
            reader: fields.reader, waitReader: nil)
    }

    private func repetitions(_ reader: Reader?) -> Int {
        guard let reader else { return 1 }
        if case .string(let text) = reader.node.value, text.contains("..") {
            reader.error("a range of repetitions \(LaterVersion.notice); write a number, such as times: 3")
            return 1
        }
        return reader.integer(in: 1...Int64(SequenceFold.positionLimit)).map { Int($0) } ?? 1
    }

    private func stepName(_ reader: Reader, seen: inout [String: Place]) -> String? {
        guard let name = name(reader) else { return nil }
        if let first = seen[name] {
            reader.error("\(Wording.quoted(name)) names two steps; the first is at \(first); rename one")
            return nil
        }
        seen[name] = reader.node.place
        let isWord = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard isWord, let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            reader.error(
                "\(Wording.quoted(name)) is no name that expressions can use; write letters, digits and _, such as \"first_visit\""
            )
            return nil
        }
        if Self.takenNames.contains(name) {
            reader.error("\(Wording.quoted(name)) means something else in expressions; choose another name")
            return nil
        }
        return name
    }
}

import Journeys
import Storage

/// The elements of a moment's `sequence`.
extension PlanDraft {
    /// Names that expressions know by another meaning, or cannot use.
    private static let takenNames: Set<ByteName> = [
        "event", "windows", "now", "customer", "moment", "touchpoint", "profile", "scores", "segments", "steps", "true",
        "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while", "bool", "int", "uint", "double", "string",
        "bytes", "list", "map", "null_type", "type",
    ]
    private static let groups: [StepKey] = [.anyOf, .allOf]
    private static let stepKeys: [StepKey] = [.times, .inner, .greedy, .optional, .until]
    private static let elementKeys = [StepKey.on, .where, .contiguity, .for] + stepKeys

    /// The names of the steps that have been read so far, with their places.
    typealias SeenNames = [ByteName: Place]

    /// The elements; nil for each that is faulty.
    func elements(_ readers: [Reader]) -> [SequenceElement?] {
        // More than this many cannot fit, whatever they are; the fold says so.
        let readers = Array(readers.prefix(SequenceFold.elementLimit))
        let names = Self.writtenNames(readers)
        var seen = SeenNames()
        return readers.map { element($0, names: names, seen: &seen, isGrouped: false) }
    }

    /// The names that the elements give themselves, right or wrong, in the order written.
    static func writtenNames(_ readers: [Reader], depth: Int = 0) -> [String] {
        readers.prefix(SequenceFold.elementLimit).flatMap { reader -> [String] in
            guard case .object(let entries) = reader.node.value else { return [] }
            var names: [String] = []
            for entry in entries {
                if entry.key == StepKey.as.rawValue, case .string(let text) = entry.value.value { names.append(text) }
                guard depth == 0, groups.contains(where: { $0.rawValue == entry.key }),
                    case .list(let branches) = entry.value.value
                else {
                    continue
                }
                for branch in branches {
                    guard case .list(let nodes) = branch.value else { continue }
                    let elements = nodes.map { Reader($0, path: reader.path, diagnostics: reader.diagnostics) }
                    names += writtenNames(elements, depth: 1)
                }
            }
            return names
        }
    }

    private func element(
        _ reader: Reader, names: [String], seen: inout SeenNames, isGrouped: Bool
    ) -> SequenceElement? {
        reader.object(StepKey.self) { fields in
            let keys: [StepKey] = isGrouped ? [.as, .not] : [.as, .not] + Self.groups
            if isGrouped { fields.refuse(Self.groups, "a group does not stand in a group; write each way as a branch") }
            guard let (key, value) = fields.one(of: keys, required: !Self.groups.contains(where: fields.has)) else {
                _ = step(fields, names: names)
                return nil
            }
            switch key {
            case .not: return unwanted(fields, value, names: names).map { .step($0) }
            case .as: return positive(fields, value, names: names, seen: &seen).map { .step($0) }
            default:
                fields.refuse(Self.elementKeys, "it is about one step, not a group; write it in the branches' steps")
                guard let branches = branches(value, names: names, seen: &seen) else { return nil }
                return key == .anyOf ? .anyOf(branches, fields.reader) : .allOf(branches, fields.reader)
            }
        }
    }

    private func branches(_ reader: Reader, names: [String], seen: inout SeenNames) -> [[SequenceElement]]? {
        guard let readers = reader.list(allowEmpty: false) else { return nil }
        var branches: [[SequenceElement]] = []
        var isSound = true
        for branch in readers.prefix(SequenceFold.branchLimit) {
            guard let elements = branch.list(), !elements.isEmpty else {
                if case .list = branch.node.value {
                    branch.error("a branch binds at least one event; write its steps, or leave the branch out")
                }
                isSound = false
                continue
            }
            let read = elements.prefix(SequenceFold.elementLimit).map {
                element($0, names: names, seen: &seen, isGrouped: true)
            }
            isSound = isSound && read.allSatisfy { $0 != nil }
            branches.append(read.compactMap { $0 })
        }
        if readers.count > SequenceFold.branchLimit {
            readers[SequenceFold.branchLimit].error(
                "the group has \(readers.count) branches; write at most \(SequenceFold.branchLimit)")
            return nil
        }
        if isSound, branches.count == 1 {
            reader.error("a group has two branches or more; write the steps of this one without it")
            return nil
        }
        return isSound ? branches : nil
    }

    private func unwanted(_ fields: Fields<StepKey>, _ value: Reader, names: [String]) -> StepDraft? {
        fields.refuse([.on], "a \"not\" names its types itself: { not: [\"purchase\", \"refund\"] }")
        fields.refuse(Self.stepKeys, "it is about a step that binds events, and a \"not\" binds none")
        let contiguity = contiguity(fields[.contiguity], words: ["relaxed", "strict"])
        let condition = expression(fields[.where], site: .step(of: names), .condition)
        let waitReader = fields[.for]
        return StepDraft(
            name: nil, filter: EventFilter(types: eventTypes(value), condition: condition), contiguity: contiguity,
            wait: fields.duration(.for), reader: fields.reader, waitReader: waitReader)
    }

    private func positive(
        _ fields: Fields<StepKey>, _ value: Reader, names: [String], seen: inout SeenNames
    ) -> StepDraft? {
        fields.refuse([.for], "it is about a \"not\" that ends the sequence; write { not: TYPE, for: \"30m\" }")
        let draft = step(fields, names: names)
        guard let name = stepName(value, seen: &seen) else { return nil }
        return StepDraft(
            name: name, filter: draft.filter, contiguity: draft.contiguity, times: draft.times, inner: draft.inner,
            isGreedy: draft.isGreedy, isOptional: draft.isOptional, until: draft.until, reader: fields.reader)
    }

    /// What a positive step says besides its name.
    private func step(_ fields: Fields<StepKey>, names: [String]) -> StepDraft {
        let on = fields[.on]
        let condition = expression(fields[.where], site: .step(of: names), .condition)
        var draft = StepDraft(
            name: nil, filter: EventFilter(types: eventTypes(on), condition: condition),
            contiguity: contiguity(fields[.contiguity]), reader: fields.reader)
        draft.times = repetitions(fields[.times])
        draft.inner = contiguity(fields[.inner])
        draft.isGreedy = fields.bool(.greedy) ?? false
        draft.isOptional = fields.bool(.optional) ?? false
        draft.until = expression(fields[.until], site: .step(of: names), .condition)
        if draft.times.most != nil, fields.has(.until) {
            fields.error(
                at: .until,
                "\"until\" ends repetitions that have no end by themselves; write times: \"\(draft.times.least)..\", "
                    + "or leave it out")
        }
        noteIdle(fields, draft)
        return draft
    }

    /// Notes what a step says that changes nothing.
    private func noteIdle(_ fields: Fields<StepKey>, _ draft: StepDraft) {
        let times = draft.times
        if times.most == 1 {
            fields[.inner]?.note(
                "it is about the events between repetitions, and this step binds one event; write \"times\" too, or "
                    + "leave it out")
        }
        if draft.isGreedy, times.most == times.least {
            let bound = times.least == 1 ? "one event" : "\(times.least) events"
            fields[.greedy]?.note(
                "it is about how many events are bound, and this step binds \(bound), whatever comes; write times: "
                    + "\"\(times.least)..\" for that many or more, or leave it out")
        }
    }

    private func contiguity(
        _ reader: Reader?, words: [String] = ["strict", "relaxed", "any"]
    ) -> PatternPlan.Contiguity {
        switch reader?.word(of: words) {
        case "strict": .strict
        case "any": .any
        default: .relaxed
        }
    }

    private func repetitions(_ reader: Reader?) -> Repetitions {
        guard let reader else { return Repetitions() }
        let most = Int(StepKey.repetitionMost)
        guard case .string(let text) = reader.node.value else {
            let number = reader.integer(in: 1...Int64(most)).map { Int($0) } ?? 1
            var times = Repetitions()
            (times.least, times.most) = (number, number)
            return times
        }
        guard let times = Repetitions(text) else {
            reader.error(
                "\(Wording.quoted(text)) is no number of repetitions; write 3, \"2..4\" (two to four) or \"2..\" "
                    + "(two or more)")
            return Repetitions()
        }
        if times.least < 1 {
            reader.error("repetitions begin at 1; write \"1..\", and optional: true where there may be none")
        } else if let upper = times.most, upper < times.least {
            reader.error("\(upper) is less than \(times.least); write the smaller number first")
        } else if (times.most ?? times.least) > most {
            reader.error("more than \(most) repetitions are too many; write fewer, or leave the end open")
        } else {
            return times
        }
        return Repetitions()
    }

    private func stepName(_ reader: Reader, seen: inout SeenNames) -> String? {
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

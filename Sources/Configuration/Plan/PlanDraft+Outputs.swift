import Endpoints
import Events
import Expressions

/// The section `outputs`.
extension PlanDraft {
    private static let outputLimit = 64

    /// Where lines go; standard output where nothing is said.
    func outputs(_ root: Fields, emit: Set<LineType>) -> [OutputPlan] {
        guard let readers = root["outputs"]?.list(allowEmpty: false) else { return [.standard] }
        if readers.count > Self.outputLimit {
            readers[Self.outputLimit].error("there are \(readers.count) outputs; write at most \(Self.outputLimit)")
        }
        var taken: [OutputPlan.Target] = []
        return readers.prefix(Self.outputLimit).compactMap { reader in
            reader.object { output($0, emit: emit, taken: &taken) }
        }
    }

    private func output(_ fields: Fields, emit: Set<LineType>, taken: inout [OutputPlan.Target]) -> OutputPlan? {
        let reader = fields.required("to")
        let target = reader.flatMap { self.target($0) }
        if let reader, let target {
            if taken.contains(target) {
                reader.error("\(reader.node.summary) is written to already by an output before this; write it once")
            }
            taken.append(target)
        }
        var plan = OutputPlan(target ?? .standard, path: fields.reader.path.description)
        plan.types = onlyTypes(fields["only"], emit: emit)
        plan.condition = fields["where"].flatMap(lineCondition)
        if let control = fields.bool("control") { plan.takesControl = control }
        fields.later(LaterVersion.output)
        return target == nil ? nil : plan
    }

    private func target(_ reader: Reader) -> OutputPlan.Target? {
        guard let text = reader.string() else { return nil }
        if text == "stdout" { return .standard }
        if LaterVersion.outputs.contains(where: text.hasPrefix) {
            reader.error("\(Wording.quoted(text)) \(LaterVersion.notice); write \"stdout\" or \"file:PATH\"")
            return nil
        }
        if text.hasPrefix("file:") {
            let path = String(text.dropFirst("file:".count))
            if path.isEmpty || path.utf8.contains(0) {
                reader.error("\(Wording.quoted(text)) names no file; write \"file:PATH\"")
                return nil
            }
            return .file(path: path)
        }
        let remedy = NearestWord.remedy(for: text, in: ["stdout", "file:PATH"], noun: "outputs")
        reader.error("\(Wording.quoted(text)) is no output\(remedy)")
        return nil
    }

    private func onlyTypes(_ reader: Reader?, emit: Set<LineType>) -> Set<Events.LineType>? {
        guard let reader, let types = reader.words(LineType.self) else { return nil }
        for type in types where !emit.contains(type) {
            reader.note("\"emit\" has no \(Wording.quoted(type.rawValue)), so no such line comes here")
        }
        return Set(
            types.map { type in
                switch type {
                case .decision: .decision
                case .moment: .moment
                case .segment: .segment
                case .score: .score
                case .dropOff: .dropOff
                }
            })
    }

    /// A condition over a line.
    private func lineCondition(_ reader: Reader) -> Program? {
        guard let text = reader.expression() else { return nil }
        var names = DeclaredLineNames()
        do throws(CompileFaults) {
            return try Program.compile(text.text, declarations: &names, expecting: .bool)
        } catch {
            for fault in error.faults { text.error(atByte: fault.offset, fault.message) }
            return nil
        }
    }
}

/// A line's names with what may have been meant where one is unknown.
private struct DeclaredLineNames: Declarations {
    private var names = LineNames()

    mutating func variable(path: [String]) -> (variable: Variable, consumed: Int)? { names.variable(path: path) }

    func suggestion(for path: [String]) -> String? {
        NearestWord.of(path[0], in: LineNames.keys + ["line"]).map { ([$0] + path.dropFirst()).joined(separator: ".") }
    }
}

import Endpoints
import Events
import Expressions

/// The section `outputs`.
extension PlanDraft {
    private static let outputLimit = 64

    /// Where lines go; standard output where nothing is said.
    func outputs(_ root: Fields<RootKey>, emit: Set<LineType>) -> [OutputPlan] {
        guard let readers = root[.outputs]?.list(allowEmpty: false) else { return [.standard] }
        if readers.count > Self.outputLimit {
            readers[Self.outputLimit].error("there are \(readers.count) outputs; write at most \(Self.outputLimit)")
        }
        var taken = TakenPlaces()
        return readers.prefix(Self.outputLimit).compactMap { reader in
            reader.object { output($0, emit: emit, taken: &taken) }
        }
    }

    /// What only one output may have.
    private struct TakenPlaces {
        var targets: [OutputPlan.Target] = []
        var spools: [String] = []
    }

    private func output(_ fields: Fields<OutputKey>, emit: Set<LineType>, taken: inout TakenPlaces) -> OutputPlan? {
        let reader = fields.required(.to)
        let target = reader.flatMap(outputTarget)
        if let reader, let target, !target.isDelivered {
            if taken.targets.contains(target) {
                reader.error("\(reader.node.summary) is written to already by an output before this; write it once")
            }
            taken.targets.append(target)
        }
        var plan = OutputPlan(target ?? .standard, path: fields.reader.path.description)
        plan.types = onlyTypes(fields[.only], emit: emit)
        plan.condition = fields[.where].flatMap(lineCondition)
        if let control = fields.bool(.control) { plan.takesControl = control }
        // Of a target that is not understood, all keys may be right.
        plan.form = form(fields, target: target ?? .web(url: .plain("")))
        plan.delivery = delivery(fields, target: target ?? .web(url: .plain("")), form: plan.form.kind)
        if let spool = plan.delivery.spool {
            if taken.spools.contains(spool.folder) {
                fields.error(at: .spool, "this folder is the spool of an output before this; give each its own")
            }
            taken.spools.append(spool.folder)
        }
        return target == nil ? nil : plan
    }

    private func onlyTypes(_ reader: Reader?, emit: Set<LineType>) -> Set<LineType>? {
        guard let reader, let types = reader.words(LineType.self) else { return nil }
        for type in types where !emit.contains(type) {
            reader.note("\"emit\" has no \(Wording.quoted(type.rawValue)), so no such line comes here")
        }
        return Set(types)
    }

    /// A template, which is an object or a list.
    private func template(_ reader: Reader) -> LineTemplate.Part? {
        switch reader.node.value {
        case .object, .list: return templatePart(reader)
        default:
            reader.error("\(reader.node.summary) is no template; write { NAME: \"EXPRESSION\", … }", code: .wrongKind)
            return nil
        }
    }

    private func templatePart(_ reader: Reader) -> LineTemplate.Part? {
        switch reader.node.value {
        case .object:
            return .object(
                (reader.definitions() ?? []).compactMap { member in
                    templatePart(member.reader).map { (member.name, $0) }
                })
        case .list: return .list(reader.list { templatePart($0) } ?? [])
        case .string: return lineExpression(reader, expecting: nil).map { .value($0) }
        case .number(let number) where !number.isFinite:
            reader.error("\(reader.node.summary) is not a finite number; write one")
            return nil
        case .null, .bool, .integer, .number: return .fixed(Array(reader.node.tree.line.utf8))
        }
    }

    /// A condition over a line.
    private func lineCondition(_ reader: Reader) -> Program? { lineExpression(reader, expecting: .bool) }

    private func lineExpression(_ reader: Reader, expecting type: StaticType?) -> Program? {
        guard let text = reader.expression() else { return nil }
        var names = DeclaredLineNames()
        do throws(CompileFaults) {
            return try Program.compile(text.text, declarations: &names, expecting: type)
        } catch {
            for fault in error.faults { text.error(atByte: fault.offset, fault.message) }
            return nil
        }
    }

    // MARK: Forms

    private func form(_ fields: Fields<OutputKey>, target: OutputPlan.Target) -> FormPlan {
        var form = FormPlan()
        if let reader = fields[.form], case .object = reader.node.value {
            form.kind = .template
            form.template = reader.object(TemplateKey.self) { fields in
                fields.required(.template).flatMap(template).map { LineTemplate($0) }
            }
        } else if let reader = fields[.form],
            let kind = reader.word(of: FormPlan.Kind.words).flatMap(FormPlan.Kind.init(rawValue:))
        {
            form.kind = kind
            if kind == .pagerduty, !target.isWeb {
                reader.error(
                    "\"pagerduty\" is a form of requests; write to: \"https://events.pagerduty.com/v2/enqueue\"")
            }
        }
        if [.cloudevents, .pagerduty].contains(form.kind) {
            if let source = fields[.source].flatMap({ name($0) }) { form.source = source }
        } else {
            fields.refuse([.source], "only the forms \"cloudevents\" and \"pagerduty\" say where a line is from")
        }
        if form.kind == .pagerduty {
            if let severity = fields.word(.severity, FormPlan.Severity.self) { form.severity = severity }
            form.routingKey = fields.required(.routingKey).flatMap { secret($0, allowsPlain: false) }
        } else {
            fields.refuse([.severity, .routingKey], "only the form \"pagerduty\" has it")
        }
        return form
    }
}

extension OutputPlan.Target {
    /// Whether lines are posted to a URL.
    var isWeb: Bool {
        if case .web = self { return true }
        return false
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

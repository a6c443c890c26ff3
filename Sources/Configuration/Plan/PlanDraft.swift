import Analytics
import Decisions
import Endpoints
import Events
import Expressions
import Journal
import Journeys
import Learning
import Storage

/// A plan while the configuration is being read into it.
///
/// Reading never stops at a fault: what cannot be read is left out, and what refers to it by name still finds the name,
/// so that one mistake is one message. A plan is only made of a draft without faults. It is a class because every section
/// is read into the same one, by one task.
final class PlanDraft {
    /// How many definitions of each sort there may be; a thousand of them cost an event next to nothing.
    static let definitionLimit = 10_000
    /// The most bytes of a name; also the most of an event's type and of a channel.
    static let nameLimit = 128

    /// What is known of a moment before, and even where, its plan is not.
    struct MomentDraft {
        let definition: Definition
        let stepNames: [String]
        let plan: MomentPlan?
        /// The most actions chosen for it, and where that is said.
        var choose: (count: Int, reader: Reader)?
        /// The `when`, to say something about it.
        var condition: Reader?
    }

    /// The sections, so that what is written under a misspelt name is read all the same, and what refers to it is no fault.
    private static let sections =
        ConfigurationFiles.mergedSections
        + RootKey.allCases.map(\.rawValue).filter {
            !ConfigurationFiles.mergedSections.names($0)
        }

    /// How many faults there may be before remedies are no longer looked for.
    private static let remedyLimit = 200

    let diagnostics: Diagnostics
    /// The names that have been read, to say which look alike.
    private var lookAlikes = LookAlikes()
    /// Grows as expressions are compiled and types are named.
    var vocabulary: Vocabulary
    private(set) var expressions: [Expression] = []
    /// The expressions of actions.
    var laterReads: [ExpressionNumber] = []
    /// The types of event whose last one actions ask for, and for how many microseconds it matters, in the order of the
    /// windows that remember it. Those windows have no name, and stand behind the ones of the configuration.
    var remembered: [(type: String, length: Int64)] = []
    /// Further ones, behind these, that remember when each value of a `by` last came.
    var rememberedKeys: [WindowPlan] = []
    /// The types of event at which a customer is forgotten.
    var forgetTypes: [Int] = []
    /// Whether customers are found by several ids, and whether a rule is about accounts.
    var hasIdentity = false
    var followsAccounts = false
    /// How many windows the configuration has.
    private(set) var windowCount = 0
    /// Whether a window follows the calendar.
    var usesCalendar = false
    /// The outcomes that actions ask for, and where.
    var askedOutcomes: [(outcome: Outcome, place: Reader)] = []
    /// The outcomes that propensities are learnt from, and where.
    var learntOutcomes: [(outcome: Outcome, place: Reader)] = []
    /// By the right hours of the policy, the types of the events that tell of them.
    var hourTypes: [[Int]] = []
    /// Where event types are named.
    var typeMentions: [(name: String, place: Reader)] = []
    /// The models, by their names.
    var modelDrafts: [ByteName: ModelDraft] = [:]
    /// The budgets that do not say how partitions share them.
    var unsharedBudgets: [Reader] = []
    /// What `input.listen` says.
    var listen = ListenSettings()
    /// What `input.http` says.
    var web = WebSettings()
    /// What the map says of touchpoints, by their names.
    var touchpointNotes: [ByteName: [(language: String, text: String)]] = [:]
    /// Whether there is to be a report though no section asks for one.
    let isForReport: Bool
    /// The expressions of places in `input.mapping`, by their texts.
    var lineExpressions: [ByteName: LineExpression] = [:]
    /// Reads a file that the configuration names.
    let read: ConfigurationFiles.Read
    /// Answers the time zones that the configuration names.
    let zone: @Sendable (String) -> Zone?

    init(
        diagnostics: Diagnostics, projection: Projection = Projection(), isForReport: Bool = false,
        read: @escaping ConfigurationFiles.Read = { _ throws(FileFault) in throw FileFault.missing },
        zone: @escaping @Sendable (String) -> Zone?
    ) {
        self.read = read
        self.isForReport = isForReport
        vocabulary = Vocabulary(projection: projection)
        lookAlikes.pathCount = projection.paths.count
        self.diagnostics = diagnostics
        self.zone = zone
    }

    /// What the sections say.
    private struct Sections {
        let input: InputSettings
        let picture: PictureDraft
        let windows: [WindowDraft]
        let moments: [MomentDraft]
        let actions: [ActionDraft]
        let responses: ResponsePlan?
        let policy: PolicyPlan
        let emit: Set<LineType>
        let outputs: [OutputPlan]
        let journal: JournalSettings
        let kafka: KafkaSettings?
        let report: ReportPlan?
    }

    /// Reads the whole configuration. Nil where anything is wrong with it, which has then been reported.
    func plan(_ root: Reader) -> EnginePlan? {
        let sections = root.mending(Self.sections).object(RootKey.self) { fields in
            version(fields)
            _ = fields[.include]
            tables(fields)
            models(fields)
            hasIdentity = fields.has(.identity)
            var input = inputSettings(fields)
            var picture = PictureDraft()
            declareAttributes(fields)
            picture.touchpoints = touchpoints(fields)
            picture.attributes = attributes(fields)
            let windows = self.windows(fields)
            picture.scores = scores(fields)
            picture.segments = segments(fields)
            windowCount = windows.count
            let moments = self.moments(fields)
            let actions = self.actions(fields, moments: moments)
            let responses = self.responses(fields)
            check(outcomesIn: responses)
            check(learntFrom: responses)
            let policy = self.policy(fields, actions: actions, moments: moments)
            let emit = lineTypes(fields)
            let outputs = self.outputs(fields, emit: emit)
            let kafka = kafkaSettings(fields)
            checkShares(fields, outputs: outputs)
            input.formats.identity?.followsAccounts = followsAccounts
            return Sections(
                input: input, picture: picture, windows: windows, moments: moments, actions: actions,
                responses: responses,
                policy: policy, emit: emit, outputs: outputs, journal: journalSettings(fields), kafka: kafka,
                report: report(fields, touchpoints: picture.touchpoints, moments: moments))
        }
        // Unknown keys are among the errors only now.
        guard let sections, !diagnostics.hasErrors else { return nil }
        let closings = sections.input.formats.identity == nil ? nil : rememberClosings(sections.moments)
        note(picture: sections.picture, windows: sections.windows, emit: sections.emit)
        if followsAccounts { note(accountsIn: sections.picture, windows: sections.windows, moments: sections.moments) }
        note(windows: sections.windows, moments: sections.moments, actions: sections.actions, emit: sections.emit)
        noteMistakenTypes(moments: sections.moments, responses: sections.responses)
        var journeys = JourneyPlan(
            projection: vocabulary.projection, expressions: expressions,
            windows: sections.windows.compactMap(\.plan) + rememberingWindows,
            moments: sections.moments.compactMap(\.plan),
            dedup: sections.input.dedup, laterReads: laterReads, listedPlaces: vocabulary.listedPlaces,
            picture: sections.picture.plan(emit: sections.emit),
            calendar: usesCalendar
                ? CalendarPlan(zone: sections.policy.zone, defaultZone: sections.policy.defaultZone, lookup: zone) : nil
        )
        let waiting = WaitingPlan(
            gather: sections.policy.gather ?? 0, holds: sections.policy.quietHours.contains { $0.then == .hold })
        if waiting.gather > 0 || waiting.holds { journeys.waiting = waiting }
        journeys.tables = vocabulary.tables
        journeys.responses = reading(sections.responses, sections.policy)
        journeys.hasIdentity = sections.input.formats.identity != nil
        journeys.emitsIdentity = sections.emit.contains(.identity)
        journeys.closingMemory = closings?.windows ?? [:]
        journeys.closingKeys = closings?.keys ?? [:]
        journeys.forgetTypes = forgetTypes
        var plan = EnginePlan(
            journeys: journeys, actions: sections.actions.compactMap(\.plan), policy: sections.policy,
            emit: sections.emit, input: sections.input, listen: listen, web: web, outputs: sections.outputs,
            journal: sections.journal, zone: zone)
        plan.responses = sections.responses
        plan.kafka = sections.kafka
        plan.report = sections.report
        plan.report?.settings.actions?.holdout = sections.policy.holdout.map { Double($0.share) / 10_000 }
        if sections.report?.settings.actions != nil, sections.policy.holdout == nil {
            root.note("report.actions has no control group to compare with; write policy: { holdout: { percent: 5 } }")
        }
        plan.noteRules()
        return plan
    }

    /// What events say of decisions, and of the hours at which customers look; nil where nothing is asked of them.
    private func reading(_ responses: ResponsePlan?, _ policy: PolicyPlan) -> ResponseReading? {
        if hourTypes.isEmpty { return responses?.reading }
        var reading = responses?.reading ?? ResponseReading(entries: [])
        (reading.hours, reading.zone) = (hourTypes, policy.zone)
        return reading
    }

    private var rememberingWindows: [WindowPlan] {
        remembered.map { type, length in
            WindowPlan(
                name: "", aggregate: .sinceLast, filter: EventFilter(types: [vocabulary.projection.type(type)]),
                value: .none, extent: .over(length))
        } + rememberedKeys
    }

    private func version(_ root: Fields<RootKey>) {
        guard let version = root.required(.version, as: "version: 1, …") else { return }
        if let number = version.integer(), number != 1 {
            version.error("version \(number) of the configuration's language is not known; write version: 1")
        }
    }

    // MARK: Names

    /// The definitions of a section, with names of a fit length, and no more than there may be.
    func definitions<Key: SectionKey>(_ key: Key, of fields: Fields<Key>) -> [Definition] {
        let definitions = fields.definitions(key)
        if definitions.count > Self.definitionLimit {
            definitions[Self.definitionLimit].error(
                "there are \(definitions.count) \(key.rawValue); write at most \(Self.definitionLimit)")
        }
        for definition in definitions where !(1...Self.nameLimit).contains(definition.name.utf8.count) {
            definition.error("a name has 1 to \(Self.nameLimit) bytes; choose another one", code: .nameForm)
        }
        for definition in definitions {
            if let note = lookAlikes.note("name", [key.rawValue, definition.name], at: definition.place) {
                definition.note(note, code: .lookAlike)
            }
        }
        return Array(definitions.prefix(Self.definitionLimit))
    }

    /// A text of 1 to 128 bytes.
    func name(_ reader: Reader) -> String? {
        guard let text = reader.string() else { return nil }
        if text.utf8.count <= Self.nameLimit { return text }
        reader.error("\(Wording.quoted(text)) is too long; write at most \(Self.nameLimit) bytes", code: .nameForm)
        return nil
    }

    /// One name, or a list of different ones; `"*"`, which may only stand alone, answers nil inside.
    func namesOrAll(_ reader: Reader, all: String) -> [(name: String, reader: Reader)]?? {
        guard case .list = reader.node.value else {
            guard reader.strings() != nil, let name = name(reader) else { return nil }
            return .some(name == "*" ? nil : [(name, reader)])
        }
        guard let readers = reader.list(allowEmpty: false) else { return nil }
        var names: [(name: String, reader: Reader)] = []
        var seen: Set<ByteName> = []
        for reader in readers {
            guard let name = name(reader) else { continue }
            if name == "*" {
                reader.error("\"*\" means \(all); write it alone: \"*\"", code: .nameForm)
            } else if !seen.add(name) {
                reader.error("\(Wording.quoted(name)) is listed twice; take one out", code: .listedTwice)
            } else {
                names.append((name, reader))
            }
        }
        return .some(names)
    }

    /// The numbers of the event types that a key names; nil for every type.
    func eventTypes(_ reader: Reader?) -> [Int]? {
        guard let reader, let names = namesOrAll(reader, all: "every type") else { return nil }
        return names?.map { name, reader in
            if let note = lookAlikes.note("event type", [name], at: reader.node.place) {
                reader.note(note, code: .lookAlike)
            }
            typeMentions.append((name, reader))
            return vocabulary.projection.type(name)
        }
    }

    /// What to write instead of an unknown name. Looking for it takes long among thousands of names, so that is only
    /// done for the first faults.
    func remedy(for name: String, in names: @autoclosure () -> [String], noun: String) -> String {
        diagnostics.errorCount < Self.remedyLimit ? NearestWord.remedy(for: name, in: names(), noun: noun) : ""
    }

    // MARK: Expressions

    typealias Demand = ValueForm.Demand

    /// Compiles the expression; none where there is none, or a faulty one, which is then reported.
    func expression(_ reader: Reader?, site: Site, _ demand: Demand) -> ExpressionNumber {
        guard let reader, let text = reader.expression() else { return .none }
        var names = DeclaredNames(
            vocabulary, site: site, hasRemedies: diagnostics.errorCount < Self.remedyLimit)
        // Lent until the names are known: of what two hold, the first change copies all.
        vocabulary.projection = Projection()
        let faultless: Program?
        do throws(CompileFaults) {
            faultless = try Program.compile(
                text.text, declarations: &names, expecting: demand == .condition ? .bool : nil)
        } catch {
            if Double(text.text) == nil, let number = WrittenNumber(text.text) {
                reader.error(
                    "\(Wording.quoted(text.text)) is not an expression; write \(number.text(ofPercent: false))",
                    code: .expressionFault)
            } else {
                for fault in error.faults { text.error(atByte: fault.offset, names.explained(fault.message)) }
            }
            faultless = nil
        }
        vocabulary.projection = names.vocabulary.projection
        vocabulary.listedPlaces = names.vocabulary.listedPlaces
        for note in lookAlikes.notes(onPaths: vocabulary.projection.paths, at: reader.node.place) {
            reader.note(note, code: .lookAlike)
        }
        guard let program = faultless else { return .none }
        if demand == .number, ![.dyn, .int, .uint, .double].contains(program.type) {
            reader.error("this is of type \(program.type.text), but a number is needed here", code: .expressionType)
            return .none
        }
        if demand == .text, ![.dyn, .string].contains(program.type) {
            reader.error("this is of type \(program.type.text), but text is needed here", code: .expressionType)
            return .none
        }
        let read = program.reads.map { names.names[$0] ?? "" }
        expressions.append(Expression(path: reader.path.description, program: program, names: read))
        return ExpressionNumber(expressions.count - 1)
    }

    /// An object of expressions by name.
    func namedExpressions<Key: SectionKey>(
        _ fields: Fields<Key>, _ key: Key, site: Site
    ) -> [(name: String, expression: ExpressionNumber)] {
        definitions(key, of: fields).map { definition in
            let number = expression(definition.reader, site: site, .anything)
            if !number.isNone, expressions[number].program.type.isOfRecords {
                definition.reader.error(
                    "events are no value that can be written; write what is to be told of them: LIST.map(e, e.id)")
            }
            return (definition.name, number)
        }
    }
}

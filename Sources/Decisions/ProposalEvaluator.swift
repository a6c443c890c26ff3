import Events
import Expressions
import Journeys
import Learning
import Storage

/// Judges the candidates of moments, one after the other, and keeps what came of it until it is taken.
///
/// A value of its own within its proposer, which is entered once for a moment: a class's properties would be guarded
/// against overlapping access one by one, at each of some thousand evaluations.
struct ProposalEvaluator: ~Copyable {
    /// What the evaluator needs of an expression, and its value where that never changes.
    struct Prepared: BitwiseCopyable, Sendable {
        /// Nil where the program has patterns: then the program itself is evaluated.
        var program: PreparedProgram?
        /// The constant number, or NaN.
        var number = Double.nan
        /// Whether the expression is the constant true.
        var isTrue = false
        /// The first expression that says the same.
        var same: ExpressionNumber
    }

    // Rendered, ListMemory and Memory are not private: the compiler needs their layout where
    // another file holds an evaluator.
    /// Whether a payload's expression was evaluated at the moment at hand, and failed.
    struct Rendered: BitwiseCopyable {
        var round: UInt64 = 0
        var fault: Fault?
    }

    /// What the channels of a list came to at a moment.
    struct ListMemory: BitwiseCopyable {
        /// The round in which consent was asked for, and which of the channels have it.
        var round: UInt64 = 0
        var consented: UInt64 = 0
        /// The round in which one was preferred, by which expression, and its place; -1 where it is none of them.
        var preferredRound: UInt64 = 0
        var preferredBy = ExpressionNumber.none
        var preferred: Int32 = -1
    }

    /// What an expression came to at the moment in which it was last evaluated.
    struct Memory: BitwiseCopyable {
        var round: UInt64 = 0
        var number = Double.nan
        var holds = false
        var fault: Fault?
    }

    let actions: Shelf<ActionPlan>
    let plan: DecisionPlan
    let forms: Column<Prepared>
    /// The actions of moment m are `candidates[first[m]..<first[m + 1]]`.
    private let first: Column<Int>
    private let candidates: Column<Int>
    /// The actions as they are judged.
    let judged: ActionForms
    /// What can be worked out without the evaluator.
    var plain: PlainForms
    /// Actions often ask alike: what is said twice is evaluated once for a moment.
    private var conditions: Column<Memory>
    private var numbers: Column<Memory>
    var rendered: Column<Rendered>
    /// Actions mostly share their channels: what is made of a list of them holds for all that have it.
    var chosenLists: Column<ListMemory>
    /// What learnt propensities go by.
    var learnt: LearningLists
    /// The models that say propensities.
    var models: PropensityModels
    /// The channel that was last preferred: the expression, the round, and what it came to.
    private var preference = (expression: ExpressionNumber.none, round: UInt64(0), value: Value.null)
    private(set) var round: UInt64 = 0
    var consent: ConsentEvaluator
    /// The expression that names the customer's time zone, none where nothing asks for that.
    private let zone: ExpressionNumber
    /// The expressions that say caps' maxima, and the values by which budgets count.
    private let maxima: [ExpressionNumber]
    private let keys: [ExpressionNumber]
    let explainsFully: Bool
    private var holds: HoldEvaluator
    /// Whether expressions are asked only to see whether the moment is held: what fails then is
    /// counted when it is proposed.
    private var isProbing = false
    var proposals = Proposals()
    private var text: [UInt8] = []
    /// What is told of the candidate at hand, where decisions are explained in full.
    var evidence: [UInt8] = []
    /// How often each expression failed, and how often it found a value absent, by its number; as long as the highest
    /// number that did.
    var failures: [Int] = []
    var absences: [Int] = []

    init(_ plan: DecisionPlan) {
        self.plan = plan
        actions = Shelf(plan.actions)
        forms = Column(
            plan.expressions.enumerated().map { number, expression in
                var form = Prepared(program: expression.program.prepared, same: plan.same[number])
                if let constant = expression.program.constant {
                    form.number = constant.number ?? .nan
                    if case .bool(true) = constant { form.isTrue = true }
                }
                return form
            })
        var starts = [0]
        for group in plan.candidates { starts.append(starts[starts.count - 1] + group.count) }
        first = Column(starts)
        candidates = Column(plan.candidates.flatMap { $0 })
        models = PropensityModels(plan)
        var plain = PlainForms()
        judged = ActionForms(plan, forms, &plain, models: models.numbers)
        self.plain = plain
        chosenLists = Column<ListMemory>(repeating: ListMemory(), count: judged.listCount)
        conditions = Column<Memory>(repeating: Memory(), count: plan.expressions.count)
        numbers = Column<Memory>(repeating: Memory(), count: plan.expressions.count)
        rendered = Column<Rendered>(repeating: Rendered(), count: plan.expressions.count)
        consent = ConsentEvaluator(plan)
        zone = plan.usesZones ? plan.policy.zone : .none
        maxima = plan.maxima
        keys = plan.budgetKeys
        holds = HoldEvaluator(plan)
        learnt = LearningLists(plan)
        explainsFully = plan.explainsFully
    }

    /// What was proposed since the last call, in the order in which the moments came.
    mutating func takeProposals() -> Proposals {
        if proposals.isEmpty, proposals.responses.isEmpty { return Proposals() }
        var taken = Proposals(candidates: proposals.candidates.count)
        taken.responses.reserveCapacity(proposals.responses.count)
        taken.all.reserveCapacity(proposals.count)
        taken.notes.reserveCapacity(proposals.notes.count)
        taken.features.reserveCapacity(proposals.features.count)
        taken.fragments.reserveCapacity(proposals.fragments.count)
        taken.maxima.reserveCapacity(proposals.maxima.count)
        taken.keys.reserveCapacity(proposals.keys.count)
        taken.bytes.reserve(proposals.bytes.count)
        swap(&taken, &proposals)
        return taken
    }

    /// Takes in what an event says came of some decision; answers its number among those since `takeProposals`.
    mutating func take(_ response: ResponseOccurrence) -> Int {
        let start = proposals.bytes.count
        proposals.bytes.append(response.customerID)
        let zoneStart = proposals.bytes.count
        // What is longer than any zone's name is as unknown as its beginning.
        proposals.bytes.append(response.zone[0..<min(response.zone.count, ZoneClocks.nameLimit + 1)])
        proposals.responses.append(
            ProposedResponse(
                outcome: response.outcome, time: response.time, customerHash: response.customerHash,
                customerStart: start, customerCount: response.customerID.count, reference: response.reference,
                value: response.value, hour: response.hour, looked: response.looked, zoneStart: zoneStart,
                zoneCount: proposals.bytes.count - zoneStart))
        return proposals.responses.count - 1
    }

    /// Whether any action answers the moment.
    func asks(_ moment: MomentNumber) -> Bool { !candidates(of: moment).isEmpty }

    private func candidates(of moment: MomentNumber) -> Range<Int> { first[moment]..<first[moment.index + 1] }

    /// Judges the candidates of a moment, of which there must be some. Values that the evaluator
    /// made before are no longer valid afterwards.
    /// - Returns: the number of the proposal among those since `takeProposals`.
    mutating func propose<Scope: Names & ~Copyable>(
        _ occurrence: Occurrence, names: borrowing Scope, evaluator: inout Evaluator,
        expressions: borrowing Shelf<Expression>
    ) -> Int {
        var range = candidates(of: occurrence.moment)
        if occurrence.isGivenUp { range = range.lowerBound..<range.lowerBound }
        let fragmentStart = proposals.fragments.count
        let customerStart = proposals.bytes.count
        proposals.bytes.append(occurrence.customerID)
        var keyStart = customerStart
        if !occurrence.customerKey.holdsSameBytes(as: occurrence.customerID) {
            keyStart = proposals.bytes.count
            proposals.bytes.append(occurrence.customerKey)
        }
        let eventStart = proposals.bytes.count
        proposals.bytes.append(occurrence.eventID)
        let zoneStart = proposals.bytes.count
        if !zone.isNone { noteZone(names, &evaluator, expressions) }
        proposals.all.append(
            Proposal(
                moment: occurrence.moment, time: occurrence.time, momentID: occurrence.id,
                customerHash: occurrence.customerHash, customerStart: customerStart,
                customerCount: occurrence.customerID.count, keyStart: keyStart,
                keyCount: occurrence.customerKey.count, eventStart: eventStart,
                eventCount: occurrence.eventID.count, zoneStart: zoneStart,
                zoneCount: proposals.bytes.count - zoneStart, maximaStart: proposals.maxima.count,
                keysStart: proposals.keys.count, candidateStart: proposals.candidates.count,
                candidateCount: range.count, isTogether: occurrence.isTogether && !occurrence.isGivenUp,
                verdict: occurrence.isGivenUp ? .quietHours : nil, fragmentStart: fragmentStart))
        consent.begin()
        plain.begin()
        round += 1
        for expression in maxima { proposals.maxima.append(factor(expression, names, &evaluator, expressions)) }
        for expression in keys { noteKey(expression, names, &evaluator, expressions) }
        for index in range {
            let number = candidates[index]
            var candidate = Candidate(action: number)
            if !judgeAsTold(&candidate, at: occurrence.time) {
                judge(&candidate, at: occurrence.time, names, &evaluator, expressions)
            }
            proposals.candidates.append(candidate)
        }
        let number = proposals.all.count - 1
        proposals.all[number].fragmentCount = proposals.fragments.count - fragmentStart
        evaluator.reset()
        return number
    }

    /// Judges a candidate, whatever it takes.
    @inline(never)
    private mutating func judge<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, at time: Instant, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        candidate = Candidate(action: Int(candidate.action))
        if explainsFully { evidence.removeAll(keepingCapacity: true) }
        candidate.blocked = gate(&candidate, time, names, &evaluator, expressions)
        if candidate.blocked == nil { rate(&candidate, names, &evaluator, expressions) }
        if !evidence.isEmpty { noteEvidence(&candidate) }
    }

    private mutating func noteEvidence(_ candidate: inout Candidate) {
        let (start, count) = (proposals.bytes.count, evidence.count)
        proposals.note(of: &candidate) { ($0.evidenceStart, $0.evidenceCount) = (start, count) }
        proposals.bytes.append(evidence)
    }

    /// Notes the name of the customer's time zone. A customer without one is no failure.
    private mutating func noteZone<Scope: Names & ~Copyable>(
        _ names: borrowing Scope, _ evaluator: inout Evaluator, _ expressions: borrowing Shelf<Expression>
    ) {
        let value = value(zone, names, &evaluator, expressions)
        switch value {
        // What is longer than any zone's name is as unknown as its beginning.
        case .string(let name): proposals.bytes.append(name[0..<min(name.count, ZoneClocks.nameLimit + 1)])
        case .null, .error(.noSuchKey), .error(.noSuchField): break
        default: count(value.fault ?? .noSuchOverload, of: zone)
        }
    }

    /// Notes the value by which a budget counts.
    private mutating func noteKey<Scope: Names & ~Copyable>(
        _ expression: ExpressionNumber, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        let value = value(expression, names, &evaluator, expressions)
        text.removeAll(keepingCapacity: true)
        if let fault = value.fault { count(fault, of: expression) }
        proposals.keys.append(!value.isError && value.appendJSON(to: &text) ? text : nil)
    }

    /// Until when the moment is held: where a candidate passes all gates up to `suitable`, and
    /// every channel of all such candidates is in a time that holds, until the first of these ends;
    /// else nil. Values that the evaluator made before are no longer valid afterwards.
    mutating func heldUntil<Scope: Names & ~Copyable>(
        _ occurrence: Occurrence, names: borrowing Scope, evaluator: inout Evaluator,
        expressions: borrowing Shelf<Expression>
    ) -> Instant? {
        guard holds.isNeeded else { return nil }
        isProbing = true
        consent.begin()
        plain.begin()
        round += 1
        let until = heldUntil(occurrence, names, &evaluator, expressions)
        isProbing = false
        evidence.removeAll(keepingCapacity: true)
        evaluator.reset()
        return until
    }

    private mutating func heldUntil<Scope: Names & ~Copyable>(
        _ occurrence: Occurrence, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Instant? {
        var name = View<UInt8>()
        if !zone.isNone, case .string(let text) = value(zone, names, &evaluator, expressions) {
            name = text[0..<min(text.count, ZoneClocks.nameLimit + 1)]
        }
        guard holds.begin(zone: name, at: occurrence.time) else { return nil }
        var until: Instant?
        for index in candidates(of: occurrence.moment) {
            var candidate = Candidate(action: candidates[index])
            guard fitness(&candidate, occurrence.time, names, &evaluator, expressions) == nil else { continue }
            let number = candidates[index]
            // What has no channel meets no quiet hours.
            if judged.actions[number].channelCount == 0 { return nil }
            for place in 0..<Int(judged.actions[number].channelCount)
            where candidate.consented >> UInt64(place) & 1 == 1 {
                guard let end = holds.end(ofAction: number, channel: place) else { return nil }
                until = min(until ?? end, end)
            }
        }
        return until
    }

    /// The first gate that the action fails, up to `suitable`.
    private mutating func fitness<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ time: Instant, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Reason? {
        let number = Int(candidate.action)
        guard judged.actions[number].isEnabled else {
            if explainsFully { tell("enabled", .bool(false)) }
            return .disabled
        }
        if time < judged.actions[number].from || time >= judged.actions[number].until {
            if explainsFully { tellDates(of: number) }
            return .notValidNow
        }
        if consent.isAsked {
            candidate.consented = consents(number, names, &evaluator, expressions)
            if explainsFully { tellConsent(of: number, candidate.consented, names) }
            if candidate.consented == 0, judged.actions[number].channelCount > 0 { return .noConsent }
        }
        for index in 3 * number..<3 * number + 3 {
            if judged.conditions[index].expression.isNone || holds(index, names, &evaluator, expressions) { continue }
            if explainsFully { tellFailed([judged.conditions[index].expression], names) }
            return judged.conditions[index].reason
        }
        return nil
    }

    /// The first gate that the action fails, of those that read no history.
    private mutating func gate<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ time: Instant, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Reason? {
        let number = Int(candidate.action)
        if let reason = fitness(&candidate, time, names, &evaluator, expressions) { return reason }
        let start = Int(judged.actions[number].suppressionStart)
        for index in start..<Int(judged.actions[number].suppressionEnd) {
            let suppression = judged.suppressions[index]
            if let since = plain.microseconds(at: suppression.since, names), since < suppression.length {
                if explainsFully { tellSuppression(index - start, of: number, names) }
                return .suppressed
            }
        }
        return nil
    }

    /// The action's channels for which the customer has given consent.
    private mutating func consents<Scope: Names & ~Copyable>(
        _ number: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> UInt64 {
        let list = Int(judged.actions[number].list)
        if chosenLists[list].round == round { return chosenLists[list].consented }
        var mask: UInt64 = 0
        for place in 0..<Int(judged.actions[number].channelCount) {
            switch consent.rule(ofAction: number, channel: place) {
            case .allowed: mask |= 1 << UInt64(place)
            case .denied: break
            case .asks(let condition):
                let isGiven = consent.answer(condition) ?? holds(condition, names, &evaluator, expressions)
                consent.note(isGiven, for: condition)
                if isGiven { mask |= 1 << UInt64(place) }
            }
        }
        (chosenLists[list].round, chosenLists[list].consented) = (round, mask)
        return mask
    }

    /// Works out the factors of the priority, the channel to try first and, where it may be sent, the payload.
    private mutating func rate<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        let number = Int(candidate.action)
        if !judged.actions[number].isMandatory {
            guard weigh(&candidate, names, &evaluator, expressions) else { return }
        }
        candidate.isRateable = true
        if !judged.actions[number].preferredChannel.isNone { prefer(&candidate, names, &evaluator, expressions) }
        for index in Int(judged.actions[number].askedStart)..<Int(judged.actions[number].askedEnd) {
            render(judged.asked[index], names, &evaluator, expressions)
        }
    }

    /// Whether all three factors are fit for a priority.
    private mutating func weigh<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Bool {
        let number = Int(candidate.action)
        candidate.propensity =
            judged.actions[number].model < 0
            ? factor(3 * number, names, &evaluator, expressions)
            : predicted(Int(judged.actions[number].model), names, &evaluator, expressions)
        guard candidate.propensity >= 0, candidate.propensity <= 1 else {
            if explainsFully {
                tellFailed([actions[number].propensity] + (actions[number].propensityModel?.features ?? []), names)
            }
            return false
        }
        if judged.actions[number].isLearnt { noteLearning(&candidate, names, &evaluator, expressions) }
        candidate.context = factor(3 * number + 1, names, &evaluator, expressions)
        guard candidate.context.isFinite else {
            if explainsFully { tellFailed([actions[number].context], names) }
            return false
        }
        candidate.value = factor(3 * number + 2, names, &evaluator, expressions)
        guard candidate.value.isFinite else {
            if explainsFully { tellFailed([actions[number].value], names) }
            return false
        }
        return true
    }

    private mutating func prefer<Scope: Names & ~Copyable>(
        _ candidate: inout Candidate, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        let number = Int(candidate.action)
        let (expression, same) = (judged.actions[number].preferredChannel, judged.actions[number].preferredAs)
        let list = Int(judged.actions[number].list)
        if !explainsFully, chosenLists[list].preferredRound == round, chosenLists[list].preferredBy == same {
            candidate.preferred = chosenLists[list].preferred
            return
        }
        if preference.expression != same || preference.round != round {
            preference = (same, round, value(same, names, &evaluator, expressions))
        }
        guard case .string(let name) = preference.value else {
            count(preference.value.fault ?? .noSuchOverload, of: expression)
            return
        }
        for place in actions[number].channels.indices where name.isText(actions[number].channels[place]) {
            candidate.preferred = Int32(place)
            if explainsFully { tell("prefers", .string(name)) }
        }
        (chosenLists[list].preferredRound, chosenLists[list].preferredBy) = (round, same)
        chosenLists[list].preferred = candidate.preferred
    }

    /// Has the value of a payload's expression ready as JSON, should an action be chosen that sends it.
    private mutating func render<Scope: Names & ~Copyable>(
        _ asked: PayloadForm, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) {
        let same = asked.same
        if rendered[same].round != round {
            let value = value(same, names, &evaluator, expressions)
            rendered[same] = Rendered(round: round, fault: value.fault)
            text.removeAll(keepingCapacity: true)
            if !value.isError, value.appendJSON(to: &text) {
                proposals.fragments.append(
                    Fragment(expression: same, start: proposals.bytes.count, count: text.count))
                proposals.bytes.append(text)
            }
        }
        if let fault = rendered[same].fault { count(fault, of: asked.expression) }
    }

    // MARK: Expressions

    mutating func value<Scope: Names & ~Copyable>(
        _ expression: ExpressionNumber, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Value {
        if let program = forms[expression].program { return evaluator.evaluate(program, names) }
        return evaluator.evaluate(expressions[expression].program, names)
    }

    private mutating func holds<Scope: Names & ~Copyable>(
        _ expression: ExpressionNumber, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Bool {
        if expression.isNone || forms[expression].isTrue { return true }
        let condition = ActionForm.Condition(
            expression: expression, same: forms[expression].same, reason: .noConsent, test: .always)
        return holds(condition, names, &evaluator, expressions)
    }

    /// Whether an action's gate lets it pass, by the gate's place.
    @inline(__always)
    private mutating func holds<Scope: Names & ~Copyable>(
        _ gate: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Bool {
        if let isSo = plain.holds(judged.conditions[gate].root, names) { return isSo }
        return holds(judged.conditions[gate], names, &evaluator, expressions)
    }

    /// The same, where the evaluator has to decide.
    @inline(never)
    private mutating func holds<Scope: Names & ~Copyable>(
        _ condition: ActionForm.Condition, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Bool {
        let same = condition.same
        if conditions[same].round != round {
            var memory = Memory(round: round)
            if let program = forms[same].program {
                memory.holds = evaluator.holds(program, names)
            } else {
                memory.holds = evaluator.holds(expressions[same].program, names)
            }
            memory.fault = memory.holds ? nil : evaluator.lastFault
            conditions[same] = memory
        }
        if conditions[same].holds { return true }
        if let fault = conditions[same].fault { count(fault, of: condition.expression) }
        return false
    }

    /// The number that the expression comes to: 1 where there is none, NaN where it fails or is no number.
    private mutating func factor<Scope: Names & ~Copyable>(
        _ expression: ExpressionNumber, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Double {
        if expression.isNone { return 1 }
        if !forms[expression].number.isNaN { return forms[expression].number }
        let form = ActionForm.Factor(expression: expression, same: forms[expression].same, number: .nan)
        return factor(form, names, &evaluator, expressions)
    }

    /// The number that one of an action's factors comes to, by the factor's place.
    @inline(__always)
    private mutating func factor<Scope: Names & ~Copyable>(
        _ place: Int, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Double {
        let form = judged.factors[place]
        if !form.number.isNaN { return form.number }
        if let number = plain.number(form.root, names) { return number }
        return factor(form, names, &evaluator, expressions)
    }

    /// The same, where the evaluator has to say.
    @inline(never)
    private mutating func factor<Scope: Names & ~Copyable>(
        _ form: ActionForm.Factor, _ names: borrowing Scope, _ evaluator: inout Evaluator,
        _ expressions: borrowing Shelf<Expression>
    ) -> Double {
        let same = form.same
        if numbers[same].round != round {
            let value = value(same, names, &evaluator, expressions)
            let number = value.number
            numbers[same] = Memory(
                round: round, number: number ?? .nan, fault: number == nil ? value.fault ?? .noSuchOverload : nil)
        }
        if let fault = numbers[same].fault { count(fault, of: form.expression) }
        return numbers[same].number
    }

    mutating func count(_ fault: Fault, of expression: ExpressionNumber) {
        if isProbing { return }
        while failures.count <= expression.index {
            failures.append(0)
            absences.append(0)
        }
        if fault.isAbsence { absences[expression] += 1 } else { failures[expression] += 1 }
    }
}

extension View<UInt8> {
    /// Whether these are the text's UTF-8 bytes.
    fileprivate func isText(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard utf8.count == count else { return false }
        var index = 0
        for byte in utf8 {
            if byte != self[index] { return false }
            index += 1
        }
        return true
    }
}

import Events
import Expressions
import Journeys
import Storage

/// The section `moments`.
extension PlanDraft {
    func moments(_ root: Fields<RootKey>) -> [MomentDraft] {
        definitions(.moments, of: root).map { definition in
            if definition.name == "*" {
                definition.error("\"*\" means every moment where moments are named; choose another name")
            }
            // Under what a sequence's steps are called is asked elsewhere, too.
            let draft = definition.reader.mending(["sequence"]).object { moment($0, definition: definition) }
            return draft ?? MomentDraft(definition: definition, stepNames: [], plan: nil)
        }
    }

    private func moment(_ fields: Fields<MomentKey>, definition: Definition) -> MomentDraft {
        let kind = fields[.kind].flatMap(name)
        let cooldown = fields.duration(.cooldown) ?? 0
        let chosen = fields.one(of: [.sequence, .when])
        let by = fields[.by]
        var trigger: MomentPlan.Trigger?
        var steps: [String] = []
        if chosen?.key == .when {
            trigger = condition(fields)
        } else {
            let sequence = sequence(fields)
            steps = sequence.names
            trigger = sequence.plan.map { .sequence($0) }
        }
        let byNumber = chosen?.key == .when ? .none : expression(by, site: .by(steps: steps), .anything)
        let outputs = namedExpressions(fields, .output, site: .output(steps: steps))
        let level = expression(fields[.level], site: .output(steps: steps), .number)
        if cooldown == 0 {
            fields[.level]?.note(
                "without a cooldown every such moment is told, whatever its level; write a \"cooldown\", or leave it out"
            )
        }
        let repeatEvery = repeats(fields, trigger, cooldown: cooldown)
        let isOfAccount = isOfAccount(fields, .of)
        let plan = trigger.map { trigger in
            var plan = MomentPlan(
                name: definition.name, kind: kind, trigger: trigger, by: byNumber, cooldown: cooldown,
                outputs: outputs)
            plan.repeatEvery = repeatEvery
            plan.level = level
            plan.isOfAccount = isOfAccount
            return plan
        }
        let condition = chosen?.key == .when ? chosen?.value : nil
        var draft = MomentDraft(definition: definition, stepNames: steps, plan: plan, condition: condition)
        if let reader = fields[.choose], let count = fields.integer(.choose) {
            draft.choose = (Int(count), reader)
        }
        return draft
    }

    /// The time after which the moment is told again; 0 for never.
    private func repeats(_ fields: Fields<MomentKey>, _ trigger: MomentPlan.Trigger?, cooldown: Int64) -> Int64 {
        guard let reader = fields[.repeatEvery], let time = fields.duration(.repeatEvery) else { return 0 }
        if case .sequence(let sequence)? = trigger, !sequence.closesWithWait {
            reader.error(
                "only what lasts is told again: a \"when\", or a sequence that closes with a \"not … for\"; end it with "
                    + "{ not: TYPE, for: \"30m\" }, or leave \"repeat\" out")
            return 0
        }
        if time < cooldown {
            reader.note("the cooldown is longer, and holds back what comes before its end")
        }
        return time
    }

    private func condition(_ fields: Fields<MomentKey>) -> MomentPlan.Trigger? {
        let keys: [MomentKey] = [.within, .afterMatch, .maxPartial, .maxBound, .onOverflow, .emitPartial, .among]
        fields.refuse(keys, "it is about a \"sequence\", and this moment has a \"when\"")
        if fields.has(.by) {
            fields.error(
                at: .by, "\"by\" with \"when\" \(LaterVersion.notice); leave it out, or write a \"sequence\"",
                code: .later)
        }
        let number = expression(fields[.when], site: .condition, .condition)
        return number.isNone ? nil : .condition(number)
    }

    private func sequence(_ fields: Fields<MomentKey>) -> (names: [String], plan: SequencePlan?) {
        let readers = fields[.sequence]?.list(allowEmpty: false)
        let names = readers.map { Self.writtenNames($0) } ?? []
        var keys = SequenceFold.Keys()
        keys.hasWithin = fields.has(.within)
        keys.within = fields.duration(.within)
        keys.afterMatch = afterMatch(fields[.afterMatch], steps: names)
        keys.emitsPartial = fields.bool(.emitPartial) ?? false
        keys.dropsNewest = fields.word(.onOverflow) == "drop_newest"
        keys.partialLimit = Int(fields.integer(.maxPartial) ?? MomentKey.partialLimit)
        keys.boundLimit = Int(fields.integer(.maxBound) ?? MomentKey.boundLimit)
        if keys.emitsPartial, !keys.hasWithin {
            fields.error(
                at: .emitPartial, "without \"within\" no partial match runs out of time; write within: \"1h\"")
        }
        guard let readers, let sequence = fields[.sequence] else { return (names, nil) }
        let elements = self.elements(readers)
        let among = among(fields, elements)
        var fold = SequenceFold(keys) { [self] condition in
            !condition.isNone && expressions[condition].program.reads.contains(where: Vocabulary.isOfSteps)
        }
        var plan = fold.plan(elements, of: readers, in: sequence)
        plan?.among = among
        return (names, plan)
    }

    /// The numbers of the only types that the sequence sees; nil for all. A step that is about another one never sees it.
    private func among(_ fields: Fields<MomentKey>, _ elements: [SequenceElement?]) -> [Int]? {
        guard let reader = fields[.among], let among = eventTypes(reader) else { return nil }
        for step in elements.compactMap({ $0 }).flatMap(\.steps) {
            guard let missing = step.filter.types?.first(where: { !among.contains($0) }) else { continue }
            let type = Wording.quoted(vocabulary.projection.types[missing])
            step.reader.error(
                "the sequence does not see \(type), which \"among\" leaves out; write it there too, or not here")
        }
        return among
    }

    private func afterMatch(_ reader: Reader?, steps: [String]) -> PatternPlan.AfterMatch {
        guard let reader else { return .skipPastLastEvent }
        if case .string(let text) = reader.node.value {
            let word = text.prefix { $0 != ":" }
            if word == "skip_to_first" || word == "skip_to_last" {
                let name = String(text.dropFirst(word.count + 1))
                if name.isEmpty {
                    let example = Wording.quoted("\(word):\(steps.first ?? "STEP")")
                    reader.error("\(Wording.quoted(text)) names no step; write one behind it: \(example)")
                    return .skipPastLastEvent
                }
                if let step = steps.place(of: name).map({ StepNumber($0) }) {
                    return word == "skip_to_first" ? .skipToFirst(step) : .skipToLast(step)
                }
                let remedy = remedy(for: name, in: steps, noun: "steps")
                reader.error("the sequence has no step \(Wording.quoted(name))\(remedy)", code: .unknownName)
                return .skipPastLastEvent
            }
        }
        switch reader.word(of: MomentKey.afterMatches) {
        case "no_skip": return .noSkip
        case "skip_to_next": return .skipToNext
        default: return .skipPastLastEvent
        }
    }
}

extension MomentPlan.Trigger {
    /// The expressions that decide whether it comes, as far as they stand by themselves.
    var conditions: [ExpressionNumber] {
        switch self {
        case .condition(let number): [number]
        case .sequence(let sequence):
            sequence.positions.flatMap { [$0.filter.condition] + $0.nots.map(\.condition) }
                + [sequence.closing?.filter.condition ?? .none]
        }
    }
}

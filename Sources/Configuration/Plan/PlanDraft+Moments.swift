import Journeys

/// The section `moments`.
extension PlanDraft {
    private static let partialLimitMost: Int64 = 100_000

    func moments(_ root: Fields) -> [MomentDraft] {
        definitions("moments", of: root).map { definition in
            if definition.name == "*" {
                definition.error("\"*\" means every moment where moments are named; choose another name")
            }
            let draft = definition.reader.object { moment($0, definition: definition) }
            return draft ?? MomentDraft(definition: definition, stepNames: [], plan: nil)
        }
    }

    private func moment(_ fields: Fields, definition: Definition) -> MomentDraft {
        let kind = fields["kind"].flatMap(name)
        let cooldown = fields.duration("cooldown", .zeroOrMore) ?? 0
        let chosen = fields.one(of: ["sequence", "when"])
        let by = fields["by"]
        var trigger: MomentPlan.Trigger?
        var steps: [String] = []
        if chosen?.key == "when" {
            trigger = condition(fields)
        } else {
            let sequence = sequence(fields)
            steps = sequence.names
            trigger = sequence.plan.map { .sequence($0) }
        }
        let byNumber = chosen?.key == "when" ? -1 : expression(by, site: .by(steps: steps), .anything)
        let outputs = namedExpressions(fields, "output", site: .output(steps: steps))
        let plan = trigger.map { trigger in
            MomentPlan(
                name: definition.name, kind: kind, trigger: trigger, by: byNumber, cooldown: cooldown,
                outputs: outputs)
        }
        let condition = chosen?.key == "when" ? chosen?.value : nil
        return MomentDraft(definition: definition, stepNames: steps, plan: plan, condition: condition)
    }

    private func condition(_ fields: Fields) -> MomentPlan.Trigger? {
        let keys = ["within", "after_match", "max_partial"] + LaterVersion.moment.map(\.name)
        fields.refuse(keys, "it is about a \"sequence\", and this moment has a \"when\"")
        if fields.has("by") {
            fields.error(at: "by", "\"by\" with \"when\" \(LaterVersion.notice); leave it out, or write a \"sequence\"")
        }
        let number = expression(fields["when"], site: .condition, .condition)
        return number < 0 ? nil : .condition(number)
    }

    private func sequence(_ fields: Fields) -> (names: [String], plan: SequencePlan?) {
        fields.later(LaterVersion.moment)
        let within = fields.duration("within")
        let most = fields.integer("max_partial", in: 1...Self.partialLimitMost)
        afterMatch(fields["after_match"])
        guard let reader = fields["sequence"], let readers = reader.list(allowEmpty: false) else { return ([], nil) }
        let steps = self.steps(readers)
        var fold = SequenceFold(hasWithin: within != nil || fields.has("within"))
        let isSound = fold.add(steps, of: readers) && fold.close(in: reader)
        guard isSound else { return (readers.prefix(SequenceFold.elementLimit).compactMap(Self.writtenName), nil) }
        let plan = SequencePlan(
            stepNames: fold.stepNames, positions: fold.positions, closing: fold.closing, within: within,
            partialLimit: Int(most ?? 1024))
        return (fold.stepNames, plan)
    }

    private func afterMatch(_ reader: Reader?) {
        guard let reader else { return }
        if case .string(let text) = reader.node.value {
            let word = text.split(separator: ":", maxSplits: 1).first.map(String.init) ?? text
            if LaterVersion.afterMatch.contains(word) {
                reader.error("\(Wording.quoted(text)) \(LaterVersion.notice); write \"skip_past_last_event\"")
                return
            }
        }
        _ = reader.word(of: ["skip_past_last_event"])
    }
}

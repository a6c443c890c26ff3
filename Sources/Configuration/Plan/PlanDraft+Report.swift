import Analytics
import Events
import Expressions
import Journeys
import Storage

/// The section `report`, and what touchpoints say for it.
extension PlanDraft {
    /// The types that are taken for conversions where the configuration does not say, the first that it knows.
    private static let usualConversions = ["purchase", "order_completed", "checkout_completed"]
    /// What may be written for the current event's traits.
    private static let shortForms: [ByteName: String] = [
        "channel": "event.channel", "touchpoint": "touchpoint.name", "stage": "touchpoint.stage",
        "phase": "touchpoint.phase", "medium": "touchpoint.medium", "polarity": "touchpoint.polarity",
        "initiative": "touchpoint.initiative",
    ]

    /// A touchpoint's `note`: one text, or texts by language.
    func notes(_ reader: Reader?) -> [(language: String, text: String)] {
        guard let reader else { return [] }
        if case .string = reader.node.value { return reader.string().map { [("en", $0)] } ?? [] }
        return reader.object(NoteKey.self) { fields in
            NoteKey.allCases.compactMap { language in fields.string(language).map { (language.rawValue, $0) } }
        } ?? []
    }

    func report(_ root: Fields<RootKey>, touchpoints: [Draft<TouchpointPlan>], moments: [MomentDraft]) -> ReportPlan? {
        guard let reader = root[.report] else {
            return isForReport ? chosenReport(touchpoints: touchpoints, moments: moments) : nil
        }
        return reader.object(ReportKey.self) { fields in
            var plan = conversion(fields[.conversion]) ?? chosenConversion(moments)
            if let gap = fields.duration(.visitGap) { plan.settings.visitGap = gap }
            if let gap = fields.duration(.journeyGap) { plan.settings.journeyGap = gap }
            if let span = fields.duration(.lookback) { plan.settings.lookback = span }
            plan.reading.by = by(fields[.by], &plan.settings)
            plan.settings.costs = costs(fields[.costs], touchpoints: touchpoints)
            plan.reading.cost = expression(fields[.cost], site: .report, .number)
            plan.reading.feeling = expression(fields[.feeling], site: .report, .number)
            _ = fields.object(.kpis, ReportMeasuresKey.self) { kpis in
                plan.reading.nps = score(kpis[.nps])
                plan.reading.csat = score(kpis[.csat])
                return true
            }
            actions(fields[.actions], into: &plan)
            return finished(plan, touchpoints: touchpoints)
        }
    }

    private func finished(
        _ drafted: (settings: ReportSettings, reading: ReportReading), touchpoints: [Draft<TouchpointPlan>]
    )
        -> ReportPlan
    {
        var (settings, reading) = drafted
        if !touchpoints.isEmpty {
            reading.isCatalogue = true
            settings.catalogue = touchpoints.compactMap(\.plan).map { plan in
                var touchpoint = ReportSettings.Touchpoint(name: plan.name)
                touchpoint.stage = plan.stage.flatMap { ReportSettings.stages.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
                touchpoint.polarity =
                    plan.polarity.flatMap { ReportSettings.polarities.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
                touchpoint.channel = plan.channel
                touchpoint.isFriction = plan.isFriction
                touchpoint.note = touchpointNotes[plan.name] ?? []
                return touchpoint
            }
        }
        settings.hasValue = !reading.value.isNone
        settings.hasNPS = !reading.nps.isNone
        settings.hasCSAT = !reading.csat.isNone
        settings.hasFeeling = !reading.feeling.isNone
        return ReportPlan(settings: settings, reading: reading)
    }

    // MARK: The conversion

    /// One type, several, or `{ on, where, value }`.
    private func conversion(_ reader: Reader?) -> (settings: ReportSettings, reading: ReportReading)? {
        guard let reader else { return nil }
        guard case .object = reader.node.value else {
            guard let types = eventTypes(reader) else {
                if case .string("*") = reader.node.value {
                    reader.error("\"*\" would make every event a conversion; name the types that are")
                }
                return nil
            }
            return drafted(EventFilter(types: types))
        }
        return reader.object(ReportConversionKey.self) { fields in
            let on = fields.required(.on)
            let types = eventTypes(on)
            if let on, types == nil, case .string("*") = on.node.value {
                on.error("\"*\" would make every event a conversion; name the types that are")
            }
            let condition = expression(fields[.where], site: .report, .condition)
            let value = expression(fields[.value], site: .report, .number)
            var drafted = drafted(EventFilter(types: types ?? [], condition: condition))
            drafted.reading.value = value
            return drafted
        }
    }

    private func drafted(_ filter: EventFilter) -> (settings: ReportSettings, reading: ReportReading) {
        let names = (filter.types ?? []).map { vocabulary.projection.types[$0] }
        return (ReportSettings(conversions: names), ReportReading(conversion: filter))
    }

    private func chosenReport(touchpoints: [Draft<TouchpointPlan>], moments: [MomentDraft]) -> ReportPlan {
        finished(chosenConversion(moments), touchpoints: touchpoints)
    }

    /// What is taken for the conversion where nothing says so: the first of the usual types that
    /// the configuration names, else what its first moment of truth ends in, else any of the usual
    /// ones.
    private func chosenConversion(_ moments: [MomentDraft]) -> (settings: ReportSettings, reading: ReportReading) {
        let known = vocabulary.projection.types
        var filter = EventFilter(types: nil)
        if let usual = Self.usualConversions.first(where: { known.names($0) }) {
            filter.types = [vocabulary.projection.type(usual)]
        } else if let ending = moments.lazy.compactMap({ Self.ending($0.plan) }).first {
            filter = ending
        } else {
            filter.types = Self.usualConversions.map { vocabulary.projection.type($0) }
        }
        var drafted = drafted(filter)
        drafted.settings.isChosen = true
        return drafted
    }

    /// What the sequence of a moment of truth ends in, where that is an event of named types.
    private static func ending(_ plan: MomentPlan?) -> EventFilter? {
        guard let plan, plan.kind == "moment_of_truth", case .sequence(let sequence) = plan.trigger,
            let types = sequence.positions.last?.filter.types
        else { return nil }
        return EventFilter(types: types)
    }

    // MARK: The rest

    private func by(_ reader: Reader?, _ settings: inout ReportSettings) -> [ExpressionNumber] {
        guard let reader else { return [] }
        var readers = [reader]
        if case .list = reader.node.value { readers = reader.list(allowEmpty: false) ?? [] }
        if readers.count > ReportSettings.byMost {
            readers[ReportSettings.byMost].error(
                "there are \(readers.count) expressions in \"by\"; write at most \(ReportSettings.byMost)")
            return []
        }
        var seen: Set<ByteName> = []
        return readers.compactMap { reader in
            guard let text = reader.expression()?.text else { return nil }
            if !seen.insert(ByteName(text)).inserted {
                reader.error("\(Wording.quoted(text)) is listed twice; take one out", code: .listedTwice)
                return nil
            }
            var written = reader
            if let long = Self.shortForms[text] {
                let node = Node(value: .string(long), source: reader.node.source, range: reader.node.range)
                written = Reader(node, path: reader.path, diagnostics: reader.diagnostics)
            }
            settings.by.append(text)
            return expression(written, site: .report, .anything)
        }
    }

    private func costs(_ reader: Reader?, touchpoints: [Draft<TouchpointPlan>]) -> [ReportSettings.Cost] {
        let names = touchpoints.map(\.definition.name)
        return (reader?.definitions() ?? []).compactMap { definition in
            if !names.isEmpty, !names.names(definition.name) {
                definition.error(
                    "there is no touchpoint \(Wording.quoted(definition.name))"
                        + remedy(for: definition.name, in: names, noun: "touchpoints"))
                return nil
            }
            if case .object = definition.reader.node.value {
                return definition.reader.object(ReportCostKey.self) { fields in
                    fields.required(.perThousand)?.number(in: 0...ReportSettings.costMost).map {
                        ReportSettings.Cost(touchpoint: definition.name, amount: $0, isPerThousand: true)
                    }
                }
            }
            return definition.reader.number(in: 0...ReportSettings.costMost).map {
                ReportSettings.Cost(touchpoint: definition.name, amount: $0, isPerThousand: false)
            }
        }
    }

    /// The expression of a KPI's `score`.
    private func score(_ reader: Reader?) -> ExpressionNumber {
        reader?.object(ReportScoreKey.self) { fields in
            expression(fields.required(.score), site: .report, .number)
        } ?? ExpressionNumber.none
    }

    /// What actions are to bring about.
    private func actions(
        _ reader: Reader?, into plan: inout (settings: ReportSettings, reading: ReportReading)
    ) {
        guard let reader else { return }
        _ = reader.object(ReportActionsKey.self) { fields in
            let outcome = fields.required(.outcome)
            let types = eventTypes(outcome)
            if let outcome, types == nil, case .string("*") = outcome.node.value {
                outcome.error("\"*\" would make every event an outcome; name the types that are")
            }
            var settings = ActionSettings(outcomes: (types ?? []).map { vocabulary.projection.types[$0] })
            if let within = fields.duration(.within) { settings.within = within }
            if let customers = fields.integer(.plan) { settings.plan = Int(customers) }
            plan.settings.actions = settings
            plan.reading.outcomes = types ?? []
            return true
        }
    }
}

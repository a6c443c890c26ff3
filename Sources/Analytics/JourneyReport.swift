/// What became of all journeys: the totals of all shards, and the names by which they are told.
package struct JourneyReport: Sendable {
    package internal(set) var settings: ReportSettings
    package internal(set) var touchpoints: NumberedNames
    package internal(set) var channels: NumberedNames
    package internal(set) var traits: TouchpointTraits
    package internal(set) var totals: JourneyTotals
    /// What was counted behind the shards.
    package internal(set) var ledger: JourneyLedger
    /// How far time has come, in microseconds; nil where nothing came.
    package internal(set) var reached: Int64?

    package init(
        settings: ReportSettings, touchpoints: NumberedNames, channels: NumberedNames, traits: TouchpointTraits,
        totals: JourneyTotals, ledger: JourneyLedger, reached: Int64?
    ) {
        self.settings = settings
        self.touchpoints = touchpoints
        self.channels = channels
        self.traits = traits
        self.totals = totals
        self.ledger = ledger
        self.reached = reached
    }

    /// What actions bring about, all together first; empty where nothing was asked for.
    package var proofs: [ActionProof] = []
    /// What learnt propensities promised against what came; empty where none are learnt.
    package var calibration: [CalibrationBin] = []

    /// All figures.
    package var figure: Figure {
        let chances = Chances(self)
        return .table(
            figures(chances) + actionFigures
                + (calibration.isEmpty ? [] : [("calibration", CalibrationBin.figure(calibration))]))
    }

    private var actionFigures: [(String, Figure)] {
        guard let actions = settings.actions, !proofs.isEmpty else { return [] }
        return [
            (
                "actions",
                .table([
                    ("outcome", .list(actions.outcomes.map { .text($0) })), ("within_us", .count(Int(actions.within))),
                    ("plan", .count(actions.plan)), ("list", .list(proofs.map(\.figure))),
                ])
            )
        ]
    }

    private func figures(_ chances: Chances) -> [(String, Figure)] {
        [
            ("report", .count(1)),
            ("conversion", conversionFigure),
            ("settings", settingsFigure),
            ("events", .count(totals.events)),
            ("touches", .count(totals.touches.reduce(0, +))),
            ("customers", .count(totals.customers)),
            ("visits", .count(totals.visits)),
            ("bounces", .count(totals.bounces)),
            (
                "journeys",
                .table([
                    ("converted", .count(totals.converted)), ("lost", .count(totals.lost)),
                    ("open", .count(totals.stillOpen)), ("long", .count(totals.long)),
                ])
            ),
            ("conversion_rate", .ratio(totals.converted, of: totals.converted + totals.lost)),
            ("value", Figure(totals.value)),
            (
                "edges",
                .table([
                    ("visit", edges(totals.visitEdges)),
                    ("journey", .list(edges(totals.journeyEdges).members + edges(totals.conversionEdges).members)),
                ])
            ),
            ("starts", byTouchpoint(totals.starts)),
            ("ends", byTouchpoint(totals.ends)),
            ("journey_starts", byTouchpoint(totals.journeyStarts)),
            ("journey_ends", byTouchpoint(totals.exits)),
            ("variants", variantsFigure),
            ("touches_before_conversion", touchesFigure),
            ("time_to_conversion_us", times(totals.timeToConversion)),
            ("attribution", attribution(chances)),
            ("removal_effect", .table(chances.removal.map { (name($0.touchpoint), Figure($0.effect)) })),
            ("conversion_chance", .number(chances.start)),
            ("friction", friction(chances)),
            ("channel_time_us", channelTime),
            ("touchpoints", touchpointsFigure(chances)),
            ("parts", partsFigure),
            ("stages", stagesFigure),
            ("emotion", emotionFigure),
            ("mend_first", mendFirst(chances)),
            ("strengthen", strengthen(chances)),
            ("kpis", kpis),
            ("retention", retention),
            ("churn", churn),
            ("clv", lifetimeValue),
            ("quality", quality),
        ]
    }

    /// The figures as one JSON text, with a line end.
    package var json: [UInt8] {
        var bytes: [UInt8] = []
        figure.append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    // MARK: Names

    func name(_ touchpoint: Int) -> String {
        touchpoint == TouchpointNumber.conversion
            ? settings.conversions.first ?? "conversion" : touchpoints.text(touchpoint)
    }

    func channel(_ number: Int) -> String { channels.text(number) }

    /// The touchpoints that have a part in journeys, by number.
    var points: [Int] {
        (0..<TouchpointNumber.count).filter { totals.touches[$0] > totals.conversions[$0] }
    }

    // MARK: The parts

    private var conversionFigure: Figure {
        .table([
            ("types", .list(settings.conversions.map { .text($0) })),
            ("chosen_by", .text(settings.isChosen ? "journeyd" : "configuration")),
        ])
    }

    private var settingsFigure: Figure {
        .table([
            ("visit_gap_us", .count(Int(settings.visitGap))), ("journey_gap_us", .count(Int(settings.journeyGap))),
            ("lookback_us", .count(Int(settings.lookback))), ("reached_us", Figure(reached)),
            ("touchpoints", .text(settings.catalogue == nil ? "event types" : "catalogue")),
        ])
    }

    func byTouchpoint(_ counts: [Int]) -> Figure {
        .table(counts.indices.filter { counts[$0] > 0 }.map { (name($0), .count(counts[$0])) })
    }

    private func edges(_ table: EdgeTable) -> Figure {
        let sorted = table.edges.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
        return .list(
            sorted.map { edge in
                .table([
                    ("from", .text(name(edge.from))), ("to", .text(name(edge.to))),
                    ("events", .count(edge.times.count)), ("customers", .count(edge.customers)),
                    ("mean_us", Figure(edge.times.mean)), ("min_us", .count(Int(edge.times.least))),
                    ("max_us", .count(Int(edge.times.most))), ("approximate", approximations(edge.times)),
                ])
            })
    }

    private func approximations(_ times: DurationTotals) -> Figure {
        .table([
            ("p50_us", Figure(times.quantile(percent: 50))), ("p90_us", Figure(times.quantile(percent: 90))),
            ("p99_us", Figure(times.quantile(percent: 99))),
            ("relative_error", .number(DurationSketch.relativeError)),
        ])
    }

    private func times(_ times: DurationTotals) -> Figure {
        .table([
            ("count", .count(times.count)), ("mean", Figure(times.mean)),
            ("min", times.count == 0 ? .none : .count(Int(times.least))),
            ("max", times.count == 0 ? .none : .count(Int(times.most))), ("approximate", approximations(times)),
        ])
    }

    /// How many ways are told.
    private static let topMost = 20

    private var variantsFigure: Figure {
        let kept = ledger.variants.kept
        let counts = kept.map(\.count).sorted(by: >)
        let least = counts.count > JourneyReport.topMost ? counts[JourneyReport.topMost - 1] : 0
        let told = kept.filter { $0.count >= least }.map { variant in
            (path: variant.path.map { variantName($0) }, variant: variant)
        }.sorted { first, second in
            first.variant.count == second.variant.count
                ? JourneyReport.precedes(first.path, second.path) : first.variant.count > second.variant.count
        }
        return .table([
            ("distinct", ledger.variants.isApproximate ? .none : .count(kept.count)),
            ("kept", .count(kept.count)),
            ("error_at_most", .count(kept.map(\.error).max() ?? 0)),
            (
                "top",
                .list(
                    told.prefix(JourneyReport.topMost).map { path, variant in
                        var entries: [(String, Figure)] = [
                            ("path", .list(path.map { .text($0) })), ("count", .count(variant.count)),
                        ]
                        if variant.error > 0 { entries.append(("too_high_by_at_most", .count(variant.error))) }
                        return .table(entries)
                    })
            ),
        ])
    }

    private func variantName(_ number: UInt8) -> String {
        switch number {
        case ClosedJourneys.converted: "conversion"
        case ClosedJourneys.lost: "null"
        default: name(Int(number))
        }
    }

    /// The order of paths by their texts' bytes.
    private static func precedes(_ a: [String], _ b: [String]) -> Bool {
        for (first, second) in zip(a, b) where !first.utf8.elementsEqual(second.utf8) {
            return first.utf8.lexicographicallyPrecedes(second.utf8)
        }
        return a.count < b.count
    }

    var touchesFigure: Figure {
        let converted = totals.convertedAfter
        var reached: [Int] = []
        for counts in [converted, totals.endedAfter, totals.openAfter] { JourneyTotals.add(counts, to: &reached) }
        for place in reached.indices.reversed().dropFirst() { reached[place] += reached[place + 1] }
        var hazard: [Figure] = []
        var survival: [Figure] = []
        var left = 1.0
        for (place, count) in reached.enumerated() {
            let now = place < converted.count ? converted[place] : 0
            hazard.append(.list([.count(place), .count(count), .count(now)]))
            left *= 1 - Double(now) / Double(count)
            survival.append(.list([.count(place), .number(1 - left)]))
        }
        let few = converted.prefix(8).reduce(0, +)
        return .table([
            (
                "histogram",
                .list(
                    converted.indices.filter { converted[$0] > 0 }.map { .list([.count($0), .count(converted[$0])]) })
            ),
            ("median", Figure(median(converted))),
            ("share_at_most_7", .ratio(few, of: totals.converted)),
            ("hazard", .list(hazard)),
            ("converted_share", .list(survival)),
        ])
    }

    /// The lower of the two in the middle.
    private func median(_ counts: [Int]) -> Int? {
        let total = counts.reduce(0, +)
        var seen = 0
        for (number, count) in counts.enumerated() {
            seen += count
            if total > 0, seen > (total - 1) / 2 { return number }
        }
        return nil
    }

    private var channelTime: Figure {
        .table(
            totals.channelTime.indices.filter { totals.channelTimes[$0] > 0 }.map {
                (channel($0), .count(Int(clamping: totals.channelTime[$0])))
            })
    }

    private func attribution(_ chances: Chances) -> Figure {
        var models: [(String, Figure)] = Credit.models.enumerated().map { index, model in
            let credits = totals.credits[index]
            var entries: [(String, Figure)] = (0..<TouchpointNumber.count).filter { totals.creditCounts[index][$0] > 0 }
                .map {
                    (name($0), .number(Credit.number(credits[$0])))
                }
            if totals.creditCounts[index][TouchpointNumber.count] > 0 {
                entries.append(("none", .number(Credit.number(credits[TouchpointNumber.count]))))
            }
            return (model, .table(entries))
        }
        models.append(("markov", .table(chances.removal.map { (name($0.touchpoint), Figure($0.credit)) })))
        return .table(models)
    }

    private var quality: Figure {
        .table([
            ("without_touchpoint", .count(totals.events - totals.touches.reduce(0, +))),
            ("other_touchpoints", .count(totals.touches[TouchpointNumber.other])),
            (
                "refused",
                .table(JourneyTotals.Refused.allCases.map { ("\($0)", .count(totals.refused[$0.rawValue])) })
            ),
        ])
    }
}

/// The chances that journeys have, by the chain of their steps.
struct Chances {
    /// From the start.
    let start: Double
    /// From each touchpoint, by number.
    private(set) var from = [Double](repeating: 0, count: TouchpointNumber.count)
    private(set) var removal: [(touchpoint: Int, effect: Double?, credit: Double?)] = []

    init(_ report: JourneyReport) {
        let totals = report.totals
        let chain = MarkovChain(
            report.points, steps: totals.journeyEdges.count, conversions: totals.conversionsFrom,
            exits: { totals.exits[$0] }, starts: { totals.journeyStarts[$0] },
            directConversions: totals.directConversions)
        let chances = chain.chances()
        let start = chances[chain.states.count]
        for (place, touchpoint) in chain.states.enumerated() { from[touchpoint] = chances[place] }
        let effects = chain.states.indices.map { place -> Double? in
            start > 0 ? 1 - chain.chances(without: place)[chain.states.count] / start : nil
        }
        let total = effects.reduce(0) { $0 + ($1 ?? 0) }
        for (place, touchpoint) in chain.states.enumerated() {
            let effect = effects[place]
            removal.append(
                (touchpoint, effect, effect.flatMap { total > 0 ? $0 / total * Double(report.totals.converted) : nil }))
        }
        self.start = start
    }
}

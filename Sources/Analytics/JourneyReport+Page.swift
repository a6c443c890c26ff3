import Events

/// The figures as the page draws them: small, and never larger than asked for.
extension JourneyReport {
    /// How much of the long lists is told.
    struct Extent {
        var edges: Int
        var days: Int
        var variants: Int
        var cohorts: Int
        var nameLength: Int
        /// Of each part of the journeys.
        var partPoints: Int
        var partEdges: Int
        /// Whether parts are told by value and days together.
        var hasBoth = true
    }

    /// From all that is of use to what fits anywhere.
    private static let extents = [
        Extent(edges: 2000, days: 800, variants: 200, cohorts: 60, nameLength: 256, partPoints: 66, partEdges: 200),
        Extent(edges: 600, days: 400, variants: 100, cohorts: 36, nameLength: 160, partPoints: 66, partEdges: 80),
        Extent(edges: 250, days: 190, variants: 50, cohorts: 24, nameLength: 120, partPoints: 40, partEdges: 30),
        Extent(edges: 250, days: 190, variants: 50, cohorts: 24, nameLength: 120, partPoints: 20, partEdges: 12),
        Extent(
            edges: 200, days: 190, variants: 50, cohorts: 24, nameLength: 120, partPoints: 40, partEdges: 30,
            hasBoth: false),
        Extent(
            edges: 120, days: 100, variants: 20, cohorts: 14, nameLength: 64, partPoints: 16, partEdges: 12,
            hasBoth: false),
        Extent(
            edges: 40, days: 60, variants: 10, cohorts: 8, nameLength: 40, partPoints: 6, partEdges: 6, hasBoth: false),
        Extent(
            edges: 10, days: 15, variants: 3, cohorts: 3, nameLength: 20, partPoints: 0, partEdges: 0, hasBoth: false),
    ]

    /// The figures for the page as JSON: all there is where that fits, else the most frequent edges
    /// and ways and the latest days.
    /// - Parameters:
    ///   - intake: what the run counted beside the report, by name, such as rejected lines.
    ///   - isLive: whether the run goes on.
    ///   - most: the most bytes.
    package func pageJSON(
        intake: [(String, Int)] = [], isLive: Bool = false, most: Int
    ) -> [UInt8] {
        let chances = Chances(self)
        let numbers = (0..<TouchpointNumber.count).filter { totals.touches[$0] > 0 }
        var places = [Int](repeating: -1, count: TouchpointNumber.count)
        for (place, touchpoint) in numbers.enumerated() { places[touchpoint] = place }
        let parts = pageParts(places)
        var bytes: [UInt8] = []
        for extent in JourneyReport.extents {
            bytes.removeAll(keepingCapacity: true)
            pageFigure(chances, numbers, places, parts, extent, intake, isLive).appendTight(to: &bytes)
            if bytes.count <= most { break }
        }
        return bytes
    }

    private func pageFigure(
        _ chances: Chances, _ numbers: [Int], _ places: [Int], _ parts: [PagePart], _ extent: Extent,
        _ intake: [(String, Int)], _ isLive: Bool
    ) -> Figure {
        let entries: [(String, Figure)] = [
            ("live", .flag(isLive)),
            (
                "conversion",
                .table([
                    ("types", .list(settings.conversions.map { .text(short($0, extent)) })),
                    ("chosen", .flag(settings.isChosen)),
                ])
            ),
            (
                "settings",
                .table([
                    ("journey_gap_us", .count(Int(settings.journeyGap))),
                    ("visit_gap_us", .count(Int(settings.visitGap))),
                    ("lookback_us", .count(Int(settings.lookback))), ("reached_us", Figure(reached)),
                ])
            ),
            ("totals", pageTotals),
            ("points", pagePoints(numbers, chances, extent)),
            ("notes", pageNotes(numbers, extent)),
            ("none", .list(totals.credits.map { brief(Credit.number($0[TouchpointNumber.count])) } + [.none])),
            ("edges", pageEdges(places, extent)),
            ("parts", pageFigure(parts, places, extent)),
            ("variants", pageVariants(places, extent)),
            ("touches", pageTouches),
            ("time", .table([("p50_us", Figure(totals.timeToConversion.quantile(percent: 50)))])),
            (
                "channels",
                .list(
                    totals.channelTime.indices.filter { totals.channelTimes[$0] > 0 }.map {
                        .list([.text(short(channel($0), extent)), .count(Int(clamping: totals.channelTime[$0]))])
                    })
            ),
            ("stages", pageStages),
            ("emotion", pageEmotion),
            ("mend_first", pageMend(places, chances)),
            ("strengthen_first", pageStrengthen(places, chances)),
            ("kpis", pageKPIs(extent)),
            ("retention", pageRetention(extent)),
            ("churned", JourneyReport.columns(churn.members.suffix(24))),
            ("clv_by_cohort", JourneyReport.columns(lifetimeValue.members.suffix(24).map(brief))),
            ("rules", pageRules(places, extent)),
            ("actions", pageActions(extent)),
            ("quality", pageQuality(intake)),
        ]
        return .table(entries)
    }

    // MARK: Parts

    func short(_ text: String, _ extent: Extent) -> String {
        text.utf8.count <= extent.nameLength ? text : String(text.unicodeScalars.prefix(extent.nameLength))
    }

    /// A number to as many digits as are seen.
    func brief(_ number: Double) -> Figure {
        guard number.isFinite else { return .none }
        let scale = number.magnitude < 1000 ? 1e6 : 1e2
        let rounded = (number * scale).rounded() / scale
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? .count(Int(rounded)) : .number(rounded)
    }

    func brief(_ figure: Figure) -> Figure {
        switch figure {
        case .number(let number): brief(number)
        case .list(let members): .list(members.map(brief))
        case .table(let entries): .table(entries.map { ($0, brief($1)) })
        default: figure
        }
    }

    func brief(_ number: Double?) -> Figure { number.map { brief($0) } ?? .none }

    /// Rows of one shape as their columns' names and their values.
    static func columns(_ rows: some Sequence<Figure>) -> Figure {
        let rows = Array(rows)
        return .table([
            ("columns", .list((rows.first?.entries ?? []).map { .text($0.0) })),
            ("rows", .list(rows.map { .list($0.entries.map(\.1)) })),
        ])
    }

    private var pageTotals: Figure {
        .table([
            ("events", .count(totals.events)), ("touches", .count(totals.touches.reduce(0, +))),
            ("customers", .count(totals.customers)), ("visits", .count(totals.visits)),
            ("bounces", .count(totals.bounces)), ("converted", .count(totals.converted)), ("lost", .count(totals.lost)),
            ("open", .count(totals.stillOpen)), ("long", .count(totals.long)),
            ("value", brief(Amount.number(totals.value))), ("has_value", .flag(settings.hasValue)),
        ])
    }

    private func pagePoints(_ numbers: [Int], _ chances: Chances, _ extent: Extent) -> Figure {
        let losses = losses(chances)
        return JourneyReport.columns(
            numbers.map { touchpoint in
                let loss = losses.first { $0.touchpoint == touchpoint }
                let known = catalogued(touchpoint)
                let removal = chances.removal.first { $0.touchpoint == touchpoint }
                let isSeen = totals.seen[touchpoint] > 0
                let credits = Credit.models.indices.map { model -> Figure in
                    totals.creditCounts[model][touchpoint] > 0
                        ? brief(Credit.number(totals.credits[model][touchpoint])) : .none
                }
                return .table([
                    ("name", .text(short(name(touchpoint), extent))), ("stage", .count(Int(traits.stages[touchpoint]))),
                    ("channel", known?.channel.map { .text(short($0, extent)) } ?? .none),
                    ("polarity", .count(known?.polarity ?? 0)), ("friction", .count(known?.isFriction == true ? 1 : 0)),
                    ("touches", .count(totals.touches[touchpoint])),
                    ("customers", .count(totals.touchCustomers[touchpoint])),
                    ("reach", .count(totals.reach[touchpoint])),
                    ("conversions", .count(totals.conversions[touchpoint])),
                    ("cost", brief(Amount.number(totals.costs[touchpoint]))),
                    (
                        "feeling",
                        totals.feelingCounts[touchpoint] == 0
                            ? .none
                            : brief(
                                Amount.number(totals.feelings[touchpoint]) / Double(totals.feelingCounts[touchpoint]))
                    ),
                    ("exits", .count(totals.exits[touchpoint])), ("visits", .count(totals.seen[touchpoint])),
                    ("lost", brief(loss?.lost)), ("index", brief(loss?.index)), ("money", brief(loss?.money)),
                    ("drop_off", brief(loss?.dropOff)), ("chance", isSeen ? brief(chances.from[touchpoint]) : .none),
                    ("loops", .count(totals.journeyEdges.count(touchpoint, touchpoint))),
                    ("share_back", brief(.ratio(totals.stepsBack[touchpoint], of: totals.stagedSteps[touchpoint]))),
                    ("p90_us", Figure(timesFrom(touchpoint).quantile(percent: 90))),
                    ("removal", brief(removal?.effect)),
                    ("credits", .list(credits + [brief(removal?.credit)])),
                ])
            })
    }

    private func pageNotes(_ numbers: [Int], _ extent: Extent) -> Figure {
        .table(
            numbers.enumerated().compactMap { place, touchpoint in
                guard let note = catalogued(touchpoint)?.note, !note.isEmpty else { return nil }
                return (
                    "\(place)", .table(note.map { ($0.language, .text(String($0.text.prefix(4 * extent.nameLength)))) })
                )
            })
    }

    private func pageEdges(_ places: [Int], _ extent: Extent) -> Figure {
        var hidden = (edges: 0, steps: 0)
        func rows(_ table: EdgeTable) -> Figure {
            let ordered = table.edges.sorted { first, second in
                let (a, b) = (first.times.count, second.times.count)
                return a == b ? (first.from, first.to) < (second.from, second.to) : a > b
            }
            for edge in ordered.dropFirst(extent.edges) {
                hidden.edges += 1
                hidden.steps += edge.times.count
            }
            return .list(
                ordered.prefix(extent.edges).map { edge in
                    .list([
                        .count(places[edge.from]), .count(places[edge.to]), .count(edge.times.count),
                        .count(edge.customers), .count(Int((edge.times.mean ?? 0).rounded())),
                        Figure(edge.times.quantile(percent: 50)), Figure(edge.times.quantile(percent: 90)),
                    ])
                })
        }
        let told: [(String, Figure)] = [
            ("visit", rows(totals.visitEdges)), ("journey", rows(totals.journeyEdges)),
            ("conversion", rows(totals.conversionEdges)),
        ]
        return .table(told + [("hidden", .list([.count(hidden.edges), .count(hidden.steps)]))])
    }

    private func pageVariants(_ places: [Int], _ extent: Extent) -> Figure {
        // Those that are counted alike are told in the order of their numbers, which is that of the catalogue or the input.
        let ordered = ledger.variants.kept.sorted { first, second in
            first.count == second.count
                ? first.path.lexicographicallyPrecedes(second.path) : first.count > second.count
        }
        return .table([
            ("distinct", ledger.variants.isApproximate ? .none : .count(ordered.count)),
            ("error", .count(ordered.map(\.error).max() ?? 0)),
            (
                "rows",
                .list(
                    ordered.prefix(extent.variants).map { variant in
                        .list(
                            [
                                .count(variant.count), .count(variant.error),
                                .count(variant.path.last == ClosedJourneys.converted ? 1 : 0),
                            ] + variant.path.dropLast().prefix(40).map { .count(places[Int($0)]) })
                    })
            ),
        ])
    }

    private var pageTouches: Figure {
        let touches = touchesFigure
        return .table([
            ("median", touches["median"] ?? .none), ("share_at_most_7", brief(touches["share_at_most_7"] ?? .none)),
            ("hazard", .list(Array((touches["hazard"]?.members ?? []).prefix(100)))),
        ])
    }

    private var pageStages: Figure {
        .table([
            (
                "matrix",
                .list((1...5).map { from in .list((1...5).map { .count(totals.stages[from * 6 + $0]) }) })
            ),
            ("furthest", .list(totals.furthest[1...5].map { .count($0) })),
            ("current", .list(totals.current[1...5].map { .count($0) })),
        ])
    }

    private var pageEmotion: Figure {
        .list((emotionFigure["stages"]?.entries ?? []).map { .list($0.1.entries.map { brief($0.1) }) })
    }

    private func place(_ row: Figure, _ places: [Int]) -> Figure {
        let text = row["touchpoint"]?.plain ?? ""
        return .count(
            (0..<TouchpointNumber.count).first { places[$0] >= 0 && name($0) == text }.map { places[$0] } ?? 0)
    }

    private func pageMend(_ places: [Int], _ chances: Chances) -> Figure {
        let names = [
            ("lost", "lost"), ("money", "money"), ("index", "index"), ("drop_off", "drop_off"),
            ("median", "stage_median_drop_off"), ("won", "won_at_median"), ("money_won", "money_won_at_median"),
        ]
        return JourneyReport.columns(
            mendFirst(chances).members.map { row in
                .table([("i", place(row, places))] + names.map { ($0, brief(row[$1] ?? .none)) })
            })
    }

    private func pageStrengthen(_ places: [Int], _ chances: Chances) -> Figure {
        JourneyReport.columns(
            strengthen(chances).members.map { row in
                .table([
                    ("i", place(row, places)), ("effect", brief(row["removal_effect"] ?? .none)),
                    ("cost", brief(row["cost"] ?? .none)), ("per", row["effect_per_cost"] ?? .none),
                ])
            })
    }

    private func pageRetention(_ extent: Extent) -> Figure {
        .table(
            retention.entries.map { period, cohorts in
                let rows = cohorts.members.suffix(extent.cohorts).map { cohort -> Figure in
                    let shares = (cohort["bought_again"]?.members ?? []).prefix(14).map(brief)
                    return .list([cohort["start"] ?? .none, cohort["customers"] ?? .none, .list(Array(shares))])
                }
                return (period, .list(rows))
            })
    }

    private func pageRules(_ places: [Int], _ extent: Extent) -> Figure {
        .list(
            settings.rules.prefix(200).compactMap { rule in
                let on = rule.touchpoints.compactMap { touchpoints.find($0) }.map { places[Int($0)] }.filter { $0 >= 0 }
                if on.isEmpty { return nil }
                return .table([
                    ("name", .text(short(rule.moment, extent))), ("on", .list(on.map { .count($0) })),
                    ("actions", .list(rule.actions.prefix(8).map { .text(short($0, extent)) })),
                ])
            })
    }

    private func pageQuality(_ intake: [(String, Int)]) -> Figure {
        .table(
            intake.map { ($0, .count($1)) } + [
                ("without_touchpoint", .count(totals.events - totals.touches.reduce(0, +))),
                ("other_touchpoints", .count(totals.touches[TouchpointNumber.other])), ("long", .count(totals.long)),
            ]
                + JourneyTotals.Refused.allCases.map { ("\($0)", .count(totals.refused[$0.rawValue])) })
    }
}

extension Figure {
    /// Appends the figure as JSON without blanks.
    package func appendTight(to bytes: inout [UInt8]) {
        switch self {
        case .list(let members):
            bytes.append(UInt8(ascii: "["))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                member.appendTight(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .table(let entries):
            bytes.append(UInt8(ascii: "{"))
            for (index, (name, member)) in entries.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(jsonString: name)
                bytes.append(UInt8(ascii: ":"))
                member.appendTight(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        default: append(to: &bytes)
        }
    }
}

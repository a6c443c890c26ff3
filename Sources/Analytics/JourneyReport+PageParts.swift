import Events

/// What the page draws of some of the journeys, and its measures.
extension JourneyReport {
    /// Some of the journeys, with where they break off and what follows what, the most frequent first. A conversion is told
    /// as -1.
    struct PagePart {
        let part: Part
        let losses: [(loss: Loss, chance: Double)]
        let edges: [(from: Int, to: Int, count: Int)]
    }

    /// All of them, worked out once, however much of it is told.
    func pageParts(_ places: [Int]) -> [PagePart] {
        parts.map { part in
            let losses = losses(of: part.slice).sorted {
                $0.loss.visits == $1.loss.visits
                    ? $0.loss.touchpoint < $1.loss.touchpoint : $0.loss.visits > $1.loss.visits
            }
            var edges = steps(of: part.slice).map { step in
                (from: places[step.from], to: step.to.map { places[$0] } ?? -1, count: step.count)
            }
            edges.sort { $0.count == $1.count ? ($0.from, $0.to) < ($1.from, $1.to) : $0.count > $1.count }
            return PagePart(part: part, losses: losses, edges: edges)
        }
    }

    /// What there is room for of each: those of one value and of the latest days together only where there is much of it.
    func pageFigure(_ parts: [PagePart], _ places: [Int], _ extent: Extent) -> Figure {
        JourneyReport.columns(
            parts.filter { $0.part.by == nil || $0.part.days == 0 || extent.hasBoth }.map { told in
                let (part, slice) = (told.part, told.part.slice)
                let hidden = told.edges.dropFirst(extent.partEdges)
                let text = part.text.map { String(decoding: $0, as: UTF8.self) }
                return .table([
                    ("by", Figure(part.by)), ("value", text.map { .text(short($0, extent)) } ?? .none),
                    ("isOther", .flag(part.isOther)), ("days", .count(part.days)), ("isBefore", .flag(part.isBefore)),
                    ("converted", .count(slice.converted)), ("lost", .count(slice.lost)),
                    ("value_sum", brief(Amount.number(slice.value))),
                    (
                        "points",
                        .list(
                            told.losses.prefix(extent.partPoints).map { loss, chance in
                                .list([
                                    .count(places[loss.touchpoint]), .count(loss.visits), .count(loss.exits),
                                    brief(loss.lost), brief(chance),
                                ])
                            })
                    ),
                    (
                        "edges",
                        .list(
                            told.edges.prefix(extent.partEdges).map { edge in
                                .list([.count(edge.from), .count(edge.to), .count(edge.count)])
                            })
                    ),
                    ("hidden", .list([.count(hidden.count), .count(hidden.reduce(0) { $0 + $1.count })])),
                ])
            })
    }

    // MARK: Proof

    /// What actions bring about, as far as it is told in the report.
    func pageActions(_ extent: Extent) -> Figure {
        .list(proofs.prefix(extent.variants).map { brief($0.figure) })
    }

    // MARK: Measures

    private func counts(_ metrics: Metrics) -> [(String, Figure)] {
        [
            ("touches", .count(metrics.touches)), ("visits", .count(metrics.visits)),
            ("bounces", .count(metrics.bounces)),
            ("impressions", .count(metrics.impressions)), ("clicks", .count(metrics.clicks)),
            ("cost", brief(Amount.number(metrics.cost))), ("conversions", .count(metrics.converted)),
            ("lost", .count(metrics.lost)), ("sales", brief(Amount.number(metrics.sales))),
        ]
    }

    func pageKPIs(_ extent: Extent) -> Figure {
        let told = kpis
        let total = told["total"]
        let days = totals.days.withReach.filter { $0.metrics != Metrics() }.suffix(extent.days)
        let byValue = settings.by.enumerated().map { index, expression -> Figure in
            var rows = ledger.byValue.values[index].map { value -> Figure in
                let text = value.text.map { Figure.text(short(String(decoding: $0, as: UTF8.self), extent)) } ?? .none
                return .table([("value", text), ("isOther", .count(0))] + counts(value.metrics))
            }
            if ledger.byValue.others[index] != Metrics() {
                rows.append(
                    .table([("value", .text("other")), ("isOther", .count(1))] + counts(ledger.byValue.others[index])))
            }
            return .table([("name", .text(short(expression, extent)))] + JourneyReport.columns(rows).entries)
        }
        return .table([
            ("total", .table(counts(overall))), ("repeat", brief(total?["repeat"] ?? .none)),
            ("csat", brief(total?["csat"] ?? .none)), ("nps", brief(total?["nps"] ?? .none)),
            (
                "by_day",
                JourneyReport.columns(
                    days.map {
                        .table(
                            [("day", .text(Day.text($0.day))), ("reach_30d", .count($0.reach))] + counts($0.metrics))
                    }
                )
            ),
            ("by_value", .list(byValue)),
        ])
    }
}

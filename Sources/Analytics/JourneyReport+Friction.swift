/// Where journeys break off, and what that costs.
extension JourneyReport {
    /// What the friction of one touchpoint comes to.
    struct Loss {
        let touchpoint: Int
        let exits: Int
        let visits: Int
        /// Exits by touches.
        let dropOff: Double?
        /// Conversions that were lost; nil where nobody went on.
        let lost: Double?
        let money: Double?

        var index: Double? { lost.map { 1000 * $0 / Double(visits) } }

        /// - Parameters:
        ///   - chance: that of a conversion from there.
        ///   - meanValue: of a conversion; nil where there is none.
        init(touchpoint: Int, exits: Int, visits: Int, chance: Double, meanValue: Double?) {
            (self.touchpoint, self.exits, self.visits) = (touchpoint, exits, visits)
            let rate = visits > 0 ? Double(exits) / Double(visits) : nil
            dropOff = rate
            lost = rate.flatMap { exits < visits ? Double(exits) * chance / (1 - $0) : nil }
            money = lost.flatMap { lost in meanValue.map { lost * $0 } }
        }
    }

    private var meanValue: Double? {
        totals.converted > 0 ? Amount.number(totals.value) / Double(totals.converted) : nil
    }

    func losses(_ chances: Chances) -> [Loss] {
        points.map { touchpoint in
            Loss(
                touchpoint: touchpoint, exits: totals.exits[touchpoint], visits: totals.seen[touchpoint],
                chance: chances.from[touchpoint],
                meanValue: meanValue)
        }
    }

    /// The times from a touchpoint to the next touch of the visit.
    func timesFrom(_ touchpoint: Int) -> DurationTotals {
        var times = DurationTotals()
        for edge in totals.visitEdges.edges where edge.from == touchpoint { times.merge(edge.times) }
        return times
    }

    func catalogued(_ touchpoint: Int) -> ReportSettings.Touchpoint? {
        guard let catalogue = settings.catalogue, touchpoint < TouchpointNumber.other else { return nil }
        let name = name(touchpoint)
        return catalogue.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    func friction(_ chances: Chances) -> Figure {
        .table(
            losses(chances).map { loss in
                let touchpoint = loss.touchpoint
                let polarity = catalogued(touchpoint)?.polarity ?? 0
                return (
                    name(touchpoint),
                    .table([
                        ("exits", .count(loss.exits)), ("visits", .count(loss.visits)),
                        ("lost", Figure(loss.lost)), ("index", Figure(loss.index)), ("money", Figure(loss.money)),
                        ("drop_off", Figure(loss.dropOff)),
                        ("chance", loss.visits > 0 ? .number(chances.from[touchpoint]) : .none),
                        ("loops", .count(totals.journeyEdges.count(touchpoint, touchpoint))),
                        ("share_back", .ratio(totals.stepsBack[touchpoint], of: totals.stagedSteps[touchpoint])),
                        ("negative", polarity == 0 ? .none : .flag(polarity == 3)),
                        (
                            "time_to_next_p90_us",
                            Figure(timesFrom(touchpoint).quantile(percent: 90))
                        ),
                    ])
                )
            })
    }

    func touchpointsFigure(_ chances: Chances) -> Figure {
        let all = (0..<TouchpointNumber.count).filter { totals.touches[$0] > 0 }
        return .list(
            all.map { touchpoint in
                let known = catalogued(touchpoint)
                var entries: [(String, Figure)] = [
                    ("name", .text(name(touchpoint))),
                    ("stage", stageName(Int(traits.stages[touchpoint]))),
                    ("channel", known?.channel.map { .text($0) } ?? .none),
                    ("polarity", polarityName(known?.polarity ?? 0)),
                    ("friction", known.map { .flag($0.isFriction) } ?? .none),
                    ("touches", .count(totals.touches[touchpoint])),
                    ("customers", .count(totals.touchCustomers[touchpoint])),
                    ("reach_30d", .count(totals.reach[touchpoint])),
                    ("conversions", .count(totals.conversions[touchpoint])),
                    ("cost", Figure(totals.costs[touchpoint])),
                    ("feeling", feeling(totals.feelings[touchpoint], totals.feelingCounts[touchpoint])),
                ]
                if let note = known?.note, !note.isEmpty {
                    entries.append(("note", .table(note.map { ($0.language, .text($0.text)) })))
                }
                return .table(entries)
            })
    }

    // MARK: What to do

    /// Touchpoints by the money that their exits cost, then by index; with what would be won if their drop-off fell to the
    /// median of their stage.
    func mendFirst(_ chances: Chances) -> Figure {
        let losses = losses(chances).filter { $0.exits > 0 && $0.lost != nil }
        let ranked = losses.sorted { first, second in
            let (a, b) = (first.money ?? 0, second.money ?? 0)
            if a != b { return a > b }
            let (c, d) = (first.index ?? 0, second.index ?? 0)
            return c == d ? first.touchpoint < second.touchpoint : c > d
        }
        return .list(
            ranked.map { loss in
                let rates = self.losses(chances).filter {
                    traits.stages[$0.touchpoint] == traits.stages[loss.touchpoint]
                }
                .compactMap(\.dropOff).sorted()
                let median = rates[(rates.count - 1) / 2]
                let rate = loss.dropOff ?? 0
                let won = rate > median ? (loss.lost ?? 0) * (rate - median) / rate : 0
                return .table([
                    ("touchpoint", .text(name(loss.touchpoint))),
                    ("stage", stageName(Int(traits.stages[loss.touchpoint]))),
                    ("lost", Figure(loss.lost)), ("money", Figure(loss.money)), ("index", Figure(loss.index)),
                    ("drop_off", Figure(loss.dropOff)), ("stage_median_drop_off", .number(median)),
                    ("won_at_median", .number(won)), ("money_won_at_median", Figure(meanValue.map { won * $0 })),
                ])
            })
    }

    /// Touchpoints that cost something, by their removal effect for each unit of it.
    func strengthen(_ chances: Chances) -> Figure {
        let worth = chances.removal.compactMap { entry -> (touchpoint: Int, effect: Double, cost: Double)? in
            guard let effect = entry.effect, totals.costs[entry.touchpoint] > 0 else { return nil }
            return (entry.touchpoint, effect, Amount.number(totals.costs[entry.touchpoint]))
        }
        let ranked = worth.sorted { first, second in
            let (a, b) = (first.effect / first.cost, second.effect / second.cost)
            return a == b ? first.touchpoint < second.touchpoint : a > b
        }
        return .list(
            ranked.map { entry in
                .table([
                    ("touchpoint", .text(name(entry.touchpoint))), ("removal_effect", .number(entry.effect)),
                    ("cost", .number(entry.cost)), ("effect_per_cost", .number(entry.effect / entry.cost)),
                ])
            })
    }

    // MARK: Stages and emotion

    private func stageName(_ stage: Int) -> Figure { stage == 0 ? .none : .text(ReportSettings.stages[stage - 1]) }

    private func polarityName(_ polarity: Int) -> Figure {
        polarity == 0 ? .none : .text(ReportSettings.polarities[polarity - 1])
    }

    private func feeling(_ sum: Int128, _ count: Int) -> Figure {
        count == 0 ? .none : .number(Amount.number(sum) / Double(count))
    }

    var stagesFigure: Figure {
        var steps = 0
        var back = 0
        var skips = 0
        var rows: [(String, Figure)] = []
        for from in 1...5 {
            var row: [(String, Figure)] = []
            for to in 1...5 {
                let count = totals.stages[from * 6 + to]
                steps += count
                if to < from { back += count }
                if to > from + 1 { skips += count }
                row.append((ReportSettings.stages[to - 1], .count(count)))
            }
            rows.append((ReportSettings.stages[from - 1], .table(row)))
        }
        func byStage(_ counts: [Int]) -> Figure {
            .table((1...5).map { (ReportSettings.stages[$0 - 1], .count(counts[$0])) })
        }
        return .table([
            ("matrix", .table(rows)), ("steps", .count(steps)), ("share_back", .ratio(back, of: steps)),
            ("skips", .count(skips)), ("furthest", byStage(totals.furthest)), ("current", byStage(totals.current)),
        ])
    }

    var emotionFigure: Figure {
        func shares(_ numbers: [Int]) -> Figure {
            var counts = [0, 0, 0]
            for touchpoint in numbers {
                if let polarity = catalogued(touchpoint)?.polarity, polarity > 0 {
                    counts[polarity - 1] += totals.touches[touchpoint]
                }
            }
            let all = counts.reduce(0, +)
            var entries: [(String, Figure)] = ReportSettings.polarities.enumerated().map {
                ($1, .ratio(counts[$0], of: all))
            }
            let felt = numbers.reduce(into: (sum: Int128(0), count: 0)) {
                $0.sum += totals.feelings[$1]
                $0.count += totals.feelingCounts[$1]
            }
            entries.append(("feeling", feeling(felt.sum, felt.count)))
            return .table(entries)
        }
        let came = (0..<TouchpointNumber.count).filter { totals.touches[$0] > 0 }
        return .table([
            ("touchpoints", .table(came.map { (name($0), shares([$0])) })),
            (
                "stages",
                .table(
                    (1...5).map { stage in
                        (ReportSettings.stages[stage - 1], shares(came.filter { traits.stages[$0] == stage }))
                    })
            ),
        ])
    }
}

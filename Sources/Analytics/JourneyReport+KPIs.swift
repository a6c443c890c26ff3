/// What is measured by day, by value and by cohort.
extension JourneyReport {
    /// The measures that follow from counts alone.
    private func measures(_ metrics: Metrics) -> [(String, Figure)] {
        let (cost, sales) = (Amount.number(metrics.cost), Amount.number(metrics.sales))
        func price(_ count: Int, _ unit: Double = 1) -> Figure {
            count == 0 ? .none : .number(cost / Double(count) * unit)
        }
        return [
            ("touches", .count(metrics.touches)), ("visits", .count(metrics.visits)),
            ("bounces", .count(metrics.bounces)), ("bounce", .ratio(metrics.bounces, of: metrics.visits)),
            ("pages_a_visit", .ratio(metrics.touches, of: metrics.visits)),
            ("engagement", .ratio(metrics.visits - metrics.bounces, of: metrics.visits)),
            ("impressions", .count(metrics.impressions)), ("clicks", .count(metrics.clicks)),
            ("ctr", .ratio(metrics.clicks, of: metrics.impressions)), ("cost", .number(cost)),
            ("cpm", price(metrics.impressions, 1000)), ("cpc", price(metrics.clicks)),
            ("conversions", .count(metrics.converted)), ("lost", .count(metrics.lost)),
            ("conversion", .ratio(metrics.converted, of: metrics.converted + metrics.lost)),
            ("sales", .number(sales)), ("cpa", price(metrics.converted)),
        ]
    }

    /// All that the totals come to.
    var overall: Metrics {
        var metrics = Metrics()
        metrics.touches = totals.touches.reduce(0, +)
        (metrics.visits, metrics.bounces) = (totals.visits, totals.bounces)
        (metrics.converted, metrics.lost) = (totals.converted, totals.lost)
        metrics.cost = totals.costs.reduce(0, +)
        metrics.sales = totals.value
        (metrics.impressions, metrics.clicks) = (totals.impressions, totals.clicks)
        return metrics
    }

    var kpis: Figure {
        let days = totals.days.withReach
        let total: [(String, Figure)] =
            measures(overall) + [
                ("reach_30d", .count(days.last?.reach ?? 0)),
                ("buyers", .count(totals.buyers)), ("repeat_buyers", .count(totals.repeaters)),
                ("repeat", .ratio(totals.repeaters, of: totals.buyers)), ("csat", csat), ("nps", nps),
            ]
        let byDay: [Figure] = days.filter { $0.metrics != Metrics() }.map { day, metrics, reach in
            .table([("day", .text(Day.text(day))), ("reach_30d", .count(reach))] + measures(metrics))
        }
        let byValue: [(String, Figure)] = settings.by.enumerated().map { index, name in
            var values: [Figure] = ledger.byValue.values[index].map { value in
                let text = value.text.map { Figure.text(String(decoding: $0, as: UTF8.self)) } ?? .none
                return .table([("value", text)] + measures(value.metrics))
            }
            if ledger.byValue.others[index] != Metrics() {
                values.append(.table([("other", .flag(true))] + measures(ledger.byValue.others[index])))
            }
            return (name, .list(values))
        }
        return .table([("total", .table(total)), ("days", .list(byDay)), ("by", .table(byValue))])
    }

    private var csat: Figure {
        let answers = totals.csat.reduce(0, +)
        return .table([
            ("answers", .count(answers)),
            ("score", answers == 0 ? .none : .number(100 * Double(totals.csat[3] + totals.csat[4]) / Double(answers))),
        ])
    }

    private var nps: Figure {
        let answers = totals.nps.reduce(0, +)
        let (promoters, detractors) = (Double(totals.nps[0]), Double(totals.nps[2]))
        let count = Double(answers)
        let mean = (promoters - detractors) / count
        // The answers are +1, 0 and −1; their mean has the variance of one by their number.
        let variance = max(0, ((promoters + detractors) / count - mean * mean) / count)
        return .table([
            ("answers", .count(answers)), ("promoters", .count(totals.nps[0])), ("passives", .count(totals.nps[1])),
            ("detractors", .count(totals.nps[2])), ("score", answers == 0 ? .none : .number(100 * mean)),
            ("standard_error", answers == 0 ? .none : .number(100 * variance.squareRoot())),
        ])
    }

    // MARK: Cohorts

    private var today: Int { reached.map(Day.of) ?? 0 }

    var retention: Figure {
        .table(
            Cohorts.Period.allCases.map { period in
                let cohorts: [Figure] = totals.cohorts.cohorts[period.rawValue].map { cohort in
                    // A period counts once it is over.
                    let now = period.number(today)
                    let whole = max(0, min(now - cohort.number - 1, period.most))
                    let back: [Figure] = (0..<whole).map { place in
                        .ratio(place < cohort.back.count ? cohort.back[place] : 0, of: cohort.customers)
                    }
                    return .table([
                        ("start", .text(Day.text(period.start(cohort.number)))),
                        ("customers", .count(cohort.customers)),
                        ("bought_again", .list(back)),
                    ])
                }
                return ("\(period)", .list(cohorts))
            })
    }

    var lifetimeValue: Figure {
        let period = Cohorts.Period.month
        return .list(
            totals.cohorts.cohorts[period.rawValue].map { cohort in
                let values: [(String, Figure)] = Cohorts.horizons.enumerated().map { index, days in
                    let isWhole = today >= period.start(cohort.number + 1) + days
                    let value = Amount.number(cohort.value[index]) / Double(cohort.customers)
                    return ("days_\(days)", isWhole && cohort.customers > 0 ? .number(value) : .none)
                }
                return .table(
                    [
                        ("start", .text(Day.text(period.start(cohort.number)))),
                        ("customers", .count(cohort.customers)),
                    ] + values)
            })
    }

    var churn: Figure {
        .list(
            totals.churn.months.map { month in
                let start = Day.start(ofMonth: month.number)
                let isWhole = today >= start + Churn.silence
                return .table([
                    ("start", .text(Day.text(start))), ("active", .count(month.active)),
                    ("silent", isWhole ? .count(month.silent) : .none),
                    ("churn", isWhole ? .ratio(month.silent, of: month.active) : .none),
                ])
            })
    }
}

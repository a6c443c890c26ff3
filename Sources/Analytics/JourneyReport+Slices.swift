/// Where journeys break off, for those of each value of `by` and of the latest days.
extension JourneyReport {
    /// Some of the journeys, and which.
    struct Part {
        /// The number of a `by`; nil for those of all values.
        var by: Int?
        /// The value; nil where it is absent, or not by value.
        var text: [UInt8]?
        var isOther = false
        /// How many of the latest days, and whether it is as many before these; 0 for all days.
        var days = 0
        var isBefore = false
        let slice: JourneySlice
    }

    /// The spans of latest days that are told, each with the one before it where that is known.
    private static let spans = [(days: 7, hasBefore: true), (28, true), (90, false)]

    /// All of them that have journeys: by value, by days, and then by value of each of the latest days.
    var parts: [Part] {
        var parts = partsByValue(ledger.slices.values, days: 0)
        guard let reached else { return parts }
        let end = Day.of(reached) + 1
        for (days, hasBefore) in JourneyReport.spans {
            parts.append(Part(days: days, slice: ledger.slices.slice(of: (end - days)..<end)))
            if hasBefore {
                let slice = ledger.slices.slice(of: (end - 2 * days)..<(end - days))
                parts.append(Part(days: days, isBefore: true, slice: slice))
            }
        }
        if !settings.by.isEmpty {
            for (days, _) in JourneyReport.spans {
                parts += partsByValue(ledger.slices.slices(of: (end - days)..<end), days: days)
            }
        }
        return parts.filter { !$0.slice.isEmpty }
    }

    private func partsByValue(_ slices: [[JourneySlice]], days: Int) -> [Part] {
        var parts: [Part] = []
        for by in settings.by.indices {
            for (place, value) in ledger.byValue.values[by].enumerated() where !slices[by][place].isEmpty {
                parts.append(Part(by: by, text: value.text, days: days, slice: slices[by][place]))
            }
            let others = slices[by][ReportSettings.valueMost]
            if !others.isEmpty { parts.append(Part(by: by, isOther: true, days: days, slice: others)) }
        }
        return parts
    }

    /// Where these journeys break off, by touchpoint, with the chance to convert from each.
    func losses(of slice: JourneySlice) -> [(loss: Loss, chance: Double)] {
        let states = (0..<TouchpointNumber.count).filter { slice.visits($0) > 0 }
        let chain = MarkovChain(
            states, steps: slice.steps, conversions: slice.conversions, exits: slice.exits, starts: slice.starts,
            directConversions: slice.directConversions)
        let chances = chain.chances()
        let mean = slice.converted > 0 ? Amount.number(slice.value) / Double(slice.converted) : nil
        return states.enumerated().map { place, touchpoint in
            let loss = Loss(
                touchpoint: touchpoint, exits: slice.exits(touchpoint), visits: slice.visits(touchpoint),
                chance: chances[place],
                meanValue: mean)
            return (loss, chances[place])
        }
    }

    /// What follows what in these journeys, and how often; a conversion is nil.
    func steps(of slice: JourneySlice) -> [(from: Int, to: Int?, count: Int)] {
        var steps: [(from: Int, to: Int?, count: Int)] = []
        for from in 0..<TouchpointNumber.count where slice.visits(from) > 0 {
            for to in 0..<TouchpointNumber.count where slice.steps(from, to) > 0 {
                steps.append((from, to, slice.steps(from, to)))
            }
            if slice.conversions(from) > 0 { steps.append((from, nil, slice.conversions(from))) }
        }
        return steps
    }

    /// What is told of parts: by value, each with its latest days, and by days.
    var partsFigure: Figure {
        let all = parts
        let byValue = settings.by.enumerated().map { by, name -> (String, Figure) in
            let told = all.filter { $0.by == by && $0.days == 0 }.map { part -> Figure in
                let latest = all.filter {
                    $0.by == by && $0.days > 0 && $0.text == part.text && $0.isOther == part.isOther
                }
                let value: (String, Figure) =
                    part.isOther
                    ? ("other", .flag(true))
                    : ("value", part.text.map { .text(String(decoding: $0, as: UTF8.self)) } ?? .none)
                return .table(
                    [value] + figures(of: part.slice)
                        + [
                            (
                                "latest",
                                .list(latest.map { .table([("days", .count($0.days))] + figures(of: $0.slice)) })
                            )
                        ])
            }
            return (name, .list(told))
        }
        let byDays = all.filter { $0.by == nil }.map { part -> Figure in
            .table([("days", .count(part.days)), ("is_before", .flag(part.isBefore))] + figures(of: part.slice))
        }
        return .table([("by", .table(byValue)), ("latest", .list(byDays))])
    }

    private func figures(of slice: JourneySlice) -> [(String, Figure)] {
        [
            ("journeys", .table([("converted", .count(slice.converted)), ("lost", .count(slice.lost))])),
            ("conversion_rate", .ratio(slice.converted, of: slice.converted + slice.lost)),
            ("sales", Figure(slice.value)),
            (
                "edges",
                .list(
                    steps(of: slice).map { step in
                        .table([
                            ("from", .text(name(step.from))), ("to", .text(step.to.map(name) ?? "conversion")),
                            ("events", .count(step.count)),
                        ])
                    })
            ),
            (
                "friction",
                .table(
                    losses(of: slice).map { loss, chance in
                        (
                            name(loss.touchpoint),
                            .table([
                                ("exits", .count(loss.exits)), ("visits", .count(loss.visits)),
                                ("lost", Figure(loss.lost)), ("index", Figure(loss.index)),
                                ("money", Figure(loss.money)), ("drop_off", Figure(loss.dropOff)),
                                ("chance", .number(chance)),
                            ])
                        )
                    })
            ),
        ]
    }
}

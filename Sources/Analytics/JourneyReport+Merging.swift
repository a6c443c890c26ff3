package import Storage

/// Reports that were made of parts of the same whole, of which no customer is in two, added up.
///
/// Counts are added as they are, so what is made of them is what one report of all parts would say,
/// with these exceptions: which names and values have figures of their own follows from the order
/// of the parts where there are more than are told apart; ways beyond the most frequent are
/// approximate, with their bound; each part's journeys were open, or lost, by how far its own time
/// had come.
extension JourneyReport {
    /// Adds another report, which must count the same.
    package mutating func merge(_ other: JourneyReport) throws(StateFault) {
        guard settings.identity == other.settings.identity, settings.hasNPS == other.settings.hasNPS,
            settings.hasCSAT == other.settings.hasCSAT, settings.hasFeeling == other.settings.hasFeeling
        else { throw .unfit("it counts otherwise than the reports before: its section report is another") }
        let touches = renumbering(other)
        let channelNumbers = other.channels.names.map { name in Int(View.of(name) { channels.obtain($0) }) }
        let channel = Renumbering(channelNumbers)
        totals.merge(other.totals.renumbered(touches, channel: channel))
        ledger.merge(other.ledger, touches)
        reached = [reached, other.reached].compactMap { $0 }.max()
        if calibration.count == other.calibration.count {
            for (place, bin) in other.calibration.enumerated() {
                let sum = calibration[place]
                calibration[place] = CalibrationBin(
                    trials: sum.trials + bin.trials, successes: sum.successes + bin.successes,
                    promised: sum.promised + bin.promised)
            }
        } else if calibration.isEmpty {
            calibration = other.calibration
        }
        // What actions brought about cannot be added: it compares customers.
        proofs = []
    }

    /// The numbers here of the other's touchpoints, which get what is known of them.
    private mutating func renumbering(_ other: JourneyReport) -> Renumbering {
        let numbers = other.touchpoints.names.enumerated().map { old, name in
            let known = touchpoints.names.count
            let number = Int(View.of(name) { touchpoints.obtain($0) })
            if number == known, number < TouchpointNumber.other {
                traits.stages[number] = other.traits.stages[old]
                traits.costs[number] = other.traits.costs[old]
                traits.isDirect[number] = other.traits.isDirect[old]
            }
            return number
        }
        return Renumbering(numbers)
    }
}

/// What numbers become: those of names, as they are said; all others stay.
struct Renumbering {
    private let numbers: [Int]

    init(_ numbers: [Int]) { self.numbers = numbers }

    subscript(number: Int) -> Int { number < numbers.count ? numbers[number] : number }

    func list<Number: AdditiveArithmetic>(_ list: [Number]) -> [Number] {
        var next = [Number](repeating: .zero, count: list.count)
        for (number, value) in list.enumerated() { next[self[number]] += value }
        return next
    }

    /// A way, which names a touchpoint once where two have become one.
    func path(_ path: [UInt8]) -> [UInt8] {
        path.reduce(into: []) { next, number in
            let now = number >= ClosedJourneys.lost ? number : UInt8(self[Int(number)])
            if next.last != now { next.append(now) }
        }
    }
}

extension JourneyTotals {
    func renumbered(_ touch: Renumbering, channel: Renumbering) -> JourneyTotals {
        var next = self
        for list in [
            \JourneyTotals.touches, \.conversions, \.starts, \.ends, \.journeyStarts, \.seen, \.exits, \.stagedSteps,
            \.stepsBack, \.feelingCounts, \.touchCustomers, \.reach,
        ] { next[keyPath: list] = touch.list(self[keyPath: list]) }
        for list in [\JourneyTotals.feelings, \.costs] { next[keyPath: list] = touch.list(self[keyPath: list]) }
        next.channelTime = channel.list(channelTime)
        next.channelTimes = channel.list(channelTimes)
        for model in credits.indices {
            // Credits are sums modulo their width.
            var sums = [Int128](repeating: 0, count: credits[model].count)
            for (number, part) in credits[model].enumerated() { Credit.add(part, to: &sums[touch[number]]) }
            next.credits[model] = sums
            next.creditCounts[model] = touch.list(creditCounts[model])
        }
        for edges in [\JourneyTotals.visitEdges, \.journeyEdges, \.conversionEdges] {
            next[keyPath: edges] = self[keyPath: edges].renumbered(touch)
        }
        return next
    }
}

import Storage

/// How journeys end.
extension JourneyAccumulator {
    enum Ending { case lost, long }

    /// Closes the customer's open journey, which has touches.
    mutating func close(_ row: JourneyRow, _ ending: Ending, time: Int64, place: UInt64) {
        let count = row.touchCount
        JourneyTotals.count(count, in: &totals.endedAfter)
        switch ending {
        case .long: totals.long += 1
        case .lost:
            totals.lost += 1
            totals.days.change(Day.of(row.last)) { $0.metrics.lost += 1 }
            countLast(row) { $0.lost += 1 }
            walk(row)
            totals.exits[row.touch(count - 1).touchpoint] += 1
            for index in 0..<count { closed.touch(row.touch(index).touchpoint) }
            // It is lost as soon as more than the gap has passed.
            let day = Day.of(row.last + settings.journeyGap + 1)
            closed.close(time: time, place: place, day: day, value: nil) { row.hash(at: $0) }
        }
        end(row)
    }

    /// Closes the customer's open journey, which may be without touches, with a conversion.
    mutating func convert(
        _ row: JourneyRow, _ event: ReportEvent, _ touchpoint: Int, _ value: Int128, _ day: Int
    ) {
        let count = row.touchCount
        totals.converted += 1
        totals.conversions[touchpoint] += 1
        totals.value += value
        JourneyTotals.count(count, in: &totals.convertedAfter)
        for index in 0..<count { closed.touch(row.touch(index).touchpoint) }
        closed.close(time: event.time, place: event.place, day: day, value: value) { hashes[$0] }
        if count == 0 {
            totals.directConversions += 1
        } else {
            walk(row)
            let last = row.touch(count - 1)
            let isNew = row.note(edge: last.touchpoint, touchpoint, .conversion)
            totals.conversionEdges.add(last.touchpoint, touchpoint, after: event.time - last.time, isNewCustomer: isNew)
            totals.timeToConversion.add(event.time - row.first)
        }
        credit(row, event.time, value)
        row.clear()
        buy(row, event.time, day, value)
    }

    /// Counts the touches of a journey that is over, and what follows what.
    private mutating func walk(_ row: JourneyRow) {
        var before: (touchpoint: Int, isDirect: Bool, time: Int64)?
        for index in 0..<row.touchCount {
            let touch = row.touch(index)
            totals.seen[touch.touchpoint] += 1
            if let before {
                let isNew = isFirst(row, from: before.touchpoint, to: touch.touchpoint, .journey)
                totals.journeyEdges.add(
                    before.touchpoint, touch.touchpoint, after: touch.time - before.time, isNewCustomer: isNew)
            } else {
                totals.journeyStarts[touch.touchpoint] += 1
            }
            before = touch
        }
    }

    private mutating func credit(_ row: JourneyRow, _ time: Int64, _ value: Int128) {
        let count = row.touchCount
        var touches: [(touchpoint: Int, isDirect: Bool, time: Int64)] = []
        var index = count - 1
        while index >= 0, touches.count < ReportSettings.creditMost {
            let touch = row.touch(index)
            if time - touch.time >= settings.lookback { break }
            touches.append(touch)
            index -= 1
        }
        guard !touches.isEmpty else {
            for model in totals.credits.indices { credit(model, TouchpointNumber.count, Credit.whole(value)) }
            return
        }
        touches.reverse()
        let last = touches[touches.count - 1]
        let whole = Credit.whole(value)
        credit(0, touches[0].touchpoint, whole)
        credit(1, last.touchpoint, whole)
        credit(2, (touches.last { !$0.isDirect } ?? last).touchpoint, whole)
        give(value, to: touches, 3, [UInt64](repeating: 1, count: touches.count))
        give(value, to: touches, 4, Credit.positions(touches.count))
        // Only proportions count, so that ages are taken from the last touch: its weight is 1.
        give(value, to: touches, 5, touches.map { Credit.weight(age: last.time - $0.time) })
    }

    private mutating func credit(_ model: Int, _ touchpoint: Int, _ part: Int128) {
        Credit.add(part, to: &totals.credits[model][touchpoint])
        totals.creditCounts[model][touchpoint] += 1
    }

    private mutating func give(
        _ value: Int128, to touches: [(touchpoint: Int, isDirect: Bool, time: Int64)], _ model: Int, _ weights: [UInt64]
    ) {
        Credit.part(value, by: weights) { index, part in credit(model, touches[index].touchpoint, part) }
    }

    private mutating func buy(_ row: JourneyRow, _ time: Int64, _ day: Int, _ value: Int128) {
        let isFirst = row.purchases == 0
        if isFirst {
            row.firstPurchase = time
            totals.buyers += 1
        } else if row.purchases == 1 {
            totals.repeaters += 1
        }
        totals.cohorts.buy(
            first: Day.of(row.firstPurchase), last: isFirst ? nil : row.lastPurchaseDay, day: day,
            age: time - row.firstPurchase, value: value)
        row.purchases = isFirst ? 1 : 2
        row.lastPurchaseDay = day
    }

    // MARK: The end

    /// Closes what is over once time has come to `reached`, and counts what is still open. Afterwards nothing more may be
    /// taken.
    package mutating func conclude(reached: Int64) {
        var rows: [JourneyRow] = []
        rows.reserveCapacity(table.count)
        let arena = arena
        table.forEach { rows.append(JourneyRow(arena, $0.row)) }
        let today = Day.of(reached)
        for row in rows where row.hasTouch {
            totals.churn.pass(from: row.lastDay, to: today, isEnd: true)
            row.forEachDay { touchpoint, day in if day > today - 30 { totals.reach[touchpoint] += 1 } }
            guard row.touchCount > 0 else { continue }
            if reached - row.last > settings.journeyGap {
                // Which customer comes first would follow from hashes: what is closed now has no order of its own, and
                // is put in that of its path.
                close(row, .lost, time: .max, place: .max)
            } else {
                totals.stillOpen += 1
                JourneyTotals.count(row.touchCount, in: &totals.openAfter)
            }
        }
    }
}

import Storage

/// How journeys end.
extension JourneyAccumulator {
    enum Ending { case lost, long }

    /// Closes the customer's open journey, which has touches.
    mutating func close(_ row: inout JourneyRow, _ ending: Ending, time: Int64, place: UInt64) {
        let touches = touches(of: row)
        JourneyTotals.count(touches.count, in: &totals.endedAfter)
        switch ending {
        case .long: totals.long += 1
        case .lost:
            totals.lost += 1
            count(on: row.lastDay) { $0.lost += 1 }
            countLast(row) { $0.lost += 1 }
            walk(touches, &row)
            totals.exits[touches[touches.count - 1].touchpoint] += 1
            // It is lost as soon as more than the gap has passed.
            let day = Day.of(row.head.last + settings.journeyGap + 1)
            closed.close(time: time, place: place, day: day, value: nil) { row.hash(at: $0) }
        }
        end(&row)
    }

    /// Closes the customer's open journey, which may be without touches, with a conversion.
    mutating func convert(
        _ row: inout JourneyRow, _ event: ReportEvent, _ touchpoint: Int, _ value: Int128, _ day: Int
    ) {
        let touches = touches(of: row)
        totals.converted += 1
        totals.conversions[touchpoint] += 1
        totals.value += value
        JourneyTotals.count(touches.count, in: &totals.convertedAfter)
        if touches.isEmpty {
            totals.directConversions += 1
        } else {
            walk(touches, &row)
            let last = touches[touches.count - 1]
            let isNew = row.note(edge: last.touchpoint, touchpoint, .conversion)
            let length = event.time - row.first
            totals.conversionEdges.add(last.touchpoint, touchpoint, after: length - last.span, isNewCustomer: isNew)
            totals.timeToConversion.add(length)
        }
        closed.close(time: event.time, place: event.place, day: day, value: value) { hashes[$0] }
        credit(touches, length: touches.isEmpty ? 0 : event.time - row.first, value)
        row.clear()
        buy(&row, event.time, day, value)
    }

    /// Counts the touches of a journey that is over, and what follows what; adds them to what is handed over.
    private mutating func walk(_ touches: View<JourneyRow.Touch>, _ row: inout JourneyRow) {
        var before = touches[0]
        totals.seen[before.touchpoint] += 1
        totals.journeyStarts[before.touchpoint] += 1
        closed.touch(before.touchpoint)
        for index in 1..<touches.count {
            let touch = touches[index]
            totals.seen[touch.touchpoint] += 1
            closed.touch(touch.touchpoint)
            let isNew = isFirst(&row, from: before.touchpoint, to: touch.touchpoint)
            totals.journeyEdges.add(
                before.touchpoint, touch.touchpoint, after: touch.span - before.span, isNewCustomer: isNew)
            before = touch
        }
    }

    /// Parts a conversion's value among the touches before it.
    /// - Parameter length: from the first touch to the conversion.
    private mutating func credit(_ touches: View<JourneyRow.Touch>, length: Int64, _ value: Int128) {
        var start = touches.count
        let least = max(0, touches.count - ReportSettings.creditMost)
        while start > least, length - touches[start - 1].span < settings.lookback { start -= 1 }
        let whole = Credit.whole(value)
        guard start < touches.count else {
            for model in totals.credits.indices { credit(model, TouchpointNumber.count, whole) }
            return
        }
        let part = touches[start..<touches.count]
        let last = part[part.count - 1]
        var indirect = part.count - 1
        while indirect >= 0, part[indirect].isDirect { indirect -= 1 }
        credit(0, part[0].touchpoint, whole)
        credit(1, last.touchpoint, whole)
        credit(2, (indirect >= 0 ? part[indirect] : last).touchpoint, whole)
        var weights = Credit.Weights(repeating: 1)
        Credit.part(value, by: weights, count: part.count) { credit(3, part[$0].touchpoint, $1) }
        Credit.setPositions(&weights, count: part.count)
        Credit.part(value, by: weights, count: part.count) { credit(4, part[$0].touchpoint, $1) }
        // Only proportions count, so that ages are taken from the last touch: its weight is 1.
        for index in 0..<part.count { weights[index] = Credit.weight(age: last.span - part[index].span) }
        Credit.part(value, by: weights, count: part.count) { credit(5, part[$0].touchpoint, $1) }
    }

    private mutating func credit(_ model: Int, _ touchpoint: Int, _ part: Int128) {
        Credit.add(part, to: &totals.credits[model][touchpoint])
        totals.creditCounts[model][touchpoint] += 1
    }

    private mutating func buy(_ row: inout JourneyRow, _ time: Int64, _ day: Int, _ value: Int128) {
        let isFirst = row.head.purchases == 0
        if isFirst {
            row.head.firstPurchase = time
            totals.buyers += 1
        } else if row.head.purchases == 1 {
            totals.repeaters += 1
        }
        totals.cohorts.buy(
            first: Day.of(row.head.firstPurchase), last: isFirst ? nil : Int(row.head.lastPurchaseDay), day: day,
            age: time - row.head.firstPurchase, value: value)
        row.head.purchases = isFirst ? 1 : 2
        row.head.lastPurchaseDay = Int32(day)
    }

    // MARK: What is over

    /// Lets go of what is over by the last instant of settling up to `time`: a journey that is
    /// lost, and a customer of whom nothing came for so long that nothing can change any more. The
    /// instant follows from the customer's last event alone, and says where the journey stands in
    /// the order of all.
    /// - Returns: whether the customer is still known.
    mutating func settle(_ row: inout JourneyRow, at time: Int64) -> Bool {
        if row.touchCount > 0 {
            let instant = ReportSettings.settling(from: row.head.last + settings.journeyGap + 1)
            if instant <= time { close(&row, .lost, time: instant, place: ClosedJourneys.settled) }
        }
        let end = ReportSettings.settling(from: row.head.last + settings.silence)
        if end > time { return true }
        if row.hasTouch { totals.churn.pass(from: row.lastDay, to: Day.of(end), isEnd: true) }
        return false
    }

    /// Lets go of what is over once time has come to `time`.
    /// Cost: a look at every customer, where an instant of settling has passed.
    package mutating func settle(to time: Int64) {
        if time < nextSettling { return }
        nextSettling = ReportSettings.settling(from: time + 1)
        var next = table.occupied(from: 0)
        while let place = next {
            var row = JourneyRow(arena, table[place].row)
            if settle(&row, at: time) {
                row.save()
                next = table.occupied(from: place + 1)
            } else {
                // Those behind it move up.
                remove(place, row)
                next = table.occupied(from: place)
            }
        }
        table.shrink()
    }

    // MARK: The end

    /// Closes what is over once time has come to `reached`, and counts what is still open.
    /// Afterwards nothing more may be taken.
    package mutating func conclude(reached: Int64) {
        let today = Day.of(reached)
        var next = table.occupied(from: 0)
        while next != nil {
            // Thirty-two side by side, so that the waits for memory overlap.
            var handles = InlineArray<32, UInt32>(repeating: 0)
            var count = 0
            while let place = next, count < 32 {
                handles[count] = table[place].row
                count += 1
                next = table.occupied(from: place + 1)
            }
            near(handles, count: count)
            for index in 0..<count { conclude(JourneyRow(arena, handles[index]), reached, today) }
        }
        addDaily()
    }

    /// Closes what is over of one customer.
    private mutating func conclude(_ found: JourneyRow, _ reached: Int64, _ today: Int) {
        var row = found
        guard row.hasTouch else { return }
        totals.churn.pass(from: row.lastDay, to: today, isEnd: true)
        row.forEachDay { touchpoint, day in if day > today - 30 { totals.reach[touchpoint] += 1 } }
        guard row.touchCount > 0 else { return }
        if reached - row.head.last > settings.journeyGap {
            // Which customer comes first would follow from hashes: what is closed now has no order of its own, and
            // is put in that of its path.
            close(&row, .lost, time: .max, place: .max)
            if !isLooking { row.save() }
        } else {
            totals.stillOpen += 1
            JourneyTotals.count(row.touchCount, in: &totals.openAfter)
        }
    }
}

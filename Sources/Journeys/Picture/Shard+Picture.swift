import Events
import Expressions
import Learning
import Storage

/// The customer's picture: what the current event is, what is known of the customer, its scores and segments.
extension Shard {
    // MARK: Before the windows

    /// Finds the current event's touchpoint, takes it into the profile, and notes what must be decided at any event.
    mutating func beginPicture() {
        let type = context.scope.event.row.type
        let touchpoints = picture.touchpoints(ofType: type)
        for index in 0..<touchpoints.count where context.holds(picture.touchpointConditions[Int(touchpoints[index])]) {
            context.scope.event.touchpoint = picture.sight(ofTouchpoint: touchpoints[index])
            break
        }
        let attributes = picture.attributes(ofType: type)
        for index in 0..<attributes.count { addToProfile(Int(attributes[index])) }
        guard picture.hasItems else { return }
        if context.cell(context.scope.pictureKind) == nil {
            let cell = context.obtainCell(context.scope.pictureKind)
            let words = PictureState.words(
                scores: picture.scoreCount, segments: picture.itemCount - picture.scoreCount)
            context.scope.arena[cell] = UInt64(context.scope.arena.allocate(words))
            context.scope.pictureState?.begin()
            mark(picture.used.view(0..<picture.used.count))
        } else if let state = context.scope.pictureState, state.isStale {
            state.isStale = false
            mark(picture.used.view(0..<picture.used.count))
        } else {
            mark(picture.always.view(0..<picture.always.count))
        }
    }

    /// Takes a value of the current event into the profile, where it is one to keep.
    private mutating func addToProfile(_ attribute: Int) {
        let form = picture.attributes[attribute]
        let kind = context.scope.pictureKind + 1 + attribute
        let own = context.scope.event.row.time
        if let cell = context.cell(kind) {
            let time = KeptAttribute(arena: context.scope.arena, cell: cell).time
            // By the events' own times, which for one that comes late is not when it is taken.
            if form.keep == .first ? own >= time : form.keep == .latest && own < time { return }
        }
        guard context.holds(form.condition) else { return }
        let rank = form.keep == .priority ? source(form) : 0
        let value = context.value(form.from)
        guard let kept = StoredValue.form(value) else { return }
        if form.keep == .max || form.keep == .min, !value.isRanked { return }
        if form.keep == .longest, value.length == nil { return }
        if let cell = context.cell(kind) {
            let held = KeptAttribute(arena: context.scope.arena, cell: cell)
            switch form.keep {
            case .latest, .first: break
            case .max: if value.rank(against: held.value) <= 0 { return }
            case .min: if value.rank(against: held.value) >= 0 { return }
            case .longest: if let length = value.length, let other = held.value.length, length <= other { return }
            case .priority: if rank > held.rank || rank == held.rank && own < held.time { return }
            }
            if held.isSame(kept) {
                held.note(rank: rank, time: own, place: context.scope.event.place)
                return
            }
            held.free()
        }
        let cell = context.obtainCell(kind)
        context.scope.arena[cell] = UInt64(
            KeptAttribute.make(
                kept, rank: rank, time: own, place: context.scope.event.place, in: context.scope.arena))
        mark(picture.readers(ofAttribute: attribute))
    }

    /// Where the current event's source stands in the list of an attribute; behind all where it is not in it.
    private mutating func source(_ form: PictureTable.AttributeForm) -> UInt64 {
        if case .string(let source) = context.value(form.by) {
            for index in 0..<Int(form.sourceCount)
            where View.of(picture.sources[Int(form.firstSource) + index], { $0.holdsSameBytes(as: source) }) {
                return UInt64(index)
            }
        }
        return UInt64(form.sourceCount)
    }

    // MARK: Scores and segments

    /// Notes items to be decided.
    mutating func mark(_ items: View<Int32>) {
        for index in 0..<items.count { pending[Int(items[index]) >> 6] |= 1 << UInt64(items[index] & 63) }
    }

    /// Decides the items noted, in order; what reads one that changes is noted as well, and stands behind it.
    mutating func decideItems() {
        guard let state = context.scope.findPicture() else { return }
        for word in 0..<pending.count {
            while pending[word] != 0 {
                let item = word << 6 + pending[word].trailingZeroBitCount
                pending[word] &= pending[word] - 1
                let form = picture.items[item]
                if form.readsEvent, !context.isEvent { continue }
                let changes = form.isScore ? decideScore(item, form, state) : decideSegment(item, form, state)
                if changes { mark(picture.readers(ofItem: item)) }
            }
        }
    }

    /// Whether the score is another now.
    private mutating func decideScore(_ score: Int, _ form: PictureTable.Item, _ state: PictureState) -> Bool {
        let wasPresent = state.isPresent(score)
        guard let value = scoreValue(form) else {
            state.setPresent(score, false)
            return wasPresent
        }
        let before = state.lastValue(score)
        if wasPresent, before == value { return false }
        state.setPresent(score, true)
        state.setValue(score, value)
        if picture.emitsScores, form.thresholdCount > 0 {
            report(score, form, from: before.isNaN ? -.infinity : before, to: value)
        }
        return true
    }

    private mutating func scoreValue(_ form: PictureTable.Item) -> Double? {
        if !form.expression.isNone { return context.value(form.expression).finiteNumber }
        if form.model >= 0 { return predicted(form) }
        var sum = form.intercept
        for index in Int(form.firstTerm)..<Int(form.firstTerm + form.termCount) {
            let term = picture.terms[index]
            if term.isCondition {
                if context.holds(term.expression) { sum += term.weight }
            } else if let number = context.value(term.expression).finiteNumber {
                sum += term.weight * number
            }
        }
        let value = form.isLogistic ? sum.logistic : sum
        return value.isFinite ? value : nil
    }

    /// What a score's model says.
    private mutating func predicted(_ form: PictureTable.Item) -> Double? {
        var values: [Double] = []
        values.reserveCapacity(Int(form.termCount))
        for index in Int(form.firstTerm)..<Int(form.firstTerm + form.termCount) {
            let expression = picture.terms[index].expression
            let use = picture.models[Int(form.model)]
            values.append(expression.isNone ? .nan : use.feature(context.value(expression)))
        }
        let value = picture.models[Int(form.model)].model.predict(values)
        return value.isFinite ? value : nil
    }

    private mutating func report(_ score: Int, _ form: PictureTable.Item, from before: Double, to value: Double) {
        let (first, end) = (Int(form.firstThreshold), Int(form.firstThreshold + form.thresholdCount))
        if value > before {
            for index in first..<end where before < picture.thresholds[index] && value >= picture.thresholds[index] {
                writeScore(score, value: value, threshold: picture.thresholds[index], direction: "up")
            }
        } else {
            context.wake(context.scope.pictureKind)
            for index in (first..<end).reversed()
            where before >= picture.thresholds[index] && value < picture.thresholds[index] {
                writeScore(score, value: value, threshold: picture.thresholds[index], direction: "down")
            }
        }
    }

    /// Whether the customer has entered or left.
    private mutating func decideSegment(_ item: Int, _ form: PictureTable.Item, _ state: PictureState) -> Bool {
        let segment = item - picture.scoreCount
        let wasIn = state.isIn(segment)
        // Where both conditions hold, whoever is in stays in: what is decided again says the same again.
        let mayStay = wasIn && !form.leaveWhen.isNone && !context.holds(form.leaveWhen)
        let isIn = mayStay || context.holds(form.expression)
        if isIn == wasIn { return false }
        state.setIn(segment, isIn)
        // Who has left may have nothing else that is remembered.
        if !isIn { context.wake(context.scope.pictureKind) }
        if picture.emitsSegments { writeSegment(segment, enters: isIn) }
        return true
    }

    // MARK: Forgetting

    /// Until when the profile, scores and segments say something; where nothing else of the customer is live and they
    /// say what they would of a customer who is new, they are let go of.
    mutating func pictureLiveUntil(others: Instant) -> Instant {
        guard let state = context.scope.pictureState, let cell = context.cell(context.scope.pictureKind) else {
            return .distantPast
        }
        if others > context.scope.now { return others }
        for segment in 0..<picture.itemCount - picture.scoreCount where state.isIn(segment) { return .distantFuture }
        for score in 0..<picture.scoreCount where picture.items[score].thresholdCount > 0 {
            let threshold = picture.thresholds[Int(picture.items[score].firstThreshold)]
            if state.lastValue(score) >= threshold { return .distantFuture }
        }
        context.scope.arena.free(
            UInt32(truncatingIfNeeded: context.scope.arena[cell]),
            words: PictureState.words(scores: picture.scoreCount, segments: picture.itemCount - picture.scoreCount))
        context.scope.customers.removeCell(context.scope.pictureKind, ofRow: context.scope.location.row)
        return .distantPast
    }

    // MARK: Lines

    private mutating func writeScore(_ score: Int, value: Double, threshold: Double, direction: StaticString) {
        lineText.removeAll(keepingCapacity: true)
        lineText.append(plain: "\"score\":")
        lineText.append(jsonString: plan.picture.scores[score].name)
        lineText.append(plain: ",\"value\":")
        _ = Value.double(value).appendJSON(to: &lineText)
        lineText.append(plain: ",\"threshold\":")
        _ = Value.double(threshold).appendJSON(to: &lineText)
        lineText.append(plain: ",\"direction\":\"")
        lineText.append(plain: direction)
        endPictureLine("\"", "{\"type\":\"score\",\"id\":\"r-", type: .score)
    }

    private mutating func writeSegment(_ segment: Int, enters: Bool) {
        lineText.removeAll(keepingCapacity: true)
        lineText.append(plain: "\"segment\":")
        lineText.append(jsonString: plan.picture.segments[segment].name)
        lineText.append(plain: ",\"change\":\"")
        lineText.append(plain: enters ? "enter" : "leave")
        endPictureLine("\"", "{\"type\":\"segment\",\"id\":\"s-", type: .segment)
    }

    /// Adds customer and time, and the id: the hash of what the line says.
    private mutating func endPictureLine(_ quote: StaticString, _ opening: StaticString, type: LineType) {
        lineText.append(plain: quote)
        lineText.append(plain: ",\"customer_id\":")
        lineText.append(jsonString: context.scope.customerID)
        writeAccount()
        lineText.append(plain: ",\"time\":\"")
        context.scope.now.append(to: &lineText)
        lineText.append(plain: "\"}")
        let first = text.count
        text.append(plain: opening)
        let id = View.of(lineText) { Hash64.of($0) }
        text.append(hex: id)
        text.append(plain: "\",")
        text.append(contentsOf: lineText)
        var key = OrderKey(
            time: context.scope.now, isEvent: context.isEvent,
            place: context.isEvent ? context.scope.event.place : deadlinePlace, ordinal: ordinal)
        key.isSlide = isSlide
        key.isPicture = true
        key.account = accountNumber
        ordinal &+= 1
        lines.append(MomentLine(key: key, start: first, end: text.count, type: type, id: id))
    }
}

extension Value {
    /// How long a text is, in characters (Unicode scalars), or how many bytes there are; nil for what has no length.
    var length: Int? {
        switch self {
        case .string(let text):
            var count = 0
            for index in 0..<text.count where text[index] & 0xC0 != 0x80 { count += 1 }
            return count
        case .bytes(let bytes): return bytes.count
        default: return nil
        }
    }
}

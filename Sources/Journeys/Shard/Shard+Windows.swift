import Events
import Expressions
import Storage

extension Shard {
    /// Takes the current event into a window, where its condition holds and it has a value.
    @inline(__always)
    mutating func addToWindow(_ interest: InterestTable.WindowInterest) {
        if interest.isFramed {
            absorb(interest)
            guard interest.takes else { return }
        }
        guard context.holds(interest.condition) else { return }
        var value = Value.null
        if !interest.value.isNone {
            value = context.value(interest.value)
            if case .error = value { return }
        }
        let window = interest.window
        let cell = context.obtainCell(window.index)
        let state = WindowState(form: context.scope.windows[window], arena: context.scope.arena)
        if interest.isFramed {
            state.addFramed(
                value, at: context.scope.now, place: context.scope.event.place,
                stretch: state.form.period.map { stretch($0) },
                cell: cell)
        } else {
            state.add(value, at: context.scope.now, place: context.scope.event.place, cell: cell)
        }
        if interest.isTimed { arm(state, window: window, cell: cell) }
        if interest.isRead { mark(picture.readers(ofWindow: window)) }
    }

    /// What came before the current event is in all windows now that are seen as they were before an event.
    mutating func absorb(_ interests: InterestTable.TypeEntry) {
        var index = interests.firstWindow
        while index < interests.endWindow {
            let interest = interestTable.windowInterest(index)
            if interest.isFramed { absorb(interest) }
            index &+= 1
        }
    }

    /// What came before the current event is in the window now, where that is seen as it was before an event.
    private mutating func absorb(_ interest: InterestTable.WindowInterest) {
        let window = interest.window
        let state = WindowState(form: context.scope.windows[window], arena: context.scope.arena)
        guard state.form.isBefore, let cell = context.cell(window.index), state.absorb(cell: cell) else { return }
        arm(state, window: window, cell: cell)
        if interest.isRead { mark(picture.readers(ofWindow: window)) }
    }

    /// The stretch of the calendar in which the current event is taken, by the customer's zone as it is known now.
    private mutating func stretch(_ period: Period) -> Stretch {
        let place = placeOfClock()
        guard let number = clocks?.clocks[place].number(of: period, at: context.scope.now),
            let end = clocks?.clocks[place].end(of: period, at: context.scope.now)
        else { preconditionFailure("a plan with stretches of the calendar has clocks") }
        return Stretch(number: number, end: end)
    }

    /// Which of the clocks is the customer's: that of the default zone where none is known. A zone
    /// of an unknown name counts as a failure of the expression; that there is none does not.
    private mutating func placeOfClock() -> Int {
        guard let zone = plan.calendar?.zone, !zone.isNone else { return 0 }
        let absences = context.statistics.absences[zone]
        switch context.value(zone) {
        case .string(let name):
            if let known = clocks?.place(of: name) { return known }
            context.statistics.faults[zone] += 1
        case .null, .error(.noSuchKey), .error(.noSuchField): context.statistics.absences[zone] = absences
        default: break
        }
        return 0
    }

    // MARK: As time passes

    /// Sees to it that a deadline stands for the instant at which the window next changes by itself.
    mutating func arm(_ state: WindowState, window: WindowNumber, cell: Int) {
        if state.form.isFramed {
            if state.form.period != nil, state.form.isWatched, let end = state.stretchEnd(cell: cell),
                end.time > context.scope.now
            {
                arm(state.armedWord(cell: cell), at: end.time, place: end.place, window: window, detail: 0)
            }
            if let inside = state.framedCell(at: context.scope.now, cell: cell),
                !state.isRunOver(at: context.scope.now, cell: cell)
            {
                arm(state.framed, window: window, cell: inside)
            }
            return
        }
        if state.form.isWatched, let oldest = state.oldest(at: context.scope.now, cell: cell) {
            arm(
                state.armedWord(cell: cell), at: state.loss(oldest.time), place: oldest.place, window: window, detail: 0
            )
        }
        guard state.thresholds > 0, let counted = state.counted(at: context.scope.now, cell: cell) else { return }
        for threshold in 0..<state.thresholds {
            let due = counted.time.advanced(by: plan.windows[window].thresholds[threshold].after)
            // What the window holds may have been there before: its threshold passed long ago.
            guard due > context.scope.now else { continue }
            arm(
                state.armedWord(threshold: threshold, cell: cell), at: due, place: counted.place, window: window,
                detail: UInt32(threshold) + 1)
        }
    }

    /// Adds a deadline unless one is noted already that is no later: that one will find, when it comes due, whether it
    /// is too early. One that is replaced finds that it is not the one noted.
    private mutating func arm(_ word: Int, at time: Instant, place: UInt64, window: WindowNumber, detail: UInt32) {
        let noted = context.scope.arena[word]
        guard noted == 0 || Int64(bitPattern: noted) > time.microseconds else { return }
        context.scope.arena[word] = UInt64(bitPattern: time.microseconds)
        deadlines.add(
            Deadlines.Entry(
                time: time, place: place, isSlide: true, customer: context.scope.customerHash,
                kind: UInt32(window.index),
                detail: detail))
    }

    /// A window of the customer at hand may have lost an event, or a time since the last one has
    /// passed a constant, and no event of this instant found it so. All of the customer that falls
    /// due now is decided at once, at the place of what comes first. There is no current event.
    mutating func slide(_ entry: Deadlines.Entry) {
        guard isDue(entry), gatherDue() else { return }
        ordinal = 0
        decideItems()
        var moment = nextDue(from: 0)
        while let due = moment {
            ordinal = UInt32(truncatingIfNeeded: due.index) << 16
            // One that only falls due is what it was when it was last decided.
            decideCondition(due, again: slidMoments[due.index >> 6] >> UInt64(due.index & 63) & 1 == 1)
            moment = nextDue(from: due.index + 1)
        }
        clearDue()
    }

    /// Whether the deadline of a window, or of a `when` moment, still holds. Where an event came
    /// since that sets a window's anew, for later or at another place, that is done.
    private mutating func isDue(_ entry: Deadlines.Entry) -> Bool {
        guard let window = context.window(ofKind: Int(entry.kind)) else {
            let moment = context.moment(ofKind: Int(entry.kind))
            guard let keyState = context.keyState(of: entry, moment: moment, matcher.table.forms[moment]) else {
                return false
            }
            return keyState.isArmed(at: entry.time) && keyState.armedPlace == entry.origin
        }
        guard var cell = context.cell(window.index), context.scope.arena[cell] != 0 else { return false }
        var state = WindowState(form: context.scope.windows[window], arena: context.scope.arena)
        // A stretch of the calendar ends with the frame; all other deadlines are those of the window within.
        if state.form.isFramed, entry.detail > 0 || state.form.period == nil {
            guard let inside = state.framedCell(at: context.scope.now, cell: cell), context.scope.arena[inside] != 0
            else { return false }
            state = state.framed
            cell = inside
        }
        // A deadline's detail is 0 where the window loses an event, else the threshold's number from 1.
        let threshold = Int(entry.detail) - 1
        let word =
            threshold >= 0 ? state.armedWord(threshold: threshold, cell: cell) : state.armedWord(cell: cell)
        guard context.scope.arena[word] == UInt64(bitPattern: entry.time.microseconds) else { return false }
        guard let set = set(state, window: window, threshold: threshold, cell: cell) else {
            // A window that has become empty by then has nothing to count from.
            if threshold >= 0 { context.scope.arena[word] = 0 }
            return threshold < 0
        }
        // An event at the same time as the one that set the deadline is the last one now: the place is its place.
        if set.due > entry.time || set.due == entry.time && set.place != entry.origin {
            context.scope.arena[word] = 0
            arm(word, at: set.due, place: set.place, window: window, detail: entry.detail)
            return false
        }
        return true
    }

    /// When a deadline is due that further events of its window set anew, and the place of the last
    /// of them; nil where none does.
    private func set(
        _ state: WindowState, window: WindowNumber, threshold: Int, cell: Int
    ) -> (due: Instant, place: UInt64)? {
        if threshold < 0 {
            return state.end(cell: cell).map { (due: $0.time, place: $0.place) }
        }
        guard let counted = state.counted(at: context.scope.now, cell: cell) else { return nil }
        return (due: counted.time.advanced(by: plan.windows[window].thresholds[threshold].after), place: counted.place)
    }

    /// Notes what of the current customer is to be decided since windows slide at this very
    /// instant, and sets their next deadlines. False where nothing falls due.
    mutating func gatherDue() -> Bool {
        if context.scope.location.row == 0 { return false }
        var isAnyDue = false
        for place in 0..<interestTable.timely.count {
            var bits = context.scope.arena[context.scope.location.bitmap + place] & interestTable.timely[place]
            while bits != 0 {
                let kind = place << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                guard let cell = context.cell(kind), context.scope.arena[cell] != 0 else { continue }
                guard let window = context.window(ofKind: kind) else {
                    let keyState = KeyState(
                        arena: context.scope.arena, handle: UInt32(truncatingIfNeeded: context.scope.arena[cell]))
                    guard keyState.isArmed(at: context.scope.now) else { continue }
                    noteDue(context.moment(ofKind: kind))
                    isAnyDue = true
                    continue
                }
                guard slides(window, cell: cell) else { continue }
                isAnyDue = true
                // Who has no scores and segments gets them decided, all of them, with the next event.
                if context.isEvent || context.scope.pictureState != nil { mark(picture.readers(ofWindow: window)) }
                let watchers = interestTable.watchers(ofWindow: window)
                for index in 0..<watchers.count {
                    let moment = watchers[index].index
                    noteDue(watchers[index])
                    slidMoments[moment >> 6] |= 1 << UInt64(moment & 63)
                }
            }
        }
        return isAnyDue
    }

    /// Whether a window changes by itself at this very instant; its next deadlines are set.
    private mutating func slides(_ window: WindowNumber, cell: Int) -> Bool {
        let state = WindowState(form: context.scope.windows[window], arena: context.scope.arena)
        var slides = false
        if state.form.isFramed {
            // A stretch of the calendar ends with the frame; all other deadlines are those of the window within.
            if state.form.period != nil, state.form.isWatched { slides = passes(-1, of: state, window, cell: cell) }
            if let inside = state.framedCell(at: context.scope.now, cell: cell), context.scope.arena[inside] != 0,
                passesAny(of: state.framed, window, cell: inside)
            {
                slides = true
            }
        } else {
            slides = passesAny(of: state, window, cell: cell)
        }
        if slides { arm(state, window: window, cell: cell) }
        return slides
    }

    private mutating func passesAny(of state: WindowState, _ window: WindowNumber, cell: Int) -> Bool {
        var passes = false
        for threshold in (state.form.isWatched ? -1 : 0)..<state.thresholds
        where self.passes(threshold, of: state, window, cell: cell) { passes = true }
        return passes
    }

    /// Whether a threshold's deadline, or with -1 that of the window's next loss, stands for this
    /// very instant; it is taken down, and set anew where a further event put it off.
    private mutating func passes(_ threshold: Int, of state: WindowState, _ window: WindowNumber, cell: Int) -> Bool {
        let word = threshold >= 0 ? state.armedWord(threshold: threshold, cell: cell) : state.armedWord(cell: cell)
        guard context.scope.arena[word] == UInt64(bitPattern: context.scope.now.microseconds) else { return false }
        context.scope.arena[word] = 0
        if threshold >= 0, state.counted(at: context.scope.now, cell: cell) == nil { return false }
        guard let set = set(state, window: window, threshold: threshold, cell: cell), set.due > context.scope.now else {
            return true
        }
        arm(word, at: set.due, place: set.place, window: window, detail: UInt32(threshold + 1))
        return false
    }

    /// The next moment from one on that falls due at this instant, in the configuration's order.
    private func nextDue(from first: Int) -> MomentNumber? {
        var word = first >> 6
        if word >= dueMoments.count { return nil }
        var bits = dueMoments[word] & (UInt64.max << UInt64(first & 63))
        while bits == 0 {
            word += 1
            if word >= dueMoments.count { return nil }
            bits = dueMoments[word]
        }
        return MomentNumber(word << 6 + bits.trailingZeroBitCount)
    }

    private mutating func noteDue(_ moment: MomentNumber) {
        dueMoments[moment.index >> 6] |= 1 << UInt64(moment.index & 63)
    }

    private mutating func clearDue() {
        for word in 0..<dueMoments.count { (dueMoments[word], slidMoments[word]) = (0, 0) }
    }

    /// Has all `when` moments be decided at the current event.
    mutating func noteAllConditions() {
        for moment in plan.moments.indices
        where !matcher.table.forms[moment].condition.isNone && !plan.moments[moment].isIdle {
            noteDue(MomentNumber(moment))
        }
    }

    /// Shows the current event, with which something falls due, to the moments that react to it or fall due, in the
    /// configuration's order.
    mutating func reactSliding(_ interests: InterestTable.TypeEntry) {
        var due = nextDue(from: 0)
        var index = interests.firstMoment
        while index < interests.endMoment {
            let interest = interestTable.momentInterest(index)
            while let earlier = due, earlier.index < interest.moment.index {
                decideCondition(earlier)
                due = nextDue(from: earlier.index + 1)
            }
            if due == interest.moment { due = nextDue(from: interest.moment.index + 1) }
            react(interest)
            index &+= 1
        }
        while let last = due {
            decideCondition(last)
            due = nextDue(from: last.index + 1)
        }
        clearDue()
    }
}

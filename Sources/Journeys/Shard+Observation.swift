import Events
import Expressions
import Storage

/// Telling an observer of one customer. None of this happens where nobody observes.
extension Shard {
    /// How many partial matches of one moment are described one by one.
    private static let describedMost = 64

    /// Takes the event that the scene shows, and tells of it where it is the watched customer's.
    mutating func takeObserved(_ interests: Dispatch.TypeEntry, by observer: any CustomerObserver) {
        let id = context.scene.event.text(context.scene.event.row.customerID)
        guard context.scene.event.row.customerHash == observer.customerHash, id.copied == observer.customerID else {
            take(interests)
            return
        }
        let time = context.scene.event.taken
        closeObservation(before: time)
        let sight = context.scene.event
        let before = observedState(at: time)
        context.scene.event = sight
        let firstLine = lines.count
        let duplicateCount = duplicates.count
        take(interests)
        // Only now is it known what the event is in the customer's journey.
        let event = observedEvent()
        let isDuplicate = duplicates.count > duplicateCount
        tell(isDuplicate ? .duplicate(event) : .event(event), at: time, before: before, firstLine: firstLine)
    }

    /// The event that the scene shows, once it has been taken.
    private func observedEvent() -> ObservedEvent {
        let event = context.scene.event
        let number = Int(event.touchpoint)
        let touchpoint = number == 0 ? nil : plan.picture.sights[number - 1]
        var channel = event.text(event.row.channel).copied
        if event.row.channel.isAbsent, let named = touchpoint?.channel { channel = Array(named.utf8) }
        return ObservedEvent(
            id: event.idText, type: event.text(event.row.typeName).copied, channel: channel, touchpoint: touchpoint,
            time: event.row.time, line: event.text(event.row.lineText).copied)
    }

    /// Tells of a deadline that fired for the watched customer, between `before` and now.
    mutating func tellDeadline(at time: Instant, before: CustomerState, firstLine: Int) {
        tell(.deadline, at: time, before: before, firstLine: firstLine)
    }

    /// Whether a deadline's customer is the watched one.
    func isObserved(_ location: Customers.Location, hash: UInt64) -> Bool {
        guard let observer, observer.customerHash == hash else { return false }
        return context.scene.customers.id(ofRow: location.row).copied == observer.customerID
    }

    private mutating func tell(_ cause: Incident.Cause, at time: Instant, before: CustomerState, firstLine: Int) {
        guard let observer, !isObservationClosed else { return }
        var written: [[UInt8]] = []
        var proposed: [String] = []
        for line in lines[firstLine...] {
            if line.start < line.end {
                written.append(Array(text[line.start..<line.end]))
            } else {
                var id = Array("m-".utf8)
                id.append(hex: line.id)
                proposed.append(String(decoding: id, as: UTF8.self))
            }
        }
        let after = observedState(at: time)
        observer.observe(
            Incident(
                cause: cause, time: time, before: before, after: after, lines: written, heldBack: observedHeldBack,
                proposed: proposed))
        observedHeldBack = []
    }

    /// Notes that a moment of the watched customer came and was held back.
    mutating func noteHeldBack(_ moment: Int, _ keyState: KeyState, until: Instant) {
        guard !isObservationClosed, isObserved(context.scene.location, hash: context.scene.customerHash) else { return }
        observedHeldBack.append(
            HeldBackMoment(moment: plan.moments[moment].name, by: byText(keyState), until: until))
    }

    /// Notes that the decision on a moment of the watched customer waits.
    mutating func noteWaiting(_ moment: Int, until: Instant) {
        guard !isObservationClosed, isObserved(context.scene.location, hash: context.scene.customerHash) else { return }
        observedHeldBack.append(
            HeldBackMoment(moment: plan.moments[moment].name, by: nil, until: until, isDecision: true))
    }

    /// Says how things stood when watching ended, where `time` is later than that. To be called before each thing that
    /// happens to the customer, and with the distant future at the end.
    mutating func closeObservation(before time: Instant) {
        guard let observer, !isObservationClosed, time > observer.until || time == .distantFuture else { return }
        isObservationClosed = true
        let end = time == .distantFuture ? min(observer.until, max(context.scene.now, reached)) : observer.until
        observer.stands(observedState(at: end), at: end)
    }

    /// What is known of the watched customer at `time`, which is no earlier than anything that happened.
    mutating func observedState(at time: Instant) -> CustomerState {
        var state = CustomerState()
        guard let observer else { return state }
        context.evaluator.reset()
        let (now, hasEvent, location) = (context.scene.now, context.scene.hasEvent, context.scene.location)
        context.scene.now = time
        context.scene.hasEvent = false
        let id = observer.customerID
        context.scene.location = View.of(id) { context.scene.customers.find($0, hash: observer.customerHash) } ?? .none
        observeFacts(&state)
        if context.scene.location.row != 0 {
            for moment in 0..<dispatch.moments.count { observeWaiting(moment, &state) }
        }
        (context.scene.now, context.scene.hasEvent, context.scene.location) = (now, hasEvent, location)
        return state
    }

    private func observeFacts(_ state: inout CustomerState) {
        func note(_ name: String, _ variable: Int, isElapsing: Bool = false) {
            var json: [UInt8] = []
            let value = context.scene.value(of: variable)
            let isThere = !value.isError && value.appendJSON(to: &json)
            state.facts.append(
                CustomerState.Fact(
                    name: name, value: isThere ? String(decoding: json, as: UTF8.self) : nil, isElapsing: isElapsing))
        }
        for (index, attribute) in plan.picture.attributes.enumerated() where plan.use.attributes[index] {
            note("profile." + attribute.name, Vocabulary.attribute(index))
        }
        // Windows without a name are the engine's own.
        for (index, window) in plan.windows.enumerated() where !window.name.isEmpty {
            let isElapsing = window.aggregate == .sinceLast || window.aggregate == .sinceFirst
            note("windows." + window.name, Vocabulary.window(index), isElapsing: isElapsing)
        }
        for (index, score) in plan.picture.scores.enumerated() { note("scores." + score.name, Vocabulary.score(index)) }
        for (index, segment) in plan.picture.segments.enumerated() {
            note("segments." + segment.name, Vocabulary.segment(index))
        }
    }

    private func observeWaiting(_ moment: Int, _ state: inout CustomerState) {
        let form = dispatch.moments[moment]
        guard let cell = context.cell(context.kind(ofMoment: moment)), context.scene.arena[cell] != 0,
            case .sequence(let sequence) = plan.moments[moment].trigger
        else { return }
        if let absence = LoneAbsence(context.scene.arena[cell], in: context.scene.arena) {
            state.waiting.append(waiting(absence, moment, form, sequence))
            return
        }
        let held = UInt32(truncatingIfNeeded: context.scene.arena[cell])
        var keyStates = [held]
        if form.by >= 0 { keyStates = KeyStateTable(arena: context.scene.arena).all(held) }
        var found: [WaitingMatch] = []
        for handle in keyStates {
            let keyState = KeyState(arena: context.scene.arena, handle: handle)
            found +=
                sequence.pattern == nil
                ? waitingRuns(keyState, moment, form, sequence)
                : waitingPatterns(keyState, moment, form, sequence, most: Shard.describedMost)
            if form.retells { found += retold(keyState, moment, form, sequence) }
        }
        // Tables keep their key states in no order that means anything.
        found.sort { one, other in
            let (end, otherEnd) = (one.until ?? .distantFuture, other.until ?? .distantFuture)
            let (length, otherLength) = (
                one.bound.reduce(0) { $0 + $1.ids.count }, other.bound.reduce(0) { $0 + $1.ids.count }
            )
            return (end, one.by ?? "", otherLength) < (otherEnd, other.by ?? "", length)
        }
        state.waiting += found.prefix(Shard.describedMost)
    }

    private func waiting(
        _ absence: LoneAbsence, _ moment: Int, _ form: Dispatch.MomentForm, _ sequence: SequencePlan
    ) -> WaitingMatch {
        let event = absence.sight
        let id = String(decoding: event.text(event.row.id).copied, as: UTF8.self)
        let step = sequence.stepNames[sequence.positions[0].step]
        return WaitingMatch(
            moment: plan.moments[moment].name, by: nil, bound: [WaitingMatch.Bound(step: step, ids: [id])],
            types: names(sequence.closing?.filter), isAbsence: true,
            until: absence.taken.advanced(by: form.closingWait))
    }

    /// The runs of a sequence whose steps are relaxed.
    private func waitingRuns(
        _ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm, _ sequence: SequencePlan
    ) -> [WaitingMatch] {
        var found: [WaitingMatch] = []
        let lists = RunList(arena: context.scene.arena)
        for count in 1...form.runLists where keyState.list(count) != 0 {
            for events in lists.bound(keyState.list(count), most: Shard.describedMost) {
                guard let first = events.first, let last = events.last else { continue }
                let end = StoredEvent.taken(first, in: context.scene.arena)
                var until = form.within == .max ? nil : end.advanced(by: form.within)
                let isAbsence = form.closes && count == sequence.positions.count
                if isAbsence {
                    until = StoredEvent.taken(last, in: context.scene.arena).advanced(by: form.closingWait)
                } else if let until, until <= context.scene.now {
                    continue
                }
                let filter = isAbsence ? sequence.closing?.filter : sequence.positions[count].filter
                found.append(
                    WaitingMatch(
                        moment: plan.moments[moment].name, by: byText(keyState), bound: bound(events, sequence),
                        types: names(filter), isAbsence: isAbsence, until: until))
            }
        }
        return found
    }

    /// The matches that are told again if the event keeps away.
    private func retold(
        _ keyState: KeyState, _ moment: Int, _ form: Dispatch.MomentForm, _ sequence: SequencePlan
    ) -> [WaitingMatch] {
        let told = ToldMatches(keyState: keyState, word: form.retoldWord)
        let filter = sequence.closing?.filter ?? sequence.pattern?.closingFilter
        return (0..<min(told.count, Shard.describedMost)).map { place in
            let match = told[place]
            var bound: [WaitingMatch.Bound] = []
            for index in 0..<told.eventCount(match) {
                let step = sequence.stepNames[Int(told.step(index, of: match))]
                let id = String(
                    decoding: StoredEvent.id(told.event(index, of: match), in: context.scene.arena).copied,
                    as: UTF8.self)
                let ids = bound.last?.step == step ? bound.removeLast().ids : []
                bound.append(WaitingMatch.Bound(step: step, ids: ids + [id]))
            }
            return WaitingMatch(
                moment: plan.moments[moment].name, by: byText(keyState), bound: bound, types: names(filter),
                isAbsence: true, until: told.due(match))
        }
    }

    private func bound(_ events: [UInt32], _ sequence: SequencePlan) -> [WaitingMatch.Bound] {
        var bound: [WaitingMatch.Bound] = []
        for (position, event) in events.enumerated() {
            let step = sequence.stepNames[sequence.positions[position].step]
            let id = String(decoding: StoredEvent.id(event, in: context.scene.arena).copied, as: UTF8.self)
            if let last = bound.last, last.step == step {
                bound[bound.count - 1] = WaitingMatch.Bound(step: step, ids: last.ids + [id])
            } else {
                bound.append(WaitingMatch.Bound(step: step, ids: [id]))
            }
        }
        return bound
    }

    func byText(_ keyState: KeyState) -> String? {
        guard keyState.keyWord != 0 else { return nil }
        var json: [UInt8] = []
        guard StoredValue.read(at: keyState.keyWord, in: context.scene.arena).appendJSON(to: &json) else { return nil }
        return String(decoding: json, as: UTF8.self)
    }

    func names(_ filter: EventFilter?) -> [String] {
        guard let types = filter?.types else { return [] }
        return types.map { plan.projection.types[$0] }
    }
}

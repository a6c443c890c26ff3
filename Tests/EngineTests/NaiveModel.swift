import Events

/// What must come out, worked out the plain way: it keeps every event, and at every instant looks at all of them.
struct NaiveModel {
    /// A moment that is told, with what the customer's windows are at that instant.
    struct Line {
        var place: Int
        var moment: Int
        var customer: String
        var time: Int64
        var windows: [Double?]
        var text: String
        /// What the customer is called.
        var name: String
        /// In the place of a line: a customer turns out to be another one.
        var join: PlainEvent.Join?
    }

    /// What a moment keeps of one customer, and one value of `by`.
    fileprivate struct Track {
        var runs: [[PlainEvent]] = []
        var wasTrue = false
        /// Whether its cooldown has held it back since it turned true; when it is told while it stays true, and the place
        /// of what set that.
        var isOwed = false
        var due: Int64?
        var duePlace = 0
        var lastLine: Int64?
        /// The level of the last line.
        var level: Int?
        /// The matches that are told again, and when.
        var told: [(match: [PlainEvent], due: Int64)] = []
        /// Time and place of the last event of the latest match.
        var ended: (Int64, Int)?
    }

    private struct TrackName: Hashable {
        var moment: Int
        var customer: String
        var key: String?
    }

    private let rules: PlainRules
    private var history: [String: [PlainEvent]] = [:]
    private var tracks: [TrackName: Track] = [:]
    private var isFlushing = false
    /// How far time has come: sequences' deadlines of an instant come before its events, what slides behind them.
    private var clock = (time: Int64.min, slides: true)
    private var pending: [Line] = []
    private var output: [Line] = []
    /// When each id came last and counted, by customer and id.
    private var seen: [String: Int64] = [:]
    /// What customers are called, where that is not what they are followed under.
    private var names: [String: String] = [:]

    private init(_ rules: PlainRules) { self.rules = rules }

    /// The moments' lines for events in the order of the input, without their type and id.
    static func lines(_ events: [PlainEvent], _ rules: PlainRules, flush: Bool) -> [String] {
        told(events, rules, flush: flush).filter { $0.join == nil }.map(\.text)
    }

    /// The moments that are told, in their order.
    static func told(_ events: [PlainEvent], _ rules: PlainRules, flush: Bool) -> [Line] {
        var model = NaiveModel(rules)
        let order = taken(events, rules)
        for event in order { model.take(event) }
        model.fire(upTo: (order.last?.taken ?? .min, slides: true))
        model.isFlushing = true
        if flush { model.fire(upTo: (.max, slides: true)) }
        return model.output
    }

    /// The events at the times at which they are taken, in that order.
    private static func taken(_ events: [PlainEvent], _ rules: PlainRules) -> [PlainEvent] {
        var watermark = Int64.min
        let taken = events.compactMap { event -> PlainEvent? in
            if rules.refusesLate, event.own < watermark { return nil }
            var event = event
            event.taken = max(event.own, watermark)
            watermark = max(watermark, event.taken - rules.disorder)
            return event
        }
        return taken.sorted { ($0.taken, $0.place) < ($1.taken, $1.place) }
    }

    // MARK: Events

    private mutating func take(_ event: PlainEvent) {
        fire(upTo: (event.taken, slides: false))
        for one in event.joins { join(one, at: event) }
        if let name = event.name { names[event.customer] = name }
        if let dedup = rules.dedup {
            let name = event.customer + " " + event.id
            if let last = seen[name], event.taken - last < dedup { return }
            seen[name] = event.taken
        }
        history[event.customer, default: []].append(event)
        for (index, moment) in rules.moments.enumerated() {
            switch moment.trigger {
            case .condition(let condition):
                decide(index, condition, event.customer, event: event, at: event.taken, place: 0)
            case .sequence(let sequence): advance(index, sequence, event)
            }
        }
        writePending()
    }

    // MARK: Two that turn out to be one

    private mutating func join(_ join: PlainEvent.Join, at event: PlainEvent) {
        let (from, into) = (join.from, join.into)
        for name in Set(tracks.keys.filter { $0.customer == from || $0.customer == into }) {
            let other = TrackName(
                moment: name.moment, customer: name.customer == from ? into : from, key: name.key)
            if name.customer == from, tracks[other] != nil { continue }
            let (mine, theirs) = name.customer == into ? (name, other) : (other, name)
            let (end, furtherEnd) = (
                lastEnd(name, of: from, at: event.taken), lastEnd(name, of: into, at: event.taken)
            )
            let kept = ended(tracks[mine] ?? Track(), name.moment, by: end)
            let further = ended(tracks[theirs] ?? Track(), name.moment, by: furtherEnd)
            tracks[theirs] = nil
            tracks[mine] =
                join.keepsInto
                ? joined(kept, further, name.moment, event) : joined(further, kept, name.moment, event)
        }
        history[into] = ((history[into] ?? []) + (history.removeValue(forKey: from) ?? [])).sorted {
            ($0.taken, $0.place) < ($1.taken, $1.place)
        }
        for (name, time) in seen where name.hasPrefix(from + " ") {
            seen[name] = nil
            let own = into + name.dropFirst(from.count)
            seen[own] = max(seen[own] ?? .min, time)
        }
        output.append(
            Line(
                place: event.place, moment: -1, customer: into, time: event.taken, windows: [], text: "", name: "",
                join: join))
    }

    /// When a customer has last had an event that ends what waits, as far as that is remembered.
    private func lastEnd(_ name: TrackName, of customer: String, at now: Int64) -> Int64? {
        guard let filter = endFilter(name.moment), let types = filter.types else { return nil }
        return history[customer]?.last { event in
            guard filter.takes(event), name.key == nil || event.key == name.key else { return false }
            return event.taken > now - memory(of: types, name.moment, event)
        }?.taken
    }

    /// What ends a sequence's closing absence, where that asks for types only.
    private func endFilter(_ moment: Int) -> PlainFilter? {
        guard case .sequence(let sequence) = rules.moments[moment].trigger, sequence.wait != nil,
            sequence.unwanted.condition == nil, sequence.unwanted.types != nil
        else { return nil }
        return sequence.unwanted
    }

    /// For how long it is remembered when an event of a type came: for the longest absence that such events end.
    private func memory(of types: [String], _ moment: Int, _ event: PlainEvent) -> Int64 {
        guard case .sequence(let sequence) = rules.moments[moment].trigger, !sequence.isByKey else {
            return wait(moment)
        }
        let moments = rules.moments.indices.filter { other in
            guard case .sequence(let sequence) = rules.moments[other].trigger else { return false }
            return !sequence.isByKey && endFilter(other)?.types?.contains(event.type) == true
        }
        return moments.map(wait).max() ?? 0
    }

    private func wait(_ moment: Int) -> Int64 {
        guard case .sequence(let sequence) = rules.moments[moment].trigger else { return 0 }
        return sequence.wait ?? 0
    }

    private func ended(_ track: Track, _ moment: Int, by time: Int64?) -> Track {
        guard let time, case .sequence(let sequence) = rules.moments[moment].trigger else { return track }
        var track = track
        track.runs.removeAll { $0.count == sequence.length && $0[$0.count - 1].taken <= time }
        track.told.removeAll { ($0.match.last?.taken ?? .max) <= time }
        return track
    }

    /// One track of two: that of the customer whose state stays is the first.
    private func joined(_ own: Track, _ further: Track, _ moment: Int, _ event: PlainEvent) -> Track {
        var track = own
        let cooldown = rules.moments[moment].cooldown
        switch rules.moments[moment].trigger {
        case .sequence:
            track.runs = (own.runs + further.runs).sorted {
                ($0[0].taken, $0[0].place) < ($1[0].taken, $1[0].place)
            }
            track.told = (own.told + further.told).sorted {
                ($0.due, $0.match.last?.place ?? 0) < ($1.due, $1.match.last?.place ?? 0)
            }
            // Whoever is left has survived the matches so far.
            track.ended = nil
        case .condition:
            let lasts = further.lastLine.map { cooldown > 0 && event.taken < $0 + cooldown } ?? false
            guard further.wasTrue || lasts else { return own }
        }
        if let line = further.lastLine, own.lastLine.map({ $0 < line }) ?? true {
            (track.lastLine, track.level) = (line, further.level)
        }
        if case .condition = rules.moments[moment].trigger, own.wasTrue, let line = track.lastLine {
            let wait = own.isOwed ? cooldown : isFlushing ? 0 : rules.moments[moment].repeatEvery
            track.due = wait > 0 ? max(line + wait, event.taken + 1) : nil
            track.duePlace = event.place
        }
        return track
    }

    private mutating func advance(_ moment: Int, _ sequence: PlainSequence, _ event: PlainEvent) {
        if sequence.isByKey, event.key == nil { return }
        if let among = sequence.among, !among.contains(event.type) { return }
        let name = TrackName(moment: moment, customer: event.customer, key: sequence.isByKey ? event.key : nil)
        var track = tracks[name] ?? Track()
        if sequence.wait != nil, sequence.unwanted.takes(event) { track.told = [] }
        var kept: [[PlainEvent]] = []
        var matches: [[PlainEvent]] = []
        for run in track.runs {
            guard let grown = grow(run, sequence, event) else { continue }
            if grown.count == sequence.length, sequence.wait == nil {
                matches.append(grown)
            } else {
                kept.append(grown)
            }
        }
        if sequence.steps[0].filter.takes(event) {
            if sequence.length == 1, sequence.wait == nil { matches.append([event]) } else { kept.append([event]) }
        }
        track.runs = kept
        for match in matches where track.survives(match) {
            track.ended = (match[match.count - 1].taken, match[match.count - 1].place)
            write(moment, name, &track, match, at: event.taken, place: event.place)
        }
        track.discard()
        tracks[name] = track
    }

    /// A run after an event; nil where that ends it.
    private func grow(_ run: [PlainEvent], _ sequence: PlainSequence, _ event: PlainEvent) -> [PlainEvent]? {
        if run.count == sequence.length {
            return sequence.unwanted.takes(event) ? nil : run
        }
        if let within = sequence.within, event.taken - run[0].taken >= within { return nil }
        let (step, repetition) = sequence.position(run.count)
        let takes = sequence.steps[step].filter.takes(event)
        let nots = repetition > 0 ? sequence.steps[step].nots : sequence.steps[step - 1].nots
        let ends = takes && run.count + 1 == sequence.length && sequence.wait == nil
        if nots.contains(where: { $0.takes(event) }), !(takes && repetition > 0), !ends { return nil }
        return takes ? run + [event] : run
    }

    // MARK: Time

    private typealias Clock = (time: Int64, slides: Bool)

    private static func isBefore(_ a: Clock, _ b: Clock) -> Bool {
        a.time != b.time ? a.time < b.time : !a.slides && b.slides
    }

    private mutating func fire(upTo limit: Clock) {
        while let next = nextInstant(), !NaiveModel.isBefore(limit, next) {
            clock = next
            pass()
        }
        if NaiveModel.isBefore(clock, limit) { clock = limit }
    }

    /// The next instant at which something may happen by itself.
    private func nextInstant() -> Clock? {
        var next: Clock?
        func consider(_ instant: Clock) {
            guard NaiveModel.isBefore(clock, instant) else { return }
            if next.map({ NaiveModel.isBefore(instant, $0) }) ?? true { next = instant }
        }
        for (name, track) in tracks {
            if let due = track.due { consider((due, slides: true)) }
            for told in track.told { consider((told.due, slides: false)) }
            guard case .sequence(let sequence) = rules.moments[name.moment].trigger, let wait = sequence.wait else {
                continue
            }
            for run in track.runs where run.count == sequence.length {
                consider((run[run.count - 1].taken + wait, slides: false))
            }
        }
        for events in history.values {
            for moment in rules.moments {
                guard case .condition(let condition) = moment.trigger else { continue }
                for cause in causes(condition, events) { consider((cause.instant, slides: true)) }
            }
        }
        return next
    }

    /// The instants at which a condition may turn by itself, and the places of the events that set them.
    private func causes(_ condition: StateCondition, _ history: [PlainEvent]) -> [(instant: Int64, place: Int)] {
        var causes = condition.windows.flatMap { rules.windows[$0].losses(history) }
        for (index, comparison, constant) in condition.comparisons where rules.windows[index].aggregate == .sinceLast {
            guard let last = rules.windows[index].events(history, at: 0).last else { continue }
            let isStrict = comparison == .more || comparison == .atMost
            causes.append((last.taken + Int64(constant) + (isStrict ? 1 : 0), last.place))
        }
        return causes
    }

    /// Everything that falls due at this very instant, before or behind its events.
    private mutating func pass() {
        let places = clock.slides ? firstDue() : [:]
        for (index, moment) in rules.moments.enumerated() {
            switch moment.trigger {
            case .sequence(let sequence): if !clock.slides { completeWaiting(index, sequence) }
            case .condition(let condition):
                if !clock.slides { continue }
                for (customer, events) in history where events.last?.taken != clock.time {
                    guard let place = places[customer] else { continue }
                    let slides =
                        !condition.readsEvent
                        && causes(condition, events).contains { $0.instant == clock.time }
                    decide(
                        index, condition, customer, event: nil, at: clock.time, place: place, again: slides)
                }
            }
        }
        pending.sort { ($0.place, $0.moment) < ($1.place, $1.moment) }
        writePending()
    }

    /// The place of the first event that has something of a customer fall due at this very instant: all that follows is one
    /// cause.
    private func firstDue() -> [String: Int] {
        var places: [String: Int] = [:]
        func note(_ customer: String, _ place: Int) { places[customer] = min(places[customer] ?? place, place) }
        for (customer, events) in history {
            for case .condition(let condition) in rules.moments.map(\.trigger) {
                for cause in causes(condition, events) where cause.instant == clock.time {
                    note(customer, cause.place)
                }
            }
        }
        for (name, track) in tracks where track.due == clock.time { note(name.customer, track.duePlace) }
        return places
    }

    private mutating func completeWaiting(_ moment: Int, _ sequence: PlainSequence) {
        guard let wait = sequence.wait else { return }
        for name in tracks.keys where name.moment == moment {
            guard var track = tracks[name] else { continue }
            func isOver(_ run: [PlainEvent]) -> Bool {
                run.count == sequence.length && run[run.count - 1].taken + wait == clock.time
            }
            let due = track.runs.filter(isOver)
            let again = track.told.filter { $0.due == clock.time }.map(\.match)
            track.runs.removeAll(where: isOver)
            let comesFirst = (again.first?.last?.place ?? .max) < (due.first?.last?.place ?? .max)
            if comesFirst { tellAgain(moment, name, &track) }
            for match in due where track.survives(match) {
                track.ended = (match[match.count - 1].taken, match[match.count - 1].place)
                keepToTell(match, moment, &track)
                write(moment, name, &track, match, at: clock.time, place: match[match.count - 1].place)
            }
            if !comesFirst { tellAgain(moment, name, &track) }
            track.discard()
            tracks[name] = track
        }
    }

    private func keepToTell(_ match: [PlainEvent], _ moment: Int, _ track: inout Track) {
        let time = rules.moments[moment].repeatEvery
        if time > 0, !isFlushing { track.told.append((match, clock.time + time)) }
    }

    private mutating func tellAgain(_ moment: Int, _ name: TrackName, _ track: inout Track) {
        let again = track.told.filter { $0.due == clock.time }.map(\.match)
        track.told.removeAll { $0.due == clock.time }
        for match in again {
            write(moment, name, &track, match, at: clock.time, place: match[match.count - 1].place)
            keepToTell(match, moment, &track)
        }
    }

    // MARK: Conditions and lines

    private mutating func decide(
        _ moment: Int, _ condition: StateCondition, _ customer: String, event: PlainEvent?, at now: Int64, place: Int,
        again: Bool = true
    ) {
        let events = history[customer] ?? []
        let name = TrackName(moment: moment, customer: customer, key: nil)
        var track = tracks[name] ?? Track()
        let isTrue =
            again ? condition.holds(event) { rules.windows[$0].value(events, at: now) } == true : track.wasTrue
        defer { tracks[name] = track }
        if !isTrue {
            (track.wasTrue, track.isOwed, track.due) = (false, false, nil)
            return
        }
        if track.wasTrue, track.due != now { return }
        track.wasTrue = true
        track.isOwed = !write(moment, name, &track, [], at: now, place: place)
        let repeatEvery = isFlushing ? 0 : rules.moments[moment].repeatEvery
        let wait = track.isOwed ? rules.moments[moment].cooldown : repeatEvery
        track.due = track.lastLine.flatMap { wait > 0 ? $0 + wait : nil }
        track.duePlace = event?.place ?? place
    }

    /// Whether it is told.
    @discardableResult
    private mutating func write(
        _ moment: Int, _ name: TrackName, _ track: inout Track, _ match: [PlainEvent], at now: Int64, place: Int
    ) -> Bool {
        let cooldown = rules.moments[moment].cooldown
        var level: Int?
        if rules.moments[moment].hasLevel, case .sequence(let sequence) = rules.moments[moment].trigger {
            level = match[sequence.steps[0].times - 1].value
        }
        if let last = track.lastLine, now < last + cooldown {
            guard let level, let before = track.level, level > before else { return false }
        }
        track.lastLine = now
        track.level = level
        func time(_ microseconds: Int64) -> String { "\"\(Instant(microseconds: microseconds))\"" }
        var text = "\"moment\":\"m\(moment)\",\"customer_id\":\"\(names[name.customer] ?? name.customer)\""
        if let key = name.key { text += ",\"by\":\"\(key)\"" }
        text +=
            ",\"time\":\(time(now)),\"start\":\(time(match.first?.taken ?? now)),\"end\":\(time(match.last?.taken ?? now))"
        if case .sequence(let sequence) = rules.moments[moment].trigger {
            var ids = match.map { "\"\($0.id)\"" }[...]
            let steps = sequence.steps.enumerated().map { index, step in
                defer { ids = ids.dropFirst(step.times) }
                return "\"s\(index)\":[\(ids.prefix(step.times).joined(separator: ","))]"
            }
            text += ",\"steps\":{\(steps.joined(separator: ","))}"
        }
        let events = history[name.customer] ?? []
        pending.append(
            Line(
                place: place, moment: moment, customer: name.customer, time: now,
                windows: rules.windows.map { $0.value(events, at: now) }, text: text + "}",
                name: names[name.customer] ?? name.customer))
        return true
    }

    private mutating func writePending() {
        output += pending
        pending = []
    }
}

extension NaiveModel.Track {
    /// Whether no match has ended the run: those that began up to a match's last event are over with it.
    func survives(_ run: [PlainEvent]) -> Bool {
        guard let ended else { return true }
        return (run[0].taken, run[0].place) > ended
    }

    mutating func discard() {
        let track = self
        runs.removeAll { !track.survives($0) }
    }
}

extension PlainWindow {
    /// The instants at which it loses an event by itself, and the places of the events that set them.
    func losses(_ history: [PlainEvent]) -> [(instant: Int64, place: Int)] {
        guard let over, aggregate != .sinceLast else { return [] }
        let events = events(history, at: .min + over)
        switch aggregate {
        case .distinct: return losses(ofValues: events, over)
        case .last:
            // Only the last one is held.
            return events.filter { event in !events.contains { $0.taken > event.taken && $0.taken < event.taken + over }
            }
            .map { ($0.taken + over, $0.place) }
        default: return events.map { ($0.taken + over, $0.place) }
        }
    }

    /// Of values, the one seen longest ago leaves first; when it leaves is looked at as it was when the one before left.
    private func losses(ofValues events: [PlainEvent], _ over: Int64) -> [(instant: Int64, place: Int)] {
        var losses: [(instant: Int64, place: Int)] = []
        var next: (instant: Int64, place: Int)?
        func oldest(_ known: ArraySlice<PlainEvent>, at now: Int64) -> (instant: Int64, place: Int)? {
            let seen = known.filter { event in
                event.taken > now - over && !known.contains { $0.value == event.value && $0.taken > event.taken }
            }
            return seen.min { ($0.taken, $0.place) < ($1.taken, $1.place) }.map { ($0.taken + over, $0.place) }
        }
        for (index, event) in events.enumerated() {
            while let due = next, due.instant <= event.taken {
                losses.append(due)
                next = oldest(events[..<index], at: due.instant)
            }
            if next == nil { next = oldest(events[...index], at: event.taken) }
        }
        while let due = next {
            losses.append(due)
            next = oldest(events[...], at: due.instant)
        }
        return losses
    }
}

extension PlainSequence {
    /// How many events a match binds.
    var length: Int { steps.reduce(0) { $0 + $1.times } }

    /// What a run of so many events waits for: a step, and which of its repetitions.
    func position(_ count: Int) -> (step: Int, repetition: Int) {
        var left = count
        for (index, step) in steps.enumerated() {
            if left < step.times { return (index, left) }
            left -= step.times
        }
        return (steps.count, 0)
    }
}

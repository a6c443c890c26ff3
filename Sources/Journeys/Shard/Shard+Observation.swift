package import Events
import Expressions
import Storage

/// Telling an observer of one customer. None of this happens where nobody observes.
extension Shard {
    /// How many partial matches of one moment are described one by one.
    private static let describedMost = 64

    /// Takes the event that the scope shows, by the number of its type, and tells of it where it is
    /// the watched customer's.
    mutating func takeObserved(_ type: Int32, by observer: any CustomerObserver) {
        guard showsObserved(observer) else {
            take(type)
            return
        }
        let time = context.scope.event.taken
        closeObservation(before: time)
        let sight = context.scope.event
        let before = observedState(at: time)
        context.scope.event = sight
        let firstLine = plan.hasIdentity ? firstLineOfEvent : lines.count
        let duplicateCount = duplicates.count
        take(type)
        // Only now is it known what the event is in the customer's journey.
        let event = observedEvent()
        let isDuplicate = duplicates.count > duplicateCount
        tell(isDuplicate ? .duplicate(event) : .event(event), at: time, before: before, firstLine: firstLine)
    }

    /// Whether the event that the scope shows is the watched customer's. Where it is found by
    /// several ids, it is watched from the first event on at which it has the watched one, or was
    /// first seen under it.
    private mutating func showsObserved(_ observer: any CustomerObserver) -> Bool {
        let id = context.scope.event.text(context.scope.event.row.customerID)
        let hash = context.scope.event.row.customerHash
        guard plan.hasIdentity else {
            return hash == observer.customerHash && id.copied == observer.customerID
        }
        let key = context.scope.customerKey
        if let watched { return watched.hash == hash && watched.key == key.copied }
        guard
            showsWatched || id.copied == observer.customerID
                || SubjectKey.id(of: key).copied == observer.customerID
        else {
            return false
        }
        watched = Watched(key: key.copied, hash: hash)
        return true
    }

    /// What the watched customer is kept under, where that is not its id.
    struct Watched {
        var key: [UInt8]
        var hash: UInt64
    }

    /// The event that the scope shows, once it has been taken.
    private func observedEvent() -> ObservedEvent {
        let event = context.scope.event
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
        guard let observer else { return false }
        if plan.hasIdentity {
            guard let watched, watched.hash == hash else { return false }
            return context.scope.customers.id(ofRow: location.row).copied == watched.key
        }
        guard observer.customerHash == hash else { return false }
        return context.scope.customers.id(ofRow: location.row).copied == observer.customerID
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
    mutating func noteHeldBack(_ moment: MomentNumber, _ keyState: KeyState, until: Instant) {
        guard !isObservationClosed, isObserved(context.scope.location, hash: context.scope.customerHash) else { return }
        observedHeldBack.append(
            HeldBackMoment(moment: plan.moments[moment].name, by: keyState.byText, until: until))
    }

    /// Notes that the decision on a moment of the watched customer waits.
    mutating func noteWaiting(_ moment: MomentNumber, until: Instant) {
        guard !isObservationClosed, isObserved(context.scope.location, hash: context.scope.customerHash) else { return }
        observedHeldBack.append(
            HeldBackMoment(moment: plan.moments[moment].name, by: nil, until: until, isDecision: true))
    }

    /// Says how things stood when watching ended, where `time` is later than that. To be called before each thing that
    /// happens to the customer, and with the distant future at the end.
    mutating func closeObservation(before time: Instant) {
        guard let observer, !isObservationClosed, time > observer.until || time == .distantFuture else { return }
        isObservationClosed = true
        let end = time == .distantFuture ? min(observer.until, max(context.scope.now, reached)) : observer.until
        observer.stands(observedState(at: end), at: end)
    }

    /// What is known of a customer, and at which instant; nil where nothing is. Between two batches.
    package mutating func known(of id: [UInt8]) -> (state: CustomerState, time: Instant)? {
        let hash = View.of(id) { hashKey.hash($0) }
        guard let location = View.of(id, { context.scope.customers.find($0, hash: hash) }), location.row != 0 else {
            return nil
        }
        let watching = observer
        observer = PassingObserver(id, hash)
        defer { observer = watching }
        return (observedState(at: reached), reached)
    }

    /// What is known of the watched customer at `time`, which is no earlier than anything that happened.
    mutating func observedState(at time: Instant) -> CustomerState {
        var state = CustomerState()
        guard let observer else { return state }
        context.evaluator.reset()
        let (now, hasEvent, location) = (context.scope.now, context.scope.hasEvent, context.scope.location)
        context.scope.now = time
        context.scope.hasEvent = false
        let sought = watched ?? Watched(key: observer.customerID, hash: observer.customerHash)
        context.scope.location = View.of(sought.key) { context.scope.customers.find($0, hash: sought.hash) } ?? .none
        observeFacts(&state)
        if context.scope.location.row != 0 {
            for moment in plan.moments.indices.map({ MomentNumber($0) }) {
                state.waiting += matcher.describe(moment, context, plan: plan, most: Shard.describedMost)
            }
        }
        (context.scope.now, context.scope.hasEvent, context.scope.location) = (now, hasEvent, location)
        return state
    }

    private func observeFacts(_ state: inout CustomerState) {
        func note(_ name: String, _ variable: Int, isElapsing: Bool = false) {
            var json: [UInt8] = []
            let value = context.scope.value(of: variable)
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
}

/// Names a customer that is looked at once.
private final class PassingObserver: CustomerObserver {
    let customerID: [UInt8]
    let customerHash: UInt64
    let until = Instant.distantPast

    init(_ id: [UInt8], _ hash: UInt64) { (customerID, customerHash) = (id, hash) }

    func observe(_ incident: Incident) {}
    func stands(_ state: CustomerState, at time: Instant) {}
}

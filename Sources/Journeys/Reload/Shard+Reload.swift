import Events
import Expressions
import Storage

/// What a shard let go of as its plan changed, by the rules' numbers in the old plan.
package struct Dropped: Sendable {
    /// Partial matches, by moment.
    package internal(set) var partialMatches: [Int]
    /// Customers of whom something was kept, by window, attribute, score and segment.
    package internal(set) var windows: [Int]
    package internal(set) var attributes: [Int]
    package internal(set) var scores: [Int]
    package internal(set) var segments: [Int]

    init(_ plan: JourneyPlan) {
        partialMatches = Array(repeating: 0, count: plan.moments.count)
        windows = Array(repeating: 0, count: plan.windows.count)
        attributes = Array(repeating: 0, count: plan.picture.attributes.count)
        scores = Array(repeating: 0, count: plan.picture.scores.count)
        segments = Array(repeating: 0, count: plan.picture.segments.count)
    }

    /// Adds what another shard let go of.
    package mutating func add(_ other: Dropped) {
        func sum(_ one: [Int], _ other: [Int]) -> [Int] { zip(one, other).map { $0 + $1 } }
        partialMatches = sum(partialMatches, other.partialMatches)
        windows = sum(windows, other.windows)
        attributes = sum(attributes, other.attributes)
        scores = sum(scores, other.scores)
        segments = sum(segments, other.segments)
    }
}

/// Going on under another plan, between two batches.
///
/// The new shard takes over the old one's arena, so that handles stay what they are, and goes once through the customers:
/// words move to the numbers that their rules have now, what the new plan does not know is freed, windows whose form is another are
/// put into it. Then the deadlines are numbered anew, and those of such windows set anew. Event types, slots and
/// touchpoints have the numbers that they had, because the new plan was made so; so bound events stay as they are.
/// Cost: a step for each word of each customer, none where the rules and their numbers are the same.
extension Shard {
    /// What becomes of the words of one kind.
    private struct Treatment: BitwiseCopyable {
        /// The kind's number from now on; -1 where it is dropped.
        var kind: Int32 = -1
        /// Whether the window's blocks are put into another form.
        var converts = false
    }

    /// Takes over everything that goes on under this shard's plan. This one has no customers yet, and `old` none afterwards.
    package mutating func follow(_ old: inout Shard) -> Dropped {
        precondition(
            old.newCustomers == 0 && old.lines.isEmpty && old.boundEvent == 0 && old.keptMoments.isEmpty,
            "between two batches")
        let map = StateMap(from: old.plan, to: plan)
        var dropped = Dropped(old.plan)
        if map.lengthens { old.letGoOfAll() }
        let treatments = Column(self.treatments(map, of: old))
        scene.takeOver(&old.scene)
        reached = old.reached
        // What slides at the very watermark has not done so yet.
        scene.now = old.reached.advanced(by: -1)
        scene.hasEvent = false
        evaluator.reset()
        (sweepPlace, unswept, pace) = (old.sweepPlace, old.unswept, old.pace)
        work.eventNumber = old.work.eventNumber
        statistics.follow(old.statistics, from: old.plan, to: plan)
        move(treatments, map, from: &old, &dropped)
        renumber(old.deadlines.heap, treatments)
        deadlines.goOn(counting: old.deadlines.beyond)
        armConverted(treatments)
        armConditions(map, from: old.plan)
        return dropped
    }

    private func treatments(_ map: StateMap, of old: borrowing Shard) -> [Treatment] {
        var all: [Treatment] = []
        for (index, target) in map.windows.enumerated() {
            guard let target else {
                all.append(Treatment())
                continue
            }
            let isSame =
                WindowState(form: old.scene.windows[index], arena: old.scene.arena).isSame(as: scene.windows[target])
                && old.plan.windows[index].thresholds == plan.windows[target].thresholds
            all.append(Treatment(kind: Int32(target), converts: !isSame))
        }
        all += map.moments.map { Treatment(kind: $0.map { Int32(kind(ofMoment: $0)) } ?? -1) }
        all.append(Treatment(kind: map.keepsIDs ? Int32(dedupKind) : -1))
        all.append(Treatment(kind: picture.hasItems ? Int32(scene.pictureKind) : -1))
        all += map.attributes.map { Treatment(kind: $0.map { Int32(scene.pictureKind + 1 + $0) } ?? -1) }
        all.append(Treatment(kind: Int32(waitingKind)))
        return all
    }

    // MARK: Customers

    private mutating func move(
        _ treatments: borrowing Column<Treatment>, _ map: StateMap, from old: inout Shard, _ dropped: inout Dropped
    ) {
        let pictures = PictureMove(map, from: old, to: self)
        var isSame = scene.customers.bitmapWords == old.scene.customers.bitmapWords && !pictures.changes
        for kind in 0..<treatments.count where treatments[kind].converts || treatments[kind].kind != kind {
            isSame = false
        }
        var table = old.scene.customers.takeTable()
        if isSame {
            scene.customers.adopt(table)
            return
        }
        var kinds = Column<Int32>()
        var words = Column<UInt64>()
        table.update { entry in
            var entry = entry
            let bitmap = old.scene.customers.bitmap(ofRow: entry.row)
            kinds.truncate(to: 0)
            words.truncate(to: 0)
            for place in 0..<old.scene.customers.bitmapWords {
                var bits = scene.arena[bitmap + place]
                while bits != 0 {
                    let kind = place << 6 + bits.trailingZeroBitCount
                    bits &= bits - 1
                    guard let cell = old.scene.customers.cell(kind, bitmap: bitmap) else { continue }
                    let treatment = treatments[kind]
                    if kind == old.scene.pictureKind {
                        guard pictures.move(cell, &dropped, keeps: treatment.kind >= 0) else { continue }
                    } else if kind == old.waitingKind {
                        guard moveWaiting(cell, map.moments, &dropped) else { continue }
                    } else if treatment.kind < 0 {
                        old.drop(kind, cell: cell, &dropped)
                        continue
                    } else if treatment.converts {
                        // A hash that is the same in every process: lines stand in an order by these places.
                        let place = Hash64.of(old.scene.customers.id(ofRow: entry.row)) >> 1
                        WindowState(form: old.scene.windows[kind], arena: scene.arena).convert(
                            to: scene.windows[Int(treatment.kind)], cell: cell, place: place)
                    }
                    kinds.append(treatment.kind)
                    words.append(scene.arena[cell])
                }
            }
            entry.row = scene.customers.moveRow(entry.row, from: old.scene.customers, kinds, words)
            entry.rest = 1
            return entry
        }
        scene.customers.adopt(table)
    }

    /// Frees what this shard's plan keeps of a customer in a word of that kind.
    private func drop(_ kind: Int, cell: Int, _ dropped: inout Dropped) {
        let arena = scene.arena
        switch stateKind(kind) {
        case .window(let window):
            dropped.windows[window] += 1
            if arena[cell] != 0 { WindowState(form: scene.windows[window], arena: arena).free(cell: cell) }
        case .moment(let moment):
            if let absence = LoneAbsence(arena[cell], in: arena) {
                absence.free()
                dropped.partialMatches[moment] += 1
            } else {
                dropped.partialMatches[moment] += freeMatchers(UInt32(truncatingIfNeeded: arena[cell]), moment)
            }
        case .dedup:
            if let dedup, arena[cell] != 0 {
                WindowState(form: WindowState.Form(distinctOver: dedup), arena: arena).free(cell: cell)
            }
        case .picture: preconditionFailure("scores and segments are moved, or freed, as one")
        case .waiting: preconditionFailure("what waits is moved, or freed, as one")
        case .attribute(let attribute):
            dropped.attributes[attribute] += 1
            KeptAttribute(arena: arena, cell: cell).free()
        }
    }

    /// Frees all that a moment keeps of a customer; answers how many partial matches there were.
    private func freeMatchers(_ held: UInt32, _ moment: Int) -> Int {
        guard held != 0 else { return 0 }
        let form = dispatch.moments[moment]
        let arena = scene.arena
        let table = MatcherTable(arena: arena)
        var partialMatches = 0
        for handle in form.by >= 0 ? table.all(held) : [held] {
            let matcher = Matcher(arena: arena, handle: handle)
            if form.pattern >= 0 {
                partialMatches += matcher.runs
                if dispatch.patterns.forms[Int(form.pattern)].sharesFuture {
                    CohortList(matcher: matcher).free()
                } else {
                    PartialGroups(matcher: matcher).free()
                }
            } else if form.condition < 0 {
                partialMatches += matcher.runs
                for count in 1...form.runLists where matcher.list(count) != 0 {
                    _ = RunList(arena: arena).free(matcher.list(count))
                }
            }
            if form.retells { ToldMatches(matcher: matcher, word: form.retoldWord).free() }
            matcher.free(lists: form.lists)
        }
        if form.by >= 0 { table.free(held) }
        return partialMatches
    }

    // MARK: Deadlines

    private mutating func renumber(_ heap: borrowing Column<Deadlines.Entry>, _ treatments: borrowing Column<Treatment>)
    {
        for index in 0..<heap.count {
            var entry = heap[index]
            let treatment = treatments[Int(entry.kind)]
            if treatment.kind < 0 || treatment.converts { continue }
            entry.kind = UInt32(treatment.kind)
            deadlines.add(entry)
        }
    }

    /// Sets the deadlines of the `when` moments whose cooldown or repeat is another one now.
    private mutating func armConditions(_ map: StateMap, from old: JourneyPlan) {
        var moments: [Int] = []
        for (index, target) in map.moments.enumerated() {
            guard let target, dispatch.moments[target].condition >= 0 else { continue }
            let (before, after) = (old.moments[index], plan.moments[target])
            if (before.cooldown, before.repeatEvery) != (after.cooldown, after.repeatEvery) { moments.append(target) }
        }
        if moments.isEmpty { return }
        isEvent = false
        var place = 0
        while let location = scene.customers.next(from: place) {
            place = location.entry + 1
            scene.location = location
            scene.customerHash = scene.customers.table[location.entry].hash
            deadlinePlace = scene.customerHash >> 2
            for moment in moments {
                guard let matcher = matcher(moment, key: nil) else { continue }
                armCondition(matcher, moment, dispatch.moments[moment])
            }
        }
        scene.location = .none
    }

    /// Sets the deadlines of the windows that have another form now.
    private mutating func armConverted(_ treatments: borrowing Column<Treatment>) {
        var windows: [Int] = []
        for kind in 0..<treatments.count where treatments[kind].converts { windows.append(Int(treatments[kind].kind)) }
        if windows.isEmpty { return }
        var place = 0
        while let location = scene.customers.next(from: place) {
            place = location.entry + 1
            scene.location = location
            scene.customerHash = scene.customers.table[location.entry].hash
            scene.customerID = scene.customers.id(ofRow: location.row)
            for window in windows {
                guard let cell = cell(window), scene.arena[cell] != 0 || !scene.windows[window].isBlock else {
                    continue
                }
                arm(WindowState(form: scene.windows[window], arena: scene.arena), window: window, cell: cell)
            }
        }
        scene.location = .none
    }
}

/// What becomes of the customers' scores and segments.
private struct PictureMove {
    private let map: StateMap
    private let arena: Arena
    private let oldScores: Int
    private let oldSegments: Int
    private let scores: Int
    private let segments: Int
    /// Whether scores or segments are to be decided anew at each customer's next event.
    private let isStale: Bool
    /// Whether the blocks must be touched at all.
    let changes: Bool

    init(_ map: StateMap, from old: borrowing Shard, to new: borrowing Shard) {
        self.map = map
        arena = new.scene.arena
        (oldScores, oldSegments) = (old.picture.scoreCount, old.picture.itemCount - old.picture.scoreCount)
        (scores, segments) = (new.picture.scoreCount, new.picture.itemCount - new.picture.scoreCount)
        var before: Set<Int> = []
        for (index, target) in (map.scores + map.segments.map { $0.map { $0 + new.picture.scoreCount } }).enumerated() {
            if let target, old.plan.use.items[index] { before.insert(target) }
        }
        isStale = new.plan.use.items.indices.contains { new.plan.use.items[$0] && !before.contains($0) }
        let isSame = map.scores == Array(0..<scores) && map.segments == Array(0..<segments)
        changes = isStale || !isSame || old.picture.hasItems != new.picture.hasItems
    }

    /// Moves a customer's block, or frees it; false where there is none any more.
    func move(_ cell: Int, _ dropped: inout Dropped, keeps: Bool) -> Bool {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        let old = PictureState(arena: arena, base: Arena.word(handle), scoreCount: oldScores)
        for (score, target) in map.scores.enumerated() where target == nil && old.isPresent(score) {
            dropped.scores[score] += 1
        }
        for (segment, target) in map.segments.enumerated() where target == nil && old.isIn(segment) {
            dropped.segments[segment] += 1
        }
        if keeps {
            let block = arena.allocate(PictureState.words(scores: scores, segments: segments))
            let new = PictureState(arena: arena, base: Arena.word(block), scoreCount: scores)
            new.begin()
            for (score, target) in map.scores.enumerated() {
                guard let target else { continue }
                new.setValue(target, old.lastValue(score))
                new.setPresent(target, old.isPresent(score))
            }
            for (segment, target) in map.segments.enumerated() {
                guard let target else { continue }
                new.setIn(target, old.isIn(segment))
            }
            new.isStale = isStale || old.isStale
            arena[cell] = UInt64(block)
        }
        arena.free(handle, words: PictureState.words(scores: oldScores, segments: oldSegments))
        return keeps
    }
}

extension ShardStatistics {
    /// Goes on counting under another plan: what has the same name, or stands at the same path, is the same.
    mutating func follow(_ old: ShardStatistics, from before: JourneyPlan, to after: JourneyPlan) {
        func numbers<Item>(_ items: [Item], _ name: (Item) -> String) -> [ByteName: Int] {
            Dictionary(items.enumerated().map { (ByteName(name($1)), $0) }, uniquingKeysWith: { first, _ in first })
        }
        let known = numbers(before.moments, \.name)
        for (index, moment) in after.moments.enumerated() {
            guard let number = known[moment.name] else { continue }
            moments[index] = old.moments[number]
            rested[index] = old.rested[number]
            overflowed[index] = old.overflowed[number]
            outgrown[index] = old.outgrown[number]
            droppedOff[index] = old.droppedOff[number]
        }
        came = old.came
        let paths = numbers(before.expressions, \.path)
        for (index, expression) in after.expressions.enumerated() {
            guard let number = paths[expression.path] else { continue }
            faults[index] = old.faults[number]
            absences[index] = old.absences[number]
        }
    }
}

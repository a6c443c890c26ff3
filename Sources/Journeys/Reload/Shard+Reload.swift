import Events
import Expressions
import Storage

/// Going on under another plan, between two batches.
///
/// The new shard takes over the old one's arena, so that handles stay what they are, and goes once
/// through the customers: words move to the numbers that their rules have now, what the new plan
/// does not know is freed, windows whose form is another are put into it. Then the deadlines are
/// numbered anew, and those of such windows set anew. Event types, slots and touchpoints have the
/// numbers that they had, because the new plan was made so; so bound events stay as they are. Cost:
/// a step for each word of each customer, none where the rules and their numbers are the same.
extension Shard {
    /// What becomes of the words of one kind.
    private struct Treatment: BitwiseCopyable {
        /// The kind's number from now on; nil where it is dropped.
        var kind: Int32?
        /// Whether the window's blocks are put into another form.
        var converts = false
    }

    /// Takes over everything that goes on under this shard's plan. This one has no customers yet, and `old` none afterwards.
    package mutating func follow(_ old: inout Shard) -> Dropped {
        precondition(
            old.context.newCustomers == 0 && old.lines.isEmpty && old.context.boundEvent == 0
                && old.keptMoments.isEmpty,
            "between two batches")
        let map = StateMap(from: old.plan, to: plan)
        var dropped = Dropped(old.plan)
        if map.lengthens { old.evictAll() }
        let treatments = Column(self.treatments(map, of: old))
        context.scope.takeOver(&old.context.scope)
        reached = old.reached
        // What slides at the very watermark has not done so yet.
        context.scope.now = old.reached.advanced(by: -1)
        context.scope.hasEvent = false
        context.evaluator.reset()
        (sweepPlace, unswept, pace) = (old.sweepPlace, old.unswept, old.pace)
        matcher.work.eventNumber = old.matcher.work.eventNumber
        context.statistics.follow(old.context.statistics, from: old.plan, to: plan)
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
                WindowState(form: old.context.scope.windows[index], arena: old.context.scope.arena).isSame(
                    as: context.scope.windows[target])
                && old.plan.windows[index].thresholds == plan.windows[target].thresholds
            all.append(Treatment(kind: Int32(target.index), converts: !isSame))
        }
        all += map.moments.map { Treatment(kind: $0.map { Int32(context.kind(ofMoment: $0)) }) }
        all.append(Treatment(kind: map.keepsIDs ? Int32(context.dedupKind) : nil))
        all.append(Treatment(kind: picture.hasItems ? Int32(context.scope.pictureKind) : nil))
        all += map.attributes.map { Treatment(kind: $0.map { Int32(context.scope.pictureKind + 1 + $0) }) }
        all.append(Treatment(kind: Int32(context.waitingKind)))
        let keepsNames = plan.hasIdentity || !old.plan.hasIdentity
        all.append(Treatment(kind: keepsNames ? Int32(context.scope.nameKind) : nil))
        return all
    }

    // MARK: Customers

    private mutating func move(
        _ treatments: borrowing Column<Treatment>, _ map: StateMap, from old: inout Shard, _ dropped: inout Dropped
    ) {
        let pictures = PictureMove(map, from: old, to: self)
        var isSame = context.scope.customers.bitmapWords == old.context.scope.customers.bitmapWords && !pictures.changes
        for kind in 0..<treatments.count where treatments[kind].converts || treatments[kind].kind != Int32(kind) {
            isSame = false
        }
        var table = old.context.scope.customers.takeTable()
        if isSame {
            context.scope.customers.adopt(table)
            return
        }
        var kinds = Column<Int32>()
        var words = Column<UInt64>()
        table.update { entry in
            var entry = entry
            let bitmap = old.context.scope.customers.bitmap(ofRow: entry.row)
            kinds.truncate(to: 0)
            words.truncate(to: 0)
            for place in 0..<old.context.scope.customers.bitmapWords {
                var bits = context.scope.arena[bitmap + place]
                while bits != 0 {
                    let kind = place << 6 + bits.trailingZeroBitCount
                    bits &= bits - 1
                    guard let cell = old.context.scope.customers.cell(kind, bitmap: bitmap) else { continue }
                    let treatment = treatments[kind]
                    if kind == old.context.scope.pictureKind {
                        guard pictures.move(cell, &dropped, keeps: treatment.kind != nil) else { continue }
                    } else if kind == old.context.waitingKind {
                        guard moveWaiting(cell, map.moments, &dropped) else { continue }
                    } else if treatment.kind == nil {
                        old.drop(kind, cell: cell, &dropped)
                        continue
                    } else if treatment.converts, let target = treatment.kind {
                        // A hash that is the same in every process: lines stand in an order by these places.
                        let place = Hash64.of(old.context.scope.customers.id(ofRow: entry.row)) >> 1
                        WindowState(form: old.context.scope.windows[kind], arena: context.scope.arena).convert(
                            to: context.scope.windows[Int(target)], cell: cell, place: place)
                    }
                    guard let target = treatment.kind else { continue }
                    kinds.append(target)
                    words.append(context.scope.arena[cell])
                }
            }
            entry.row = context.scope.customers.moveRow(entry.row, from: old.context.scope.customers, kinds, words)
            entry.rest = 1
            return entry
        }
        context.scope.customers.adopt(table)
    }

    /// Frees what this shard's plan keeps of a customer in a word of that kind.
    private mutating func drop(_ kind: Int, cell: Int, _ dropped: inout Dropped) {
        let arena = context.scope.arena
        switch context.scope.stateKind(kind) {
        case .window(let window):
            dropped.windows[window] += 1
            if arena[cell] != 0 { WindowState(form: context.scope.windows[window], arena: arena).free(cell: cell) }
        case .moment(let moment):
            dropped.partialMatches[moment] += matcher.free(arena[cell], moment: moment, context)
        case .dedup:
            if let dedup, arena[cell] != 0 {
                WindowState(form: WindowForm(distinctOver: dedup), arena: arena).free(cell: cell)
            }
        case .picture: preconditionFailure("scores and segments are moved, or freed, as one")
        case .waiting: preconditionFailure("what waits is moved, or freed, as one")
        case .name: context.freeName(arena[cell])
        case .attribute(let attribute):
            dropped.attributes[attribute] += 1
            KeptAttribute(arena: arena, cell: cell).free()
        }
    }

    // MARK: Deadlines

    private mutating func renumber(_ heap: borrowing Column<Deadlines.Entry>, _ treatments: borrowing Column<Treatment>)
    {
        for index in 0..<heap.count {
            var entry = heap[index]
            let treatment = treatments[Int(entry.kind)]
            guard let kind = treatment.kind, !treatment.converts else { continue }
            entry.kind = UInt32(kind)
            deadlines.add(entry)
        }
    }

    /// Sets the deadlines of the `when` moments whose cooldown or repeat is another one now.
    private mutating func armConditions(_ map: StateMap, from old: JourneyPlan) {
        var moments: [MomentNumber] = []
        for (index, target) in map.moments.enumerated() {
            guard let target, !matcher.table.forms[target].condition.isNone else { continue }
            let (before, after) = (old.moments[index], plan.moments[target])
            if (before.cooldown, before.repeatEvery) != (after.cooldown, after.repeatEvery) { moments.append(target) }
        }
        if moments.isEmpty { return }
        context.isEvent = false
        var place = 0
        while let location = context.scope.customers.next(from: place) {
            place = location.entry + 1
            context.scope.location = location
            context.scope.customerHash = context.scope.customers.table[location.entry].hash
            deadlinePlace = context.scope.customerHash >> 2
            for moment in moments {
                guard let keyState = context.keyState(moment, key: nil) else { continue }
                armCondition(keyState, moment, matcher.table.forms[moment])
            }
        }
        context.scope.location = .none
    }

    /// Sets the deadlines of the windows that have another form now.
    private mutating func armConverted(_ treatments: borrowing Column<Treatment>) {
        var windows: [WindowNumber] = []
        for kind in 0..<treatments.count where treatments[kind].converts {
            windows.append(WindowNumber(treatments[kind].kind.map { Int($0) }))
        }
        if windows.isEmpty { return }
        var place = 0
        while let location = context.scope.customers.next(from: place) {
            place = location.entry + 1
            context.scope.location = location
            context.scope.customerHash = context.scope.customers.table[location.entry].hash
            context.scope.customerID = context.scope.name(ofRow: location.row)
            for window in windows {
                guard let cell = context.cell(window.index),
                    context.scope.arena[cell] != 0 || !context.scope.windows[window].isBlock
                else {
                    continue
                }
                arm(
                    WindowState(form: context.scope.windows[window], arena: context.scope.arena), window: window,
                    cell: cell)
            }
        }
        context.scope.location = .none
    }
}

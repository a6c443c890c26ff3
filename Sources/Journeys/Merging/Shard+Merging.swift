import Events
import Expressions
import Storage

/// Two customers turn out to be one: the state of one goes over into the other's, as if it had been that one's from the
/// beginning. It happens at the event that says so, before anything else of it and behind all deadlines due by then.
extension Shard {
    /// Turns to the subject of an event, and does what has become known at it.
    /// - Parameter next: the first of the batch's changes that may be this event's.
    mutating func meet(_ row: Int, of batch: OrderedBatch, _ next: inout Int) {
        context.scope.customerKey = batch.key(row, of: batch.events.row(row))
        firstLineOfEvent = lines.count
        // Several changes at one event stand in their order.
        (isSlide, ordinal) = (false, 0)
        while next < batch.changes.count, batch.changes[next].row <= row {
            let (number, change) = (next, batch.changes[next])
            next += 1
            guard change.row == row else { continue }
            context.scope.event = batch.events.sight(row, taken: batch.taken(row), place: batch.place(row))
            apply(change, batch.transfer(ofChange: number))
        }
    }

    private mutating func apply(_ change: SubjectChange, _ transfer: StateTransfer?) {
        context.begin()
        if change.kind == .merged { merge(change, transfer) }
        if change.kind != .refused { context.noteName() }
        tell(change)
    }

    // MARK: From shard to shard

    /// Does this shard's part in the transfers up to an event; false where one is awaited.
    mutating func passTransfers(
        through row: Int, _ batch: OrderedBatch, _ shard: Int, _ progress: inout BatchProgress
    ) -> Bool {
        progress.awaited = nil
        while progress.transfers < batch.transfers.count, batch.transfers[progress.transfers].row <= row {
            let transfer = batch.transfers[progress.transfers]
            if transfer.giver == shard {
                // What is due by then is still this shard's.
                let taken = batch.taken(transfer.row)
                if deadlines.next.microseconds <= taken.microseconds { fire(upTo: taken) }
                transfer.state.give(takeOut(batch.changes[transfer.change]))
            } else if transfer.taker == shard, !transfer.state.isGiven {
                progress.awaited = transfer
                return false
            }
            progress.transfers += 1
        }
        return true
    }

    /// Takes all that is kept of a subject that goes over into another out of this shard; nil where that is nothing.
    private mutating func takeOut(_ change: SubjectChange) -> StateTransfer.Words? {
        guard var absorbed = absorbed(change) else { return nil }
        for (kind, word) in zip(absorbed.kinds, absorbed.words) {
            guard case .moment(let moment) = context.scope.stateKind(kind) else { continue }
            absorbed.partialMatches += matcher.table.partialMatches(in: word, of: moment, context.scope.arena)
        }
        KeyState.count(-absorbed.partialMatches, in: context.scope.arena)
        return absorbed
    }

    /// The words of a subject of this shard that goes over into another; its row is gone then.
    private mutating func absorbed(_ change: SubjectChange) -> StateTransfer.Words? {
        let found = View.of(change.absorbed) { context.scope.customers.find($0, hash: change.absorbedHash) }
        guard let found else { return nil }
        var absorbed = StateTransfer.Words()
        for kind in 0...context.scope.nameKind {
            guard let cell = context.scope.customers.cell(kind, bitmap: found.bitmap) else { continue }
            absorbed.kinds.append(kind)
            absorbed.words.append(context.scope.arena[cell])
        }
        context.scope.customers.remove(found)
        return absorbed
    }

    private mutating func merge(_ change: SubjectChange, _ transfer: StateTransfer?) {
        if watched?.key == change.absorbed { watched = Watched(key: change.key, hash: change.hash) }
        guard let absorbed = transfer.map({ $0.state.take() }) ?? absorbed(change) else { return }
        KeyState.count(absorbed.partialMatches, in: context.scope.arena)
        // The other one may stand elsewhere now.
        context.begin()
        context.isCustomerNeeded = true
        hasMerged = true
        mergeMoments(absorbed)
        for (kind, word) in zip(absorbed.kinds, absorbed.words) {
            switch context.scope.stateKind(kind) {
            case .moment: break
            case .window(let window):
                mergeWindow(context.scope.windows[window], kind, word)
                guard let cell = context.cell(kind) else { continue }
                arm(
                    WindowState(form: context.scope.windows[window], arena: context.scope.arena), window: window,
                    cell: cell)
            case .dedup: if let dedup { mergeWindow(WindowForm(distinctOver: dedup), kind, word) }
            case .attribute(let attribute): mergeAttribute(attribute, kind, word)
            case .picture: mergePicture(word, leads: change.absorbedLeads)
            case .waiting: mergeWaiting(word)
            case .name: context.freeName(word)
            }
        }
        context.isCustomerNeeded = false
        if context.scope.location.row != 0 { context.freeCustomerIfIdle() }
    }

    private mutating func mergeWindow(_ form: WindowForm, _ kind: Int, _ word: UInt64) {
        let state = WindowState(form: form, arena: context.scope.arena)
        guard let cell = context.cell(kind) else {
            let cell = context.obtainCell(kind)
            context.scope.arena[cell] = word
            state.disarm(cell: cell)
            return
        }
        state.merge(word, into: cell)
        state.disarm(cell: cell)
    }

    // MARK: Moments

    private mutating func mergeMoments(_ absorbed: StateTransfer.Words) {
        for moment in plan.moments.indices.map({ MomentNumber($0) }) {
            let kind = context.kind(ofMoment: moment)
            let form = matcher.table.forms[moment]
            let word = absorbed.word(kind)
            guard form.strategy != nil else {
                if let word, word != 0 { mergeCondition(moment, form, word) }
                continue
            }
            let ends = ends(moment, absorbed)
            if let word, word != 0 {
                matcher.merge(word, moment: moment, ends, &context)
            } else if ends.endsOwn {
                matcher.end(ends, moment: moment, &context)
            }
            if !matcher.results.isEmpty { takeResults(of: moment) }
        }
    }

    /// When each of the two has last had an event for which a sequence's end waits in vain.
    private func ends(_ moment: MomentNumber, _ absorbed: StateTransfer.Words) -> SequenceMatcher.Ends {
        var ends = SequenceMatcher.Ends()
        ends.now = context.scope.now
        if let window = plan.closingKeys[moment] {
            ends.keys = WindowState(form: context.scope.windows[window], arena: context.scope.arena)
            ends.ownKeys = context.cell(window.index).map { context.scope.arena[$0] } ?? 0
            ends.otherKeys = absorbed.word(window.index) ?? 0
        }
        for window in plan.closingMemory[moment] ?? [] {
            let state = WindowState(form: context.scope.windows[window], arena: context.scope.arena)
            if let cell = context.cell(window.index),
                let last = state.lastEvent(context.scope.arena[cell], at: ends.now)
            {
                ends.own = max(ends.own ?? .distantPast, last)
            }
            if let word = absorbed.word(window.index), let last = state.lastEvent(word, at: ends.now) {
                ends.other = max(ends.other ?? .distantPast, last)
            }
        }
        return ends
    }

    /// A `when` moment is what it was for the customer that goes on; the later of two lines counts for its cooldown.
    private mutating func mergeCondition(_ moment: MomentNumber, _ form: MomentForm, _ word: UInt64) {
        let arena = context.scope.arena
        let kind = context.kind(ofMoment: moment)
        let cell = context.obtainCell(kind)
        let handle = UInt32(truncatingIfNeeded: word)
        guard !form.isKeyed else {
            // Values of `by` of which both have something stay as they are for the one that goes on.
            if arena[cell] == 0 { arena[cell] = word } else { _ = matcher.free(word, moment: moment, context) }
            return
        }
        let further = KeyState(arena: arena, handle: handle)
        if context.isIdle(further, form) {
            // It may just as well have been let go of before.
            further.free(lists: form.lists)
            if arena[cell] == 0 { context.scope.customers.removeCell(kind, ofRow: context.scope.location.row) }
            return
        }
        guard arena[cell] != 0 else {
            (further.wasTrue, further.isOwed) = (false, false)
            further.armed = nil
            arena[cell] = word
            context.freeIfIdle(further, moment: moment, form)
            return
        }
        let own = KeyState(arena: arena, handle: UInt32(truncatingIfNeeded: arena[cell]))
        if further.hasLine, !own.hasLine || own.lastLine < further.lastLine { own.lastLine = further.lastLine }
        further.free(lists: form.lists)
        armCondition(own, moment, form)
    }

    // MARK: The picture

    private mutating func mergeAttribute(_ attribute: Int, _ kind: Int, _ word: UInt64) {
        let arena = context.scope.arena
        guard let cell = context.cell(kind) else {
            let cell = context.obtainCell(kind)
            context.scope.arena[cell] = word
            return
        }
        let own = KeptAttribute(arena: arena, cell: cell)
        let further = KeptAttribute(arena: arena, word: word)
        let replaces: Bool
        switch picture.attributes[attribute].keep {
        case .latest: replaces = (further.time, further.place) > (own.time, own.place)
        case .first: replaces = (further.time, further.place) < (own.time, own.place)
        case .max: replaces = further.value.rank(against: own.value) > 0
        case .min: replaces = further.value.rank(against: own.value) < 0
        case .longest: replaces = (further.value.length ?? 0) > (own.value.length ?? 0)
        case .priority:
            replaces =
                further.rank != own.rank
                ? further.rank < own.rank : (further.time, further.place) > (own.time, own.place)
        }
        if replaces {
            own.free()
            arena[cell] = word
        } else {
            further.free()
        }
    }

    /// Scores and segments are decided anew; who was in a segment is who has the stronger name.
    private mutating func mergePicture(_ word: UInt64, leads: Bool) {
        let arena = context.scope.arena
        let words = PictureState.words(scores: picture.scoreCount, segments: picture.itemCount - picture.scoreCount)
        let known = context.cell(context.scope.pictureKind)
        if leads {
            let cell = context.obtainCell(context.scope.pictureKind)
            if known != nil { arena.free(UInt32(truncatingIfNeeded: arena[cell]), words: words) }
            arena[cell] = word
        } else {
            arena.free(UInt32(truncatingIfNeeded: word), words: words)
        }
        context.scope.forgetPicture()
        context.scope.pictureState?.isStale = true
    }

    // MARK: What waits

    private mutating func mergeWaiting(_ word: UInt64) {
        let arena = context.scope.arena
        let further = WaitingList(arena: arena, handle: UInt32(truncatingIfNeeded: word))
        let cell = context.obtainCell(context.waitingKind)
        var list = WaitingList(arena: arena, handle: UInt32(truncatingIfNeeded: arena[cell]))
        for moment in further.all { list.append(moment) }
        if let until = further.gathersUntil {
            list.gathersUntil = min(list.gathersUntil ?? until, until)
        }
        further.remove { _ in true }
        further.free()
        list.armed = nil
        context.scope.arena[cell] = UInt64(list.handle)
        arrange(list)
    }

    // MARK: The line

    /// Writes the line of what has become known, and has the stage that decides follow a merge.
    mutating func tell(_ change: SubjectChange) {
        let emits = plan.emitsIdentity && change.kind != .renamed
        let isFollowed = change.kind == .merged || change.kind == .forgotten
        guard emits || isFollowed else { return }
        let first = text.count
        var id: UInt64 = 0
        if emits {
            lineText.removeAll(keepingCapacity: true)
            lineText.append(plain: "\"change\":")
            lineText.append(jsonString: change.kind.rawValue)
            lineText.append(plain: ",\"customer_id\":")
            View.of(change.name) { lineText.append(jsonString: $0) }
            if change.kind != .forgotten {
                lineText.append(plain: ",\"was\":")
                View.of(change.was) { lineText.append(jsonString: $0) }
                lineText.append(plain: ",\"via\":")
                lineText.append(jsonString: change.via)
            }
            if let reason = change.reason {
                lineText.append(plain: ",\"reason\":")
                lineText.append(jsonString: reason.rawValue)
            }
            lineText.append(plain: ",\"time\":\"")
            context.scope.now.append(to: &lineText)
            lineText.append(plain: "\"}")
            id = View.of(lineText) { Hash64.of($0) }
            text.append(plain: "{\"type\":\"identity\",\"id\":\"i-")
            text.append(hex: id)
            text.append(plain: "\",")
            text.append(contentsOf: lineText)
        }
        var key = OrderKey(
            time: context.scope.now, isEvent: true, place: context.scope.event.place, ordinal: ordinal)
        key.isIdentity = change.kind != .forgotten
        ordinal &+= 1
        var line = MomentLine(key: key, start: first, end: text.count, type: .identity, id: id)
        if isFollowed {
            line.change = changes.count
            changes.append(change)
        }
        lines.append(line)
    }
}

extension StateTransfer.Words {
    /// The word of a kind.
    fileprivate func word(_ kind: Int) -> UInt64? { kinds.firstIndex(of: kind).map { words[$0] } }
}

extension MomentTable {
    /// How many partial matches a word of a customer holds.
    fileprivate func partialMatches(in word: UInt64, of moment: MomentNumber, _ arena: Arena) -> Int {
        if LoneAbsence.isOne(word) { return 1 }
        let held = UInt32(truncatingIfNeeded: word)
        if held == 0 { return 0 }
        let handles = forms[moment].isKeyed ? KeyStateTable(arena: arena).all(held) : [held]
        return handles.reduce(0) { $0 + KeyState(arena: arena, handle: $1).runs }
    }
}

extension WindowState {
    /// When a value last came, in a window of different values; nil where it is not there.
    func lastTime(ofHash hash: UInt64, in word: UInt64, at now: Instant) -> Instant? {
        if word == 0 { return nil }
        let handle = UInt32(truncatingIfNeeded: word)
        let place = seen.find(hash, in: handle)
        if place < 0 { return nil }
        return held(
            Instant(microseconds: Int64(bitPattern: arena[seen.entry(place, of: handle) + 1] ^ 1 << 63)), at: now)
    }

    /// When the last event was that a window of the time since the last one holds; nil for none.
    func lastEvent(_ word: UInt64, at now: Instant) -> Instant? {
        switch form.store {
        case .instant: held(Instant(microseconds: Int64(bitPattern: word)), at: now)
        case .since where word != 0: held(instant(Arena.word(UInt32(truncatingIfNeeded: word))), at: now)
        default: nil
        }
    }

    /// A time that is still in the window: what has left it may have been let go of or not.
    private func held(_ time: Instant, at now: Instant) -> Instant? {
        form.over == .max || time.microseconds > cutoff(now) ? time : nil
    }
}

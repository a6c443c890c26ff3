import Events
import Expressions
import Storage

extension Shard {
    /// A moment has come: writes its line, unless its cooldown holds it back, and tells the sink. `path` holds the events
    /// bound, by position, none for a condition.
    /// - Returns: whether the line was written.
    mutating func tell(
        _ moment: MomentNumber, _ form: MomentForm, _ keyState: KeyState, start: Instant, end: Instant
    ) -> Bool {
        see(moment, form, start: start, end: end)
        var level = Double.nan
        if !form.level.isNone { level = context.value(form.level).number ?? .nan }
        let rested = keyState.lastLine.advanced(by: form.cooldown)
        if form.cooldown > 0, keyState.hasLine, context.scope.now < rested,
            form.level.isNone || !(level > Double(bitPattern: keyState.own(form.levelWord)))
        {
            context.statistics.rested[moment] += 1
            if observer != nil { noteHeldBack(moment, keyState, until: rested) }
            return false
        }
        if !form.level.isNone { keyState.setOwn(form.levelWord, level.bitPattern) }
        keyState.lastLine = context.scope.now
        if form.cooldown > 0 {
            context.scope.customers.wake(context.scope.location, by: context.scope.now.advanced(by: form.cooldown))
        }
        context.statistics.moments[moment] += 1
        lineText.removeAll(keepingCapacity: true)
        lineText.append(contentsOf: texts[moment].opening)
        writeFixed(keyState, start: start, end: end)
        if !path.isEmpty {
            lineText.append(plain: ",\"steps\":{")
            writeSteps(moment)
        }
        writeOutputs(moment)
        let id = endLine("{\"type\":\"moment\",\"id\":\"m-", type: .moment)
        guard sink != nil else { return true }
        var occurrence = Occurrence(
            moment: moment, time: context.scope.now, start: start, end: end, customerID: actor,
            customerHash: context.scope.customerHash, id: id)
        occurrence.customerKey = context.scope.customerKey
        if context.scope.hasEvent { occurrence.eventID = context.scope.eventID }
        offer(occurrence)
        return true
    }

    /// Writes that a partial match, whose events stand in `path`, ran out of time.
    mutating func writeDropOff(
        _ moment: MomentNumber, _ form: MomentForm, _ keyState: KeyState, start: Instant, end: Instant
    ) {
        context.statistics.droppedOff[moment] += 1
        lineText.removeAll(keepingCapacity: true)
        lineText.append(contentsOf: texts[moment].dropOffOpening)
        writeFixed(keyState, start: start, end: end)
        lineText.append(plain: ",\"reached\":")
        // A step's key is its name and a colon.
        lineText.append(contentsOf: texts[moment].steps[pathSteps[path.count - 1]].dropLast())
        lineText.append(plain: ",\"steps\":{")
        writeSteps(moment)
        _ = endLine("{\"type\":\"drop_off\",\"id\":\"o-", type: .dropOff)
    }

    /// Ends the line and gives it its id: the hash of what it says.
    private mutating func endLine(_ opening: StaticString, type: LineType) -> UInt64 {
        lineText.append(UInt8(ascii: "}"))
        let id = View.of(lineText) { Hash64.of($0) }
        let first = text.count
        text.append(plain: opening)
        text.append(hex: id)
        text.append(plain: "\",")
        text.append(contentsOf: lineText)
        var key = OrderKey(
            time: context.scope.now, isEvent: context.isEvent,
            place: context.isEvent ? context.scope.event.place : deadlinePlace, ordinal: ordinal)
        key.isSlide = isSlide
        key.account = accountNumber
        ordinal &+= 1
        lines.append(MomentLine(key: key, start: first, end: text.count, type: type, id: id))
        return id
    }

    /// Who did what completes the moment at hand: of an account the person of the last event bound.
    private var actor: View<UInt8> {
        guard plan.isOfAccounts, !path.isEmpty else { return context.scope.customerID }
        let sight = StoredEvent.sight(path[path.count - 1], in: context.scope.arena)
        return sight.row.customerID.isAbsent ? context.scope.customerID : sight.text(sight.row.customerID)
    }

    /// By what lines of accounts are told apart that one event brings about, on whatever shards; 0 for persons.
    var accountNumber: UInt64 {
        plan.isOfAccounts ? Hash64.of(SubjectKey.id(of: context.scope.customerKey)) | 1 : 0
    }

    /// Writes which account it is, where it is one.
    mutating func writeAccount() {
        guard plan.isOfAccounts else { return }
        lineText.append(plain: ",\"account_id\":")
        lineText.append(jsonString: SubjectKey.id(of: context.scope.customerKey))
    }

    /// Sets the scope for what reads the moment: its name, its times, the last event of each step.
    private mutating func see(_ moment: MomentNumber, _ form: MomentForm, start: Instant, end: Instant) {
        show(moment, start: start, end: end)
        context.scope.showSteps(path, pathSteps, count: form.stepCount, listed: plan.readsMomentSteps)
    }

    /// Sets the scope for a moment's name and times.
    mutating func show(_ moment: MomentNumber, start: Instant, end: Instant) {
        context.scope.moment.name = texts[moment].name.bytes
        context.scope.moment.kind = texts[moment].kind.map(\.bytes)
        context.scope.moment.start = start
        context.scope.moment.end = end
    }

    private mutating func writeFixed(_ keyState: KeyState, start: Instant, end: Instant) {
        lineText.append(jsonString: actor)
        writeAccount()
        if keyState.keyWord != 0 {
            let before = lineText.count
            lineText.append(plain: ",\"by\":")
            if !StoredValue.read(at: keyState.keyWord, in: context.scope.arena).appendJSON(to: &lineText) {
                lineText.removeSubrange(before...)
            }
        }
        lineText.append(plain: ",\"time\":\"")
        context.scope.now.append(to: &lineText)
        lineText.append(plain: "\",\"start\":\"")
        start.append(to: &lineText)
        lineText.append(plain: "\",\"end\":\"")
        end.append(to: &lineText)
        lineText.append(UInt8(ascii: "\""))
    }

    private mutating func writeSteps(_ moment: MomentNumber) {
        var step = StepNumber.none
        for index in 0..<path.count {
            let bound = pathSteps[index]
            if bound == step {
                lineText.append(UInt8(ascii: ","))
            } else {
                if !step.isNone { lineText.append(plain: "],") }
                step = bound
                lineText.append(contentsOf: texts[moment].steps[step])
                lineText.append(UInt8(ascii: "["))
            }
            lineText.append(jsonString: StoredEvent.id(path[index], in: context.scope.arena))
        }
        lineText.append(plain: "]}")
    }

    private mutating func writeOutputs(_ moment: MomentNumber) {
        guard !texts[moment].outputs.isEmpty else { return }
        lineText.append(plain: ",\"output\":{")
        var isFirst = true
        for index in texts[moment].outputs.indices {
            let value = context.value(texts[moment].outputs[index].expression)
            let before = lineText.count
            if !isFirst { lineText.append(UInt8(ascii: ",")) }
            lineText.append(contentsOf: texts[moment].outputs[index].key)
            if !value.isError, value.appendJSON(to: &lineText) {
                isFirst = false
            } else {
                lineText.removeSubrange(before...)
            }
        }
        lineText.append(UInt8(ascii: "}"))
    }
}

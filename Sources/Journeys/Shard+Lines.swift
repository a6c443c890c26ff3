import Events
import Expressions
import Storage

/// The parts of a moment's lines that are always the same.
struct MomentText: Sendable {
    /// `"moment":…,"kind":…,"customer_id":`
    let opening: [UInt8]
    /// The same without the kind.
    let dropOffOpening: [UInt8]
    let name: ByteBlock
    let kind: ByteBlock?
    /// The names of the steps, as keys.
    let steps: [[UInt8]]
    /// The names of the further fields, as keys, with the numbers of their expressions.
    let outputs: [(key: [UInt8], expression: Int)]

    init(_ moment: MomentPlan) {
        func key(_ name: String) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(jsonString: name)
            bytes.append(UInt8(ascii: ":"))
            return bytes
        }
        var opening: [UInt8] = []
        opening.append(plain: "\"moment\":")
        opening.append(jsonString: moment.name)
        dropOffOpening = opening + Array(",\"customer_id\":".utf8)
        if let kind = moment.kind {
            opening.append(plain: ",\"kind\":")
            opening.append(jsonString: kind)
        }
        opening.append(plain: ",\"customer_id\":")
        self.opening = opening
        name = ByteBlock(capacity: 64)
        name.append([UInt8](moment.name.utf8))
        kind = moment.kind.map { text in
            let block = ByteBlock(capacity: 64)
            block.append([UInt8](text.utf8))
            return block
        }
        if case .sequence(let sequence) = moment.trigger { steps = sequence.stepNames.map(key) } else { steps = [] }
        outputs = moment.outputs.map { (key: key($0.name), expression: $0.expression) }
    }
}

extension Shard {
    /// A moment has come: writes its line, unless its cooldown holds it back, and tells the sink. A match that is told
    /// again is kept for that, whether or not it was held back.
    ///
    /// `path` holds the events bound, by position; none for a condition.
    mutating func write(_ moment: Int, _ form: Dispatch.MomentForm, _ matcher: Matcher, start: Instant, end: Instant) {
        if form.retells, !isFlushing { keepToTell(moment, form, matcher, start: start, end: end) }
        _ = tell(moment, form, matcher, start: start, end: end)
    }

    /// Whether the moment's line was written.
    mutating func tell(
        _ moment: Int, _ form: Dispatch.MomentForm, _ matcher: Matcher, start: Instant, end: Instant
    ) -> Bool {
        see(moment, form, start: start, end: end)
        var level = Double.nan
        if form.level >= 0 { level = value(form.level).number ?? .nan }
        let rested = matcher.lastLine.advanced(by: form.cooldown)
        if form.cooldown > 0, matcher.hasLine, scene.now < rested,
            form.level < 0 || !(level > Double(bitPattern: matcher.own(form.levelWord)))
        {
            statistics.rested[moment] += 1
            if observer != nil { noteHeldBack(moment, matcher, until: rested) }
            return false
        }
        if form.level >= 0 { matcher.setOwn(form.levelWord, level.bitPattern) }
        matcher.lastLine = scene.now
        if form.cooldown > 0 { scene.customers.wake(scene.location, by: scene.now.advanced(by: form.cooldown)) }
        statistics.moments[moment] += 1
        lineText.removeAll(keepingCapacity: true)
        lineText.append(contentsOf: texts[moment].opening)
        writeFixed(matcher, start: start, end: end)
        if !path.isEmpty {
            lineText.append(plain: ",\"steps\":{")
            writeSteps(moment, form)
        }
        writeOutputs(moment)
        let id = endLine("{\"type\":\"moment\",\"id\":\"m-", type: .moment)
        guard sink != nil else { return true }
        var occurrence = Occurrence(
            moment: moment, time: scene.now, start: start, end: end, customerID: scene.customerID,
            customerHash: scene.customerHash, id: id)
        if scene.hasEvent { occurrence.eventID = scene.eventID }
        offer(occurrence, form)
        return true
    }

    /// Writes that a partial match, whose events stand in `path`, ran out of time.
    mutating func writeDropOff(
        _ moment: Int, _ form: Dispatch.MomentForm, _ matcher: Matcher, start: Instant, end: Instant
    ) {
        statistics.droppedOff[moment] += 1
        lineText.removeAll(keepingCapacity: true)
        lineText.append(contentsOf: texts[moment].dropOffOpening)
        writeFixed(matcher, start: start, end: end)
        lineText.append(plain: ",\"reached\":")
        // A step's key is its name and a colon.
        lineText.append(contentsOf: texts[moment].steps[Int(step(ofPath: path.count - 1, form))].dropLast())
        lineText.append(plain: ",\"steps\":{")
        writeSteps(moment, form)
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
            time: scene.now, isEvent: isEvent, place: isEvent ? scene.event.place : deadlinePlace, ordinal: ordinal)
        key.isSlide = isSlide
        ordinal &+= 1
        lines.append(MomentLine(key: key, start: first, end: text.count, type: type, id: id))
        return id
    }

    /// Sets the scene for what reads the moment: its name, its times, the last event of each step.
    private mutating func see(_ moment: Int, _ form: Dispatch.MomentForm, start: Instant, end: Instant) {
        show(moment, start: start, end: end)
        clearSteps(form)
        for index in 0..<path.count { scene.stepEvents[Int(step(ofPath: index, form))] = path[index] }
        if plan.readsMomentSteps { listSteps(form) }
    }

    /// Sets the scene for a moment's name and times.
    mutating func show(_ moment: Int, start: Instant, end: Instant) {
        scene.moment.name = texts[moment].name.bytes
        scene.moment.kind = texts[moment].kind.map(\.bytes)
        scene.moment.start = start
        scene.moment.end = end
    }

    /// Has the events in `path` ready as a list for each step.
    mutating func listSteps(_ form: Dispatch.MomentForm) {
        scene.listedEvents.truncate(to: 0)
        scene.listStarts.truncate(to: 0)
        for number in 0..<form.stepCount {
            scene.listStarts.append(Int32(scene.listedEvents.count))
            for index in 0..<path.count where step(ofPath: index, form) == number {
                scene.listedEvents.append(.record(Record(kind: Vocabulary.eventRecord, index: path[index])))
            }
        }
        scene.listStarts.append(Int32(scene.listedEvents.count))
    }

    mutating func clearSteps(_ form: Dispatch.MomentForm) {
        for step in 0..<scene.stepEvents.count { scene.stepEvents[step] = 0 }
        while scene.stepEvents.count < Int(form.stepCount) { scene.stepEvents.append(0) }
    }

    /// The step to which the event at `index` of the path is bound.
    func step(ofPath index: Int, _ form: Dispatch.MomentForm) -> Int32 {
        form.pattern >= 0 ? pathSteps[index] : dispatch.positions[Int(form.firstPosition) + index].step
    }

    private mutating func writeFixed(_ matcher: Matcher, start: Instant, end: Instant) {
        lineText.append(jsonString: scene.customerID)
        if matcher.keyWord != 0 {
            let before = lineText.count
            lineText.append(plain: ",\"by\":")
            if !StoredValue.read(at: matcher.keyWord, in: scene.arena).appendJSON(to: &lineText) {
                lineText.removeSubrange(before...)
            }
        }
        lineText.append(plain: ",\"time\":\"")
        scene.now.append(to: &lineText)
        lineText.append(plain: "\",\"start\":\"")
        start.append(to: &lineText)
        lineText.append(plain: "\",\"end\":\"")
        end.append(to: &lineText)
        lineText.append(UInt8(ascii: "\""))
    }

    private mutating func writeSteps(_ moment: Int, _ form: Dispatch.MomentForm) {
        var step: Int32 = -1
        for index in 0..<path.count {
            let bound = self.step(ofPath: index, form)
            if bound == step {
                lineText.append(UInt8(ascii: ","))
            } else {
                if step >= 0 { lineText.append(plain: "],") }
                step = bound
                lineText.append(contentsOf: texts[moment].steps[Int(step)])
                lineText.append(UInt8(ascii: "["))
            }
            lineText.append(jsonString: StoredEvent.id(path[index], in: scene.arena))
        }
        lineText.append(plain: "]}")
    }

    private mutating func writeOutputs(_ moment: Int) {
        guard !texts[moment].outputs.isEmpty else { return }
        lineText.append(plain: ",\"output\":{")
        var isFirst = true
        for index in texts[moment].outputs.indices {
            let value = value(Int32(texts[moment].outputs[index].expression))
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

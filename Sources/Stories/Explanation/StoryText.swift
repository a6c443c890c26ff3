package import Events
package import Journeys
package import Languages

/// A story for reading in a terminal.
package struct StoryText {
    private let hasColour: Bool
    private var last: Instant?

    private let speech: Speech

    package init(hasColour: Bool, in speech: Speech = Speech(.english)) {
        self.hasColour = hasColour
        self.speech = speech
    }

    private enum Style: String {
        case strong = "1", faint = "2", green = "32", yellow = "33", cyan = "36"
    }

    private func styled(_ text: String, _ style: Style) -> String {
        hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A chapter, ending in an empty line.
    package mutating func text(_ chapter: Chapter) -> String {
        var text = styled("\(chapter.time)", .strong)
        if let last { text += styled("  +" + Span.text(chapter.time.since(last)), .faint) }
        last = chapter.time
        switch chapter.cause {
        case .event(let event): text += "  " + describe(event, at: chapter.time)
        case .duplicate(let event):
            text += "  " + describe(event, at: chapter.time) + speech("; came before, so it counts for nothing")
        case .deadline: text += speech("  time passed")
        }
        text += "\n"
        if case .event(let event) = chapter.cause, let touchpoint = event.touchpoint {
            text += "    " + describe(touchpoint) + "\n"
        }
        for change in chapter.changes { text += "    " + describe(change) + "\n" }
        for ended in chapter.ended { text += styled("    " + describe(ended, chapter), .faint) + "\n" }
        for match in chapter.begun { text += speech("    waits: ") + describe(match, at: chapter.time) + "\n" }
        for held in chapter.heldBack {
            text += styled("    " + describe(held, at: chapter.time), .yellow) + "\n"
        }
        for line in chapter.lines { text += describe(line) }
        return text + "\n"
    }

    /// How things stand at the end.
    package func text(_ state: CustomerState, at time: Instant) -> String {
        var text = styled("\(time)", .strong) + speech("  as things stand") + "\n"
        for fact in state.facts { text += "    \(fact.name) \(shown(fact.value))\n" }
        for match in state.waiting { text += speech("    waits: ") + describe(match, at: time) + "\n" }
        if state.waiting.isEmpty { text += speech("    waits for nothing") + "\n" }
        return text
    }

    private func describe(_ event: ObservedEvent, at time: Instant) -> String {
        let line = Part(json: event.line)
        var text = styled(printable(String(decoding: event.type, as: UTF8.self)), .cyan)
        text += " " + printable(String(decoding: event.id, as: UTF8.self))
        if !event.channel.isEmpty { text += speech(" on ") + printable(String(decoding: event.channel, as: UTF8.self)) }
        if let properties = line["properties"] { text += " " + printable(properties.json) }
        if event.time != time { text += speech(" (late: its own time is \(event.time))") }
        return text
    }

    private func describe(_ touchpoint: TouchpointSight) -> String {
        var traits = touchpoint.traits.map { "\($0.key) \($0.value)" }
        if touchpoint.isFriction { traits.append(speech("friction")) }
        return printable(
            speech("touchpoint \(touchpoint.name)") + (traits.isEmpty ? "" : ": " + traits.joined(separator: ", ")))
    }

    private func describe(_ change: Chapter.Change) -> String {
        let (from, to) = (shown(change.from), shown(change.to))
        return from == to ? "\(change.name) \(to)" : "\(change.name) \(from) → \(to)"
    }

    /// A value; spans of time as configurations write them.
    private func shown(_ json: String?) -> String {
        guard let json else { return "—" }
        if let text = Part(json: json.utf8).text, text.hasSuffix("s"), let seconds = Double(text.dropLast()),
            abs(seconds) < 1e12
        {
            return Span.text(Int64((seconds * 1e6).rounded()))
        }
        return printable(json)
    }

    private func progress(_ match: WaitingMatch) -> String {
        var text = match.moment
        if let by = match.by { text += speech(" by \(printable(by))") }
        let bound = match.bound.map { "\($0.step) \($0.ids.joined(separator: " "))" }
        return text + ": " + printable(bound.joined(separator: ", "))
    }

    private func describe(_ ended: Chapter.Ended, _ chapter: Chapter) -> String {
        let match = ended.match
        let text = speech("no longer waits: ") + progress(match)
        switch ended.reason {
        case .complete: return text + speech("; complete")
        case .outOfTime:
            guard let until = match.until, until != chapter.time else { return text + speech("; its time is over") }
            return text + speech("; its time was over at \(until)")
        case .moment: return text + speech("; the moment has come")
        case .event:
            guard case .event(let event) = chapter.cause, match.isAbsence else {
                return text + speech("; this event ends it")
            }
            let type = String(decoding: event.type, as: UTF8.self)
            return text
                + (match.types.contains(type) ? speech("; \(printable(type)) came") : speech("; this event ends it"))
        case .unknown: return text
        }
    }

    private func describe(_ held: HeldBackMoment, at time: Instant) -> String {
        if held.isDecision {
            return speech(
                "waits: the decision on \(held.moment) is made at \(held.until) "
                    + "(in \(Span.text(held.until.microseconds - time.microseconds)))")
        }
        var text = speech("held back: moment \(held.moment)")
        if let by = held.by { text += speech(" by \(printable(by))") }
        if held.until > .latest { return text + speech("; it rests for ever") }
        return text + speech("; it rests until \(held.until) (\(Span.text(held.until.since(time))) left)")
    }

    private func describe(_ match: WaitingMatch, at time: Instant) -> String {
        let types = match.types.isEmpty ? speech("any event") : match.types.joined(separator: speech(" or "))
        var text = progress(match) + "; "
        guard let until = match.until else { return text + speech("waits for \(types)") }
        if until > .latest {
            return text
                + (match.isAbsence
                    ? speech("never complete, as its time ends beyond the year 9999")
                    : speech("waits for \(types) for ever"))
        }
        let left = Span.text(until.since(time))
        text +=
            match.isAbsence
            ? speech("complete at \(until) (in \(left)) unless \(types) comes")
            : speech("waits for \(types) until \(until) (\(left) left)")
        return text
    }

    // MARK: Lines

    private func describe(_ line: Line) -> String {
        guard line.type == "decision" else {
            return "    " + styled(printable(line.summary(in: speech)), .yellow) + "\n"
        }
        var text = "    " + styled(printable(line.summary(in: speech)), .green) + "\n"
        if let priority = line.parts["priority"] {
            let factors = ["propensity", "context", "value", "lever"].compactMap { key in
                line.parts[key].map { "\(key) \($0.json)" }
            }
            text += speech("        priority \(priority.json) = \(factors.joined(separator: " × "))") + "\n"
        }
        for key in ["deliver_at", "expires_at", "group"] {
            guard let value = line.parts[key]?.text, key != "deliver_at" || value != line.parts["time"]?.text else {
                continue
            }
            text += "        \(key) \(printable(value))\n"
        }
        for entry in line.parts["explanation"]?.entries ?? [] { text += describe(entry.key, entry.value) }
        return text
    }

    /// A part of an explanation: lists of objects one a line, everything else on one. Lists within these objects stand
    /// below them, one element a line.
    private func describe(_ key: String, _ value: Part, indent: String = "        ") -> String {
        guard case .list(let elements) = value, !elements.isEmpty else {
            return indent + "\(key) \(printable(words(value)))\n"
        }
        var text = indent + key + "\n"
        for element in elements {
            let lists = element.entries.filter { if case .list = $0.value { true } else { false } }
            let rest = element.entries.filter { if case .list = $0.value { false } else { true } }
            text += indent + "    " + printable(words(lists.isEmpty ? element : .object(rest))) + "\n"
            for list in lists { text += describe(list.key, list.value, indent: indent + "        ") }
        }
        return text
    }

    /// A value without the outer signs of JSON.
    private func words(_ value: Part) -> String {
        switch value {
        case .text(let text): text
        case .object(let entries) where !entries.isEmpty:
            entries.map { entry in
                if case .object = entry.value {
                    "\(entry.key) {\(words(entry.value))}"
                } else {
                    "\(entry.key) \(words(entry.value))"
                }
            }.joined(separator: ", ")
        default: value.json
        }
    }

    /// Text from events must not steer a terminal.
    private func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isControl($0) }) else { return text }
        var printable = ""
        for scalar in text.unicodeScalars { printable.unicodeScalars.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
        return printable
    }

    private func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || scalar.properties.generalCategory == .control
            || scalar.properties.generalCategory == .format
    }
}

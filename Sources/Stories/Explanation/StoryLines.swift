package import Events
package import Journeys

/// A story for programs: one JSON object a line. Moments and decisions are the lines that a run would write.
package enum StoryLines {
    /// The lines of a chapter, each with its line end.
    package static func text(_ chapter: Chapter) -> String {
        let time = (key: "time", value: Part.text("\(chapter.time)"))
        var parts: [Part] = []
        switch chapter.cause {
        case .event(let event): parts.append(part(event, type: "event", time))
        case .duplicate(let event): parts.append(part(event, type: "duplicate", time))
        case .deadline: parts.append(.object([("type", .text("deadline")), time]))
        }
        for change in chapter.changes {
            parts.append(
                .object([
                    ("type", .text("change")), time, ("name", .text(change.name)), ("from", value(change.from)),
                    ("to", value(change.to)),
                ]))
        }
        for ended in chapter.ended {
            var words = entries(ended.match)
            if let reason = word(ended.reason) { words.append(("reason", .text(reason))) }
            parts.append(.object([("type", .text("ended")), time] + words))
        }
        for match in chapter.begun { parts.append(.object([("type", .text("waiting")), time] + entries(match))) }
        for held in chapter.heldBack {
            var words: [(key: String, value: Part)] = [("moment", .text(held.moment))]
            if let by = held.by { words.append(("by", value(by))) }
            if held.until <= .latest { words.append(("until", .text("\(held.until)"))) }
            parts.append(.object([("type", .text(held.isDecision ? "waits" : "held_back")), time] + words))
        }
        return (parts.map(\.json) + chapter.lines.map(\.text)).map { $0 + "\n" }.joined()
    }

    /// How things stand at the end.
    package static func text(_ state: CustomerState, at time: Instant) -> String {
        let time = (key: "time", value: Part.text("\(time)"))
        let facts = state.facts.map { (key: $0.name, value: value($0.value)) }
        let waiting = state.waiting.map { match in Part.object(entries(match)) }
        let stands: [(key: String, value: Part)] = [
            ("type", .text("stands")), time, ("values", .object(facts)), ("waiting", .list(waiting)),
        ]
        return Part.object(stands).json + "\n"
    }

    private static func part(_ event: ObservedEvent, type: String, _ time: (key: String, value: Part)) -> Part {
        var entries: [(key: String, value: Part)] = [("type", .text(type)), time]
        entries.append(("id", .text(String(decoding: event.id, as: UTF8.self))))
        entries.append(("event", .text(String(decoding: event.type, as: UTF8.self))))
        if !event.channel.isEmpty { entries.append(("channel", .text(String(decoding: event.channel, as: UTF8.self)))) }
        if let touchpoint = event.touchpoint { entries.append(("touchpoint", part(touchpoint))) }
        entries.append(("line", Part(json: event.line)))
        return .object(entries)
    }

    private static func part(_ touchpoint: TouchpointSight) -> Part {
        let name = (key: "name", value: Part.text(touchpoint.name))
        let traits = touchpoint.traits.map { (key: $0.key, value: Part.text($0.value)) }
        return .object([name] + traits + [(key: "friction", value: .bool(touchpoint.isFriction))])
    }

    private static func word(_ reason: Chapter.Ended.Reason) -> String? {
        switch reason {
        case .complete: "complete"
        case .outOfTime: "out_of_time"
        case .moment: "moment"
        case .event: "event"
        case .unknown: nil
        }
    }

    private static func entries(_ match: WaitingMatch) -> [(key: String, value: Part)] {
        var entries: [(key: String, value: Part)] = [("moment", .text(match.moment))]
        if let by = match.by { entries.append(("by", value(by))) }
        let bound = match.bound.map { (key: $0.step, value: Part.list($0.ids.map { .text($0) })) }
        entries.append(("bound", .object(bound)))
        entries.append((match.isAbsence ? "unless" : "for", .list(match.types.map { .text($0) })))
        if let until = match.until, until <= .latest { entries.append(("until", .text("\(until)"))) }
        return entries
    }

    private static func value(_ json: String?) -> Part { json.map { Part(json: $0.utf8) } ?? .null }
}

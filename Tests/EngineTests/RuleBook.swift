/// A configuration as a book of definitions by section, which tests take pages out of and put others in.
struct RuleBook {
    typealias Section = [(name: String, text: String)]

    var sections: [(name: String, definitions: Section)]
    var settings = "dedup: '5s'"
    var time = "disorder: '0s'"
    var policy = "caps: [{ max: 3, over: '8s' }, { max: 2, over: '4s', channel: 'mail' }, { max: 9, per: 'day' }]"

    /// The configuration's text.
    var text: String {
        let parts = sections.map { section in
            section.name + ": {\n" + section.definitions.map { "  \($0.name): \($0.text)" }.joined(separator: ",\n")
                + "\n}"
        }
        return """
            { version: 1, input: { \(settings) }, time: { \(time) }, policy: { \(policy) },
              emit: ['decision', 'moment', 'segment', 'score', 'drop_off'],
            \(parts.joined(separator: ",\n")) }
            """
    }

    subscript(section: String, name: String) -> String? {
        get { sections.first { $0.name == section }?.definitions.first { $0.name == name }?.text }
        set {
            guard let place = sections.firstIndex(where: { $0.name == section }) else { return }
            let known = sections[place].definitions.firstIndex { $0.name == name }
            switch (known, newValue) {
            case (let known?, let text?): sections[place].definitions[known].text = text
            case (let known?, nil): sections[place].definitions.remove(at: known)
            case (nil, let text?): sections[place].definitions.append((name, text))
            case (nil, nil): break
            }
        }
    }

    /// A book with something of everything that keeps state.
    static let full = RuleBook(sections: [
        ("touchpoints", [("bought", "{ on: 'd', stage: 'decision', channel: 'shop' }"), ("other", "{ on: '*' }")]),
        (
            "profile",
            [
                ("latest", "{ on: ['a', 'b'], from: 'event.properties.k' }"),
                ("first", "{ on: '*', from: 'event.properties.v', keep: 'first' }"),
                ("most", "{ on: 'c', from: 'event.properties.v', keep: 'max' }"),
                ("longest", "{ on: '*', from: 'event.properties.k', keep: 'longest' }"),
                (
                    "trusted",
                    "{ on: '*', from: 'event.properties.v', keep: { priority: ['x', 'y'], by: 'event.properties.k' } }"
                ),
            ]
        ),
        (
            "windows",
            [
                ("times", "{ count: true, on: ['a', 'b'], over: '5s' }"),
                ("all", "{ count: true, on: 'a' }"),
                ("run", "{ count: true, session: '2s' }"),
                ("sum", "{ sum: 'event.properties.v', over: '6s' }"),
                ("last_sum", "{ sum: 'event.properties.v', events: 3 }"),
                ("most", "{ max: 'event.properties.v', over: '7s' }"),
                ("first", "{ first: 'event.properties.k', over: '6s' }"),
                ("last", "{ last: 'event.properties.k', over: '9s' }"),
                ("kinds", "{ distinct: 'event.properties.k', over: '9s' }"),
                ("usual", "{ mode: 'event.properties.k', over: '9s' }"),
                ("since", "{ since_last: true, on: 'd' }"),
                ("since_first", "{ since_first: true, on: 'b', session: '4s' }"),
                ("plain", "{ since_last: true, on: 'c' }"),
                ("middle", "{ median: 'event.properties.v', over: '7s' }"),
                ("high", "{ quantile: 'event.properties.v', q: 0.9, events: 5 }"),
                ("spread", "{ stddev: 'event.properties.v', over: '8s' }"),
                ("spread_run", "{ stddev: 'event.properties.v', session: '3s', before: true }"),
                ("today", "{ sum: 'event.properties.v', on: ['a', 'd'], per: 'day' }"),
                ("mid_day", "{ median: 'event.properties.v', per: 'day', before: true }"),
                ("gap", "{ since_last: true, before: true }"),
                ("buckets", "{ sum: 'event.properties.v', over: '20s', resolution: '3s' }"),
            ]
        ),
        (
            "scores",
            [
                (
                    "heat",
                    "{ intercept: -1, terms: [{ value: 'windows.times', weight: 0.5 }, { when: 'windows.sum > 3.0', weight: 2 }], report_at: [0, 1.5] }"
                ),
                ("cold", "{ expr: '0.0 - windows.last_sum', report_at: [-4] }"),
            ]
        ),
        (
            "segments",
            [
                ("hot", "{ when: 'scores.heat > 1.0', leave_when: 'scores.heat < 0.0' }"),
                ("quiet", "{ when: \"windows.since > duration('3s')\" }"),
            ]
        ),
        (
            "moments",
            [
                (
                    "steps",
                    "{ by: 'event.properties.k', sequence: [{ as: 'one', on: 'a' }, { as: 'two', on: 'b' }], within: '6s', output: { v: 'one.properties.v', k: 'event.properties.k' } }"
                ),
                ("absent", "{ sequence: [{ as: 'one', on: ['a', 'c'] }, { not: 'd', for: '3s' }], cooldown: '4s' }"),
                (
                    "thrice",
                    "{ sequence: [{ as: 'one', on: 'c', times: 2 }, { not: 'a' }, { as: 'two', on: 'd' }], output: { t: 'one.properties.v' } }"
                ),
                (
                    "general",
                    "{ sequence: [{ as: 'one', on: 'a' }, { as: 'more', on: ['b', 'c'], times: '1..3', contiguity: 'any' }, { as: 'two', on: 'd' }, { not: 'a', for: '2s' }], within: '7s', after_match: 'skip_to_next', emit_partial: true }"
                ),
                (
                    "growing",
                    "{ by: 'event.properties.k', sequence: [{ as: 'low', on: '*' }, { as: 'high', on: '*', where: 'event.properties.v > low.properties.v && touchpoint.name != low.type', contiguity: 'any' }, { as: 'top', on: '*', where: 'event.properties.v > high.properties.v' }], within: '9s', after_match: 'no_skip', max_partial: 20 }"
                ),
                ("many", "{ when: 'windows.times >= 2 && windows.kinds >= 2', cooldown: '2s' }"),
                ("gone", "{ when: \"windows.since > duration('4s') && windows.run == 0\" }"),
                (
                    "uneven",
                    "{ when: 'windows.spread > 0.8 && windows.middle >= 2', output: { h: 'windows.high', s: 'windows.spread_run', g: 'windows.gap' } }"
                ),
                (
                    "day",
                    "{ when: 'windows.today > double(windows.mid_day) * 3.0', output: { t: 'windows.today', m: 'windows.mid_day' } }"
                ),
                (
                    "warm",
                    "{ when: 'segments.hot && windows.most >= 2', output: { l: 'profile.latest', u: 'windows.usual' } }"
                ),
            ]
        ),
        (
            "actions",
            [
                (
                    "write",
                    "{ on: ['steps', 'absent', 'many'], channels: ['mail', 'app'], value: 'windows.sum + 1.0', cooldown: '3s', budget: { max: 12, over: '20s' } }"
                ),
                (
                    "call",
                    "{ on: '*', channels: ['phone'], value: 2, suppress: [{ after: 'd', for: '2s' }], group: 'talk' }"
                ),
                (
                    "show",
                    "{ on: ['general', 'growing', 'warm'], value: 'profile.first', budget: { max: 30, per: 'day' } }"
                ),
            ]
        ),
    ])
}

extension Chance {
    /// Lines for a few customers, with ties, late ones, repeated ones and one in forty that is no event.
    /// - Parameters:
    ///   - steps: the milliseconds that may be between an event and the next.
    ///   - delays: those by which a late one may be late; none for any up to 1.5 s.
    mutating func lines(
        _ count: Int, customers: Int, steps: [Int64] = [0, 0, 100, 250, 700, 1100, 2600], delays: [Int64] = []
    ) -> [String] {
        // Five minutes before midnight.
        var time: Int64 = 1_767_225_300_000
        var lines: [String] = []
        for place in 0..<count {
            time += of(steps)
            if isTrue(1, of: 25), let again = lines.last {
                lines.append(again)
                continue
            }
            if isTrue(1, of: 40) {
                lines.append("{\"customer_id\":\n")
                continue
            }
            let back = isTrue(1, of: 5) ? (delays.isEmpty ? Int64(below(1500)) : of(delays)) : 0
            let properties = [
                isTrue(5, of: 6) ? "\"v\":\(below(5))" : nil,
                isTrue(5, of: 6) ? "\"k\":\"\(of(["x", "y", "zz"]))\"" : nil,
            ].compactMap { $0 }
            lines.append(
                event(
                    "c\(below(customers))", of(["a", "b", "c", "d", "e"]), at: time - back, id: "e\(place)",
                    properties.joined(separator: ",")))
        }
        return lines
    }
}

package import Configuration
import Decisions
package import Events
import Journeys
import Learning
package import Pipeline
import Storage

/// Reads files of scenarios. Every fault is reported with its place, as for configurations.
package struct ScenarioReader {
    /// Monday morning of a plain week in winter.
    static let usualStart = Instant(microseconds: 1_767_603_600_000_000)
    /// Whose events they are where nothing is said.
    static let usualCustomer = "customer"
    /// The most customers for whom one event comes.
    static let crowdLimit: Int64 = 10_000

    /// The names that expectations may use.
    package struct Known: Sendable {
        let moments: [String]
        let actions: [String]
        /// By outcome, the first type of event that says it, and the property by which events name decisions.
        let types: [String: String]
        let decisionProperty: String

        package init(_ plan: Plan) {
            moments = plan.journeys.moments.map(\.name)
            actions = plan.decisions.actions.map(\.name)
            var types: [String: String] = [:]
            for outcome in Outcome.allCases { types[outcome.name] = plan.type(saying: outcome) }
            self.types = types
            decisionProperty = plan.decisionProperty
        }
    }

    private let diagnostics: Diagnostics
    private let known: Known

    /// The scenarios of a file, in the order written. Where anything is wrong, the diagnostics say so.
    package static func read(
        _ bytes: [UInt8], file: String, known: Known, diagnostics: Diagnostics
    ) -> [Scenario] {
        guard let root = JSON5Parser.parse(bytes, file: file, diagnostics: diagnostics) else { return [] }
        let reader = ScenarioReader(diagnostics: diagnostics, known: known)
        return Reader(root, diagnostics: diagnostics).object(ScenarioFileKey.self) { fields in
            fields.definitions(.scenarios).compactMap { reader.scenario($0) }
        } ?? []
    }

    private func scenario(_ definition: Definition) -> Scenario? {
        definition.reader.object(ScenarioKey.self) { fields in
            let start = fields[.start].map { instant($0) } ?? ScenarioReader.usualStart
            let customer = fields.string(.customer) ?? ScenarioReader.usualCustomer
            let from = start ?? ScenarioReader.usualStart
            let steps = self.steps(fields, from: from, customer: customer)
            let wait = fields.duration(.wait) ?? 0
            let expected = fields.list(.expect) { expectation($0, from: from) }
            let forbidden = fields.list(.never) { expectation($0, from: from) }
            let isComplete = fields.bool(.nothingElse) ?? false
            if !fields.has(.expect), !fields.has(.never), !isComplete {
                definition.error("nothing is expected; write expect: [ … ], never: [ … ] or nothing_else: true")
            }
            return Scenario(
                name: definition.name, place: definition.place, start: from, steps: steps, wait: wait,
                expected: expected, forbidden: forbidden, isComplete: isComplete)
        }
    }

    private func instant(_ reader: Reader) -> Instant? {
        guard let text = reader.string() else { return nil }
        if let instant = Instant(text: text) { return instant }
        reader.error("\(Wording.quoted(text)) \(TimeAdvice.fault(of: Array(text.utf8)))")
        return nil
    }

    // MARK: Events

    private func steps(_ fields: Fields<ScenarioKey>, from start: Instant, customer: String) -> [Scenario.Step] {
        guard let readers = fields.required(.events)?.list(allowEmpty: false) else { return [] }
        var last = start
        var arrival = start
        var steps: [Scenario.Step] = []
        for (index, reader) in readers.enumerated() {
            let made = reader.object(ScenarioEventKey.self) { fields -> [Scenario.Step]? in
                last = fields[.at].flatMap { time($0, from: start, after: last) } ?? last
                arrival = max(arrival, last)
                let line = line(fields, time: last, number: index + 1, customer: customer)
                let answer = answer(fields)
                return crowd(fields, of: line).map { line in
                    Scenario.Step(arrival: arrival, line: line, answer: answer)
                }
            }
            steps += made ?? []
        }
        return steps
    }

    /// The line once, or for so many customers: `ana-1`, `ana-2`, … where it is ana's. What is counted over all customers
    /// takes many of them to show.
    private func crowd(_ fields: Fields<ScenarioEventKey>, of line: Part) -> [Part] {
        guard let count = fields.integer(.customers) else { return [line] }
        return (1...count).map { number in
            .object(
                line.entries.map { key, value in
                    (key: key, value: key == "customer_id" ? .text("\(value.text ?? "")-\(number)") : value)
                })
        }
    }

    /// A relative time: `"+20m"` and `"-5m"` from the event before, `"20m"` from the scenario's start.
    private func time(_ reader: Reader, from start: Instant, after last: Instant) -> Instant? {
        guard let text = reader.string() else { return nil }
        let isFurther = text.hasPrefix("+") || text.hasPrefix("-")
        guard let span = span(isFurther && text.hasPrefix("+") ? String(text.dropFirst()) : text, reader) else {
            return nil
        }
        return within((isFurther ? last : start).advanced(by: span), reader)
    }

    private func span(_ text: String, _ reader: Reader) -> Int64? {
        do throws(Measure.Fault) {
            let span = try Measure.duration.parse(text)
            if span.magnitude <= Reader.durationLimit.magnitude { return span }
            reader.error("\(Wording.quoted(text)) is too long; write less")
        } catch {
            reader.error("\(Wording.quoted(text)) \(error.message)")
        }
        return nil
    }

    private func within(_ instant: Instant, _ reader: Reader) -> Instant? {
        if instant >= .earliest, instant <= .latest { return instant }
        reader.error("this lies outside the years 0000 to 9999; write a nearer time")
        return nil
    }

    private func line(_ fields: Fields<ScenarioEventKey>, time: Instant, number: Int, customer: String) -> Part {
        var entries: [(key: String, value: Part)] = [
            ("id", fields.string(.id).map { .text($0) } ?? .text("e\(number)")),
            ("customer_id", .text(fields.string(.customerID) ?? customer)),
        ]
        if let type = type(fields) { entries.append(("event", .text(type))) }
        entries.append(("timestamp", .text("\(time)")))
        if let channel = fields.string(.channel) { entries.append(("channel", .text(channel))) }
        if let properties = fields[.properties] { entries.append(("properties", part(properties))) }
        let taken = ["id", "customer_id", "event", "timestamp", "channel", "properties"]
        for further in fields.definitions(.raw) {
            if taken.contains(further.name) {
                further.error("\(Wording.quoted(further.name)) does not go here; write it beside \"raw\"")
            } else {
                entries.append((further.name, part(further.reader)))
            }
        }
        return .object(entries)
    }

    /// The type that is written, or the one that says the outcome that is.
    private func type(_ fields: Fields<ScenarioEventKey>) -> String? {
        guard let (key, value) = fields.one(of: [.event, .respond]) else { return nil }
        if key == .event { return value.string() }
        guard let outcome = fields.word(.respond) else { return nil }
        if let type = known.types[outcome] { return type }
        value.error("nothing tells of \(Wording.quoted(outcome)); write responses: { \(outcome): { on: EVENT_TYPE } }")
        return nil
    }

    /// Of which decision the event speaks; nil where of none.
    private func answer(_ fields: Fields<ScenarioEventKey>) -> Scenario.Answer? {
        let place = fields.place(of: .respond)
        guard let reader = fields[.to] else {
            return fields.has(.respond)
                ? Scenario.Answer(reference: .last, property: known.decisionProperty, place: place) : nil
        }
        guard let text = reader.string() else { return nil }
        var reference = Scenario.Answer.Reference.action(text)
        if known.actions.contains(text) {
            reference = .action(text)
        } else if text == "last" || text == "última" {
            reference = .last
        } else if text.hasPrefix("d-"), text.utf8.count == 18 {
            reference = .id(text)
        } else {
            reader.error(
                "there is no action \(Wording.quoted(text))"
                    + NearestWord.remedy(for: text, in: known.actions + ["last"], noun: "actions"))
        }
        return Scenario.Answer(reference: reference, property: known.decisionProperty, place: reader.node.place)
    }

    private func part(_ reader: Reader) -> Part {
        checkNumbers(reader.node, reader.path)
        return Part(reader.node)
    }

    /// Reports what JSON5 can say and JSON cannot. As deep as the parser lets values nest.
    private func checkNumbers(_ node: Node, _ path: ConfigurationPath) {
        switch node.value {
        case .number(let number) where !number.isFinite:
            diagnostics.error(at: node.place, path: path, "JSON has no such number; write a finite one")
        case .list(let elements): for element in elements { checkNumbers(element, path) }
        case .object(let entries): for entry in entries { checkNumbers(entry.value, path.appending(entry.key)) }
        default: break
        }
    }

    // MARK: Expectations

    private func expectation(_ reader: Reader, from start: Instant) -> Expectation? {
        reader.object(LineKey.self) { fields in
            var type = fields.word(.type)
            for telling in Expectation.tellingKeys where type == nil && fields.has(LineKey(rawValue: telling.key)) {
                type = telling.type
            }
            let told = type ?? "moment"
            var entries: [(key: String, value: Part)] = [("type", .text(told))]
            if let at = fields[.at] { entries.append(("time", moment(at, from: start))) }
            for key in Expectation.keys.first(where: { $0.type == told })?.keys ?? [] {
                guard let value = fields[LineKey(rawValue: key)] else { continue }
                check(key, value)
                let isTime = Expectation.timeKeys.contains(key)
                entries.append((key, isTime ? moment(value, from: start) : part(value)))
            }
            if entries.count == 1 { reader.error("this says nothing; name a moment, an action or a segment") }
            return Expectation(type: told, parts: .object(entries), place: reader.node.place)
        }
    }

    /// A time as lines have it, where it is written relative to the scenario's start.
    private func moment(_ reader: Reader, from start: Instant) -> Part {
        guard let text = reader.string() else { return .null }
        if let instant = Instant(text: text) { return .text("\(instant)") }
        if text.hasPrefix("+") {
            reader.error("expected times count from the scenario's start; write \"\(text.dropFirst())\"")
            return .null
        }
        guard let span = span(text, reader), let instant = within(start.advanced(by: span), reader) else {
            return .null
        }
        return .text("\(instant)")
    }

    /// Names that the configuration does not have can never come: what must not happen would never be noticed.
    private func check(_ key: String, _ reader: Reader) {
        guard key == "moment" || key == "action", case .string(let name) = reader.node.value else { return }
        let names = key == "moment" ? known.moments : known.actions
        if names.contains(name) { return }
        reader.error(
            "there is no \(key) \(Wording.quoted(name))\(NearestWord.remedy(for: name, in: names, noun: key + "s"))")
    }
}

extension Instant {
    /// The time that an RFC 3339 text says, if it is one.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        guard let instant = View.of(bytes, { Instant(rfc3339: $0) }) else { return nil }
        self = instant
    }
}

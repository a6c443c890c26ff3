import Configuration
import Events
import Languages

/// Holds what came against what was expected, and says where they differ.
struct Judgement {
    private let scenario: Scenario
    private let lines: [Line]
    private let speech: Speech
    /// For each expectation the line that meets it, if one does in its place.
    private var met: [Int?] = []

    init(_ scenario: Scenario, _ lines: [Line], in speech: Speech) {
        self.speech = speech
        self.scenario = scenario
        self.lines = lines
        // The earliest line for each expectation leaves the most for those behind it.
        var next = 0
        for expectation in scenario.expected {
            let found = lines[next...].firstIndex { expectation.matches($0.parts) }
            met.append(found)
            if let found { next = found + 1 }
        }
    }

    /// A paragraph of lines: nothing where all is as it should be.
    var faults: [String] {
        let isMet = !met.contains(nil)
        let strays = lines.indices.filter { isStray($0) }
        let forbidden = scenario.forbidden.contains { expectation in lines.contains { expectation.matches($0.parts) } }
        if isMet, strays.isEmpty, !forbidden { return [] }
        return differences
    }

    /// Whether a line came that nobody may overlook, though nobody expected it.
    private func isStray(_ index: Int) -> Bool {
        !met.contains(index) && (scenario.isComplete || lines[index].type == "rejected")
    }

    /// What came in its order, with what is missing put in where it belongs: `-` is missing, `+` came instead or must
    /// not come, `!` says why.
    private var differences: [String] {
        var text: [String] = []
        var shown = 0
        for (expectation, found) in zip(scenario.expected, met) {
            if let found {
                while shown <= found {
                    text += came(shown)
                    shown += 1
                }
            } else {
                text.append("- " + describe(expectation))
                text += reasons(for: expectation).map { "!   " + $0 }
            }
        }
        while shown < lines.count {
            text += came(shown)
            shown += 1
        }
        if lines.isEmpty { text.append(speech("  (nothing came)")) }
        return text
    }

    private func came(_ index: Int) -> [String] {
        let line = lines[index]
        let told = time(line) + line.summary(in: speech)
        if let rule = scenario.forbidden.first(where: { $0.matches(line.parts) }) {
            return ["+ " + told, speech("!   must not come: \(describe(rule)) (\(rule.place))")]
        }
        if met.contains(index) { return ["  " + told] }
        if isStray(index) { return ["+ " + told, speech("!   came, but nothing expects it")] }
        return [(isInstead(line) ? "+ " : "  ") + told]
    }

    /// Whether the line may be what came instead of something that is missing.
    private func isInstead(_ line: Line) -> Bool {
        zip(scenario.expected, met).contains { expectation, found in
            guard found == nil, expectation.type == line.type else { return false }
            let time = expectation.parts["time"].map { $0.isPart(of: line.parts["time"] ?? .null) } ?? true
            let moment = expectation.parts["moment"].map { $0.isPart(of: line.parts["moment"] ?? .null) } ?? true
            return time && moment
        }
    }

    private func time(_ line: Line) -> String {
        guard let time = line.time else { return "" }
        return Span.text(time.since(scenario.start)) + "  "
    }

    /// An expectation as it was meant: the time first, and then the parts.
    private func describe(_ expectation: Expectation) -> String {
        var words = expectation.type
        for (key, value) in expectation.parts.entries where key != "type" && key != "time" {
            words += key == expectation.type ? " \(value.json)" : " \(key) \(value.json)"
        }
        guard let time = expectation.parts["time"]?.text.flatMap({ Instant(text: $0) }) else { return words }
        return Span.text(time.since(scenario.start)) + "  " + words
    }

    /// How the line that comes nearest differs.
    private func reasons(for expectation: Expectation) -> [String] {
        let place = speech("expected at \(expectation.place)")
        if lines.contains(where: { expectation.matches($0.parts) }) {
            return [place + speech("; it came, but not behind what is expected before it")]
        }
        let parts = expectation.parts.entries
        func likeness(_ line: Line) -> Int {
            parts.count { part in line.parts[part.key].map { part.value.isPart(of: $0) } ?? false }
        }
        let alike = lines.indices.filter { lines[$0].type == expectation.type }
        let free = alike.filter { !met.contains($0) }
        guard
            let nearest = (free.isEmpty ? alike : free).max(by: { likeness(lines[$0]) < likeness(lines[$1]) }),
            likeness(lines[nearest]) > 0
        else { return [place + speech("; no line is like it")] }
        let differing = parts.compactMap { part -> String? in
            let came = lines[nearest].parts[part.key]
            if let came, part.value.isPart(of: came) { return nil }
            return speech("\(part.key): \(shown(came, key: part.key)) came, not \(shown(part.value, key: part.key))")
        }
        return [place + speech("; nearest came ") + time(lines[nearest]) + lines[nearest].summary(in: speech)]
            + differing
    }

    /// A value; times as the scenario counts them.
    private func shown(_ value: Part?, key: String) -> String {
        guard let value else { return speech("nothing") }
        guard key == "time" || Expectation.timeKeys.contains(key),
            let instant = value.text.flatMap({ Instant(text: $0) })
        else { return value.json }
        return Span.text(instant.since(scenario.start))
    }
}

import Storage
import Testing

@testable import Events

/// Formats that change while lines are on their way: what came before stays what it was, what comes behind is read anew.
@Suite struct FormatChangeTests {
    private static func formats(_ key: String) -> FormatPlan {
        var plan = FormatPlan()
        plan.key = key
        plan.replacements = [
            { mapping in
                mapping.id = [MappedPlace(stringLiteral: "/\(key)")]
                mapping.event = ["/type", "/event"]
            }
        ]
        return plan
    }

    private static func settings(_ key: String, disorder: Int64 = 60_000_000) -> InputSettings {
        var settings = InputSettings()
        settings.disorder = disorder
        settings.formats = formats(key)
        return settings
    }

    private static func scanner(_ key: String, version: Int, paths: [[String]] = [["properties", "t"]]) -> LineScanner {
        LineScanner(
            Projection(types: ["", "e"], paths: paths), lineLimit: 1 << 20, formats: formats(key), planVersion: version)
    }

    private static func line(_ second: Int, _ customer: String = "c") -> String {
        #"{"customer_id":"\#(customer)","event":"e","timestamp":\#(second * 1000),"one":"one\#(second)","#
            + #""two":"two\#(second)","properties":{"t":"t\#(second)","u":"u\#(second)"}}"# + "\n"
    }

    /// Ids, types and fields of the events that are ready.
    private static func told(_ sequencer: inout Sequencer) -> [String] {
        var told: [String] = []
        while let batch = sequencer.next() {
            let rows = batch.rows(ofShard: 0)
            for place in 0..<rows.count {
                let row = batch.events.row(Int(rows[place]))
                let fields = batch.events.fields(of: row)
                let texts = (0..<fields.count).map { batch.events.text(of: fields[$0]).text }
                told.append("\(batch.events.text(row.id).text) \(row.type) \(texts.joined(separator: ","))")
            }
        }
        return told
    }

    private func batch(_ text: String, _ scanner: inout LineScanner, _ source: LineSource) -> InputBatch {
        InputBatch(
            scanner.scan(block(text), source: source, arrival: Instant(microseconds: 0), isFirst: false), isLive: false)
    }

    @Test(arguments: [false, true])
    func whatWaitsStaysWhatItWasReadAs(isRestored: Bool) throws {
        let source = LineSource("in")
        var first = FormatChangeTests.scanner("one", version: 0)
        var second = FormatChangeTests.scanner("two", version: 1, paths: [["properties", "t"], ["properties", "u"]])
        var sequencer = Sequencer(FormatChangeTests.settings("one"), shards: 1)
        // One line of these is no event by the first configuration, and would be by the second.
        let bad = #"{"customer_id":"c","timestamp":1000,"event":7,"type":7,"two":"x"}"# + "\n"
        sequencer.take(batch(FormatChangeTests.line(2) + bad + FormatChangeTests.line(1), &first, source))
        #expect(FormatChangeTests.told(&sequencer).isEmpty)
        sequencer.follow(FormatChangeTests.settings("two"), scanner: &second)
        sequencer.take(batch(FormatChangeTests.line(4) + FormatChangeTests.line(3), &second, source))
        #expect(FormatChangeTests.told(&sequencer).isEmpty)
        if isRestored {
            let image = StateImage()
            sequencer.add(to: image)
            var restored = Sequencer(FormatChangeTests.settings("two"), shards: 1)
            try restored.restore(from: StateReader(image.copied()), scanner: &second)
            swap(&sequencer, &restored)
        }
        // Back again, which reads what waits no other way either.
        var third = FormatChangeTests.scanner("one", version: 2, paths: [["properties", "t"], ["properties", "u"]])
        sequencer.follow(FormatChangeTests.settings("one"), scanner: &third)
        sequencer.finish()
        #expect(
            FormatChangeTests.told(&sequencer) == ["one1 1 t1", "one2 1 t2", "two3 1 t3,u3", "two4 1 t4,u4"])
    }

    @Test func mergedLinesThatComeBehindAreReadAnew() {
        let sources = [LineSource("a"), LineSource("b")]
        var scanner = FormatChangeTests.scanner("one", version: 0)
        var merge = InputMerge(keepingFrom: [
            InputMerge.Place(offset: 0, lines: 0), InputMerge.Place(offset: 0, lines: 0),
        ])
        for (number, seconds) in [[1, 3], [2, 4]].enumerated() {
            let text = seconds.map { FormatChangeTests.line($0) }.joined()
            merge.offer(batch(text, &scanner, sources[number]).events, of: number, end: UInt64(text.utf8.count))
            merge.end(number)
        }
        guard case .batch(let merged) = merge.next() else {
            Issue.record("nothing is merged")
            return
        }
        // As where it stands in a journal.
        merged.merged?.block.append(Array("behind it: where the lines come from".utf8))
        var other = FormatChangeTests.scanner("two", version: 1)
        let again = other.again(merged)
        #expect(merged.events.count == 4 && !other.isRead(merged.events) && other.isRead(again.events))
        var sequencer = Sequencer(FormatChangeTests.settings("two", disorder: 0), shards: 1)
        sequencer.take(again)
        #expect(FormatChangeTests.told(&sequencer) == (1...4).map { "two\($0) 1 t\($0)" })
    }
}

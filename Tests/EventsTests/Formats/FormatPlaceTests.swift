import Storage
import Testing

@testable import Events

/// Lines of several events on their way: each has a place of its own, whatever becomes of its line.
@Suite struct FormatPlaceTests {
    private static func element(_ number: Int, _ time: Int) -> String {
        #"{"event":"e","distinct_id":"c","uuid":"e\#(number)","timestamp":\#(time),"properties":{"t":"t\#(number)"}}"#
    }

    private let lines = [
        element(0, 10), "[\(element(1, 11)),7,\(element(2, 12))]", "", "[]", "nonsense",
        #"{"sent_at":"x","batch":[\#(element(3, 13)),\#(element(4, 9))]}"#, element(5, 15),
    ]

    private func batch(_ lines: [String], source: LineSource, paths: [[String]] = [["properties", "t"]]) -> EventBatch {
        var scanner = LineScanner(Projection(types: [""], paths: paths), lineLimit: 1 << 20)
        return scanner.scan(
            block(lines.map { $0 + "\n" }.joined()), source: source, arrival: Instant(microseconds: 0), isFirst: false)
    }

    private func sequenced(cut: Int, disorder: Int64 = 0) -> (taken: [String], rejects: [String]) {
        var settings = InputSettings()
        settings.disorder = disorder
        var sequencer = Sequencer(settings, shards: 1)
        let source = LineSource("in", format: InputFormat(.posthog))
        var taken: [String] = []
        var rejects: [String] = []
        func drain() {
            while let ordered = sequencer.next() {
                for index in 0..<ordered.events.count {
                    let event = ordered.events.sight(
                        index, taken: ordered.taken(index), place: ordered.place(index))
                    let text = event.field(0).map { event.text(of: $0).text } ?? "-"
                    taken.append("\(event.text(event.row.id).text)@\(event.place)=\(text)")
                }
                rejects += ordered.rejects.map { "\($0.place):\($0.line):\($0.reject.index.map(String.init) ?? "-")" }
                withExtendedLifetime(ordered) {}
            }
        }
        for start in stride(from: 0, to: lines.count, by: cut) {
            let part = Array(lines[start..<min(start + cut, lines.count)])
            sequencer.take(InputBatch(batch(part, source: source), isLive: false))
            drain()
        }
        sequencer.finish()
        drain()
        return (taken, rejects)
    }

    @Test func doNotDependOnHowTheInputIsCut() {
        for cut in 1...lines.count {
            let found = sequenced(cut: cut)
            #expect(found.taken == ["e0@0=t0", "e1@1=t1", "e2@3=t2", "e3@7=t3", "e4@8=t4", "e5@9=t5"])
            #expect(found.rejects == ["2:2:1", "6:5:-"])
            let waited = sequenced(cut: cut, disorder: 1_000_000_000)
            #expect(waited.taken == ["e4@8=t4", "e0@0=t0", "e1@1=t1", "e2@3=t2", "e3@7=t3", "e5@9=t5"])
            #expect(waited.rejects == found.rejects)
        }
    }

    @Test func areThoseOfTheMergeOfSeveralFiles() {
        for cut in 1...lines.count {
            var merge = InputMerge(sources: 2)
            let sources = [
                LineSource("a", format: InputFormat(.posthog)), LineSource("b", format: InputFormat(.posthog)),
            ]
            var left = [lines, [Self.element(9, 12)]]
            var taken: [String] = []
            var rejects: [String] = []
            var sequencer = Sequencer(InputSettings(), shards: 1)
            loop: while true {
                switch merge.next() {
                case .needs(let source):
                    if left[source].isEmpty {
                        merge.end(source)
                    } else {
                        let part = Array(left[source].prefix(cut))
                        left[source].removeFirst(part.count)
                        merge.offer(batch(part, source: sources[source]), of: source)
                    }
                case .batch(let batch):
                    sequencer.take(batch)
                    while let ordered = sequencer.next() {
                        taken += (0..<ordered.events.count).map { index in
                            "\(ordered.events.text(ordered.events.row(index).id).text)@\(ordered.place(index))"
                        }
                        rejects += ordered.rejects.map {
                            "\($0.source.name)\($0.place):\($0.line):\($0.reject.index.map(String.init) ?? "-")"
                        }
                    }
                case .finished: break loop
                }
            }
            #expect(taken == ["e0@0", "e1@1", "e2@3", "e9@7", "e3@8", "e4@9", "e5@10"], "\(cut)")
            #expect(rejects == ["a2:2:1", "a6:5:-"])
        }
    }

    @Test func areKeptWhereEventsAreDecodedAgain() {
        let source = LineSource("in", format: InputFormat(.posthog))
        let first = batch(lines, source: source, paths: [])
        var scanner = LineScanner(Projection(types: [""], paths: [["properties", "t"], []]), lineLimit: 1 << 20)
        let again = scanner.again(InputBatch(first, isLive: false)).events
        #expect((0..<again.count).map { again.row($0).line } == (0..<first.count).map { first.row($0).line })
        let texts = (0..<again.count).map { index in
            let event = again.sight(index, taken: again.row(index).time, place: 0)
            return event.field(0).map { event.text(of: $0).text } ?? "-"
        }
        #expect(texts == ["t0", "t1", "t2", "t3", "t4", "t5"])
        // An element is read from its own text, whichever way it came.
        let whole = batch([lines[5]], source: source, paths: [[]])
        let event = whole.sight(0, taken: .distantPast, place: 0)
        #expect(event.field(0).map { event.text(of: $0).text.hasPrefix(#"{"sent_at":"x","event""#) } == true)
        withExtendedLifetime((again, whole)) {}
    }

    @Test func idsThatAreMadeTellElementsApart() {
        let line = #"[{"event":"e","distinct_id":"c","timestamp":1},{"event":"e","distinct_id":"c","timestamp":1}]"#
        let found = batch([line], source: LineSource("in", format: InputFormat(.posthog)))
        let ids = (0..<2).map { found.sight($0, taken: .distantPast, place: 0).idText }
        #expect(found.count == 2 && ids[0] != ids[1])
        withExtendedLifetime(found) {}
    }

    @Test func timesThatAreAbsentAreDecidedInOrder() {
        let lines = [
            "{\"event\":\"e\",\"customer_id\":\"a\",\"id\":\"1\"}", line(5000, id: "2"),
            "{\"event\":\"e\",\"customer_id\":\"a\",\"id\":\"3\"}",
        ]
        func times(_ missing: InputSettings.MissingTime?, isLive: Bool = false) -> [String] {
            var settings = InputSettings()
            settings.missing = missing
            var sequencer = Sequencer(settings, shards: 1)
            let source = LineSource("in")
            var output: [String] = []
            for text in lines {
                var scanner = LineScanner(Projection(), lineLimit: 1000)
                let batch = scanner.scan(
                    block(text + "\n"), source: source, arrival: Instant(microseconds: 7_000_000), isFirst: false)
                sequencer.take(InputBatch(batch, isLive: isLive))
                while let ordered = sequencer.next() {
                    output += (0..<ordered.events.count).map { "\(ordered.events.row($0).time.microseconds / 1000)" }
                    output += ordered.rejects.map { "\($0.reject.reason.rawValue):\($0.line)" }
                }
            }
            return output
        }
        #expect(times(nil) == ["missing_field:1", "5000", "missing_field:3"])
        #expect(times(nil, isLive: true) == ["7000", "5000", "7000"])
        #expect(times(.previous) == ["missing_field:1", "5000", "5000"])
        #expect(times(.arrival) == ["7000", "5000", "7000"])
        #expect(times(.reject, isLive: true) == ["missing_field:1", "5000", "missing_field:3"])
    }
}

import Events
import Foundation
import Journal
import Storage
import Testing

/// A record that ends the run whenever it is repeated: it is named, and can be passed over.
@Suite struct JournalSkipTests {
    let shop: Workshop
    private var path: String { shop.folder.appendingPathComponent("data").path }

    init() throws { shop = try Workshop() }

    private func block(_ text: String) -> ByteBlock {
        let block = ByteBlock(capacity: text.utf8.count)
        block.append(Array(text.utf8))
        return block
    }

    /// Writes a journal of which nothing has been handed to any output: pings of customers, a record for each list of
    /// numbers; between the first and the others one that no program ever wrote, if there is to be one: its lines come from
    /// an input that there is not.
    /// - Returns: the places of these records.
    private func write(_ pings: [ClosedRange<Int>], withImpossible: Bool = false) throws -> [UInt64] {
        let data = try DataDirectory.open(path)
        let writer = try JournalWriter(data.journal, after: JournalOpening(data.journal), settings: JournalSettings())
        let file = RecordedConfiguration.File(path: "config.json5", bytes: Array(Workshop.configuration.utf8))
        try writer.append(JournalRecord(.configuration, payload: RecordedConfiguration(files: [file]).payload))
        try writer.append(JournalRecord(.source, source: 0, payload: block("old.ndjson")))
        var places: [UInt64] = []
        var offset = 0
        for (index, numbers) in pings.enumerated() {
            let text = Workshop.pings(numbers)
            offset += text.utf8.count
            var record = JournalRecord(
                .lines, source: 0, lineCount: numbers.count, time: Instant(microseconds: 0), payload: block(text))
            record.isFirst = index == 0
            record.line = UInt64(numbers.lowerBound)
            record.offset = UInt64(offset)
            places.append(writer.end)
            try writer.append(record)
            if index == 0, withImpossible {
                let payload = block(Workshop.pings(90...91))
                MergedOrigin(runs: [MergedOrigin.Run(first: 0, source: 99, line: 1)], rests: []).append(to: payload)
                places.append(writer.end)
                try writer.append(
                    JournalRecord(.merged, lineCount: 2, time: Instant(microseconds: 0), payload: payload))
            }
        }
        try writer.synchronize()
        return places
    }

    private static let script = """
        export SWIFT_BACKTRACE=enable=no
        run() { journeyd run config.json5 --data-dir data --output out < /dev/null 2> said; local s=$?; [ $s -gt 128 ] && echo ended || echo $s; }
        customers() { grep -o '"c[0-9]*"' out | tr -d '"c\\n'; echo; }

        """

    @Test func aRecordThatEndsTheRunIsNamedAndPassedOver() throws {
        let places = try write([1...3, 4...5], withImpossible: true)
        let ran = try shop.run(
            JournalSkipTests.script + """
                run; cat said | grep -c 'the run before'
                run; grep -o 'repeated the journal, behind place [0-9]*; what stands there is repeated line by line' said
                run; grep -o 'while it repeated the 2 lines.*' said; grep -o 'journeyd journal skip --data-dir data [0-9]*' said
                journeyd journal skip --data-dir data \(places[1]); echo $?
                run; cat said; customers; ls data
                journeyd replay config.json5 --data-dir data | cmp - out && echo same
                run; customers; journeyd journal cat --data-dir data | wc -l
                """)
        let spot = "the record at place \(places[1]) in journal/00000000000000000000.journal"
        #expect(ran.lines.first == "ended" && ran.lines.contains("0"))
        #expect(ran.output.contains("what stands there is repeated line by line"))
        #expect(ran.output.contains("while it repeated the 2 lines from line 1 of an unknown input on (\(spot))"))
        #expect(ran.output.contains("journeyd journal skip --data-dir data \(places[1])\n"))
        #expect(ran.errors.contains("(\(spot)) is passed over from now on, by runs and by replay; this is final"))
        #expect(ran.output.contains("data: 1 records of the journal are passed over, in whole or in part, as was told"))
        #expect(
            ran.output.contains("\n12345\n") && ran.output.contains("\nsame\n") && ran.output.hasSuffix("12345\n5\n"))
        #expect(!ran.output.contains("\nrepeating\n"))
    }

    @Test func oneLineCanBePassedOverAndTheOthersKeepTheirNumbers() throws {
        let places = try write([1...4, 5...6])
        // As a run leaves it that ended at the second line.
        try shop.write("data/repeating", "at \(places[0]):2                                        \n")
        let ran = try shop.run(
            JournalSkipTests.script + """
                cp -r data other; journeyd run config.json5 --data-dir other --output all < /dev/null; echo $?
                journeyd journal skip --data-dir data \(places[0]):2; echo $?
                journeyd journal skip --data-dir data \(places[0]):2; echo $?
                run; customers; journeyd replay config.json5 --data-dir data | cmp - out && echo same
                grep -v '"c2"' all | cmp - out && echo same; ls other
                for place in \(places[0]):5 7 there 0 \(places[0]):3; do journeyd journal skip --data-dir data $place; echo $?; done
                journeyd journal skip --data-dir nowhere 0; echo $?; ls nowhere
                """)
        #expect(
            ran.lines == [
                "0", "0", "0", "0", "13456", "same", "same", "journal", "lock", "snapshots", "version",
                "69", "69", "64", "69", "69", "69",
            ])
        #expect(
            ran.errors.contains("while it repeated line 2 of old.ndjson (line 2 of the record at place \(places[0])"))
        #expect(ran.errors.contains(#"{"customer_id":"c2","event":"ping""#))
        #expect(ran.errors.contains("is passed over already"))
        #expect(ran.errors.contains("there is no line at place \(places[0]):5 of the journal"))
        #expect(ran.errors.contains("\"there\" is not the place of a record; write it as the run names it"))
        #expect(ran.errors.contains("is needed to make sense of those behind it"))
        #expect(ran.errors.contains("has been written, or is in a snapshot"))
        #expect(ran.errors.contains("nowhere: is not a data directory"))
    }

    @Test func lineByLineComesToTheSame() throws {
        try shop.write("shop.json5", Durable.configuration)
        let ran = try shop.run(
            """
            journeyd generate --events 800 --customers 40 > events; sed -i '70a nonsense' events
            split -n l/2 events part.
            (cat part.aa; sleep 0.2; cat part.ab) | journeyd run shop.json5 --data-dir data --output out --rejects bad 2> said
            echo 'behind 0' > data/repeating; cp out plain; cp bad plain.bad; rm data/snapshots/* 2> none; : > out; : > bad
            journeyd run shop.json5 --data-dir data --output out --rejects bad < /dev/null 2> said; echo $?
            grep -c 'line by line' said; cmp out plain && cmp bad plain.bad && echo same
            """)
        #expect(ran.lines == ["0", "1", "same"])
    }
}

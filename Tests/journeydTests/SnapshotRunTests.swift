import Foundation
import Testing

/// Snapshots in a data directory: a run goes on from the newest good one, and the journal is shortened to what is needed.
@Suite struct SnapshotRunTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write("shop.json5", Durable.configuration)
        // As little of the journal is kept as snapshots allow.
        try shop.write("brief.json5", Durable.brief)
        let made = try shop.run(
            """
            journeyd generate --events 6000 --customers 300 > events; sed -i '70a nonsense' events
            split -d -n l/4 events part.
            journeyd run shop.json5 --output plain --rejects plain.rejects < events 2>/dev/null
            """)
        #expect(made.status == 0)
    }

    /// `feed` gives a run three of the four parts of the input, and sees to it that there are two snapshots; `finish` gives
    /// it the rest, or what else there is.
    private static let script = """
        run() { timeout 20 "$J" run $1 --output out --rejects rejects --data-dir data 2>> said; }
        await() { until [ $(ls data/snapshots 2>/dev/null | grep -c 'state$') -ge $1 ]; do sleep 0.02; done; }
        feed() { rm -rf data out rejects; (cat part.00; await 1; cat part.01; await 2; cat part.02) | run $1; : > said; }
        finish() { run $1 < ${2:-part.03}; }
        same() { cmp out plain && cmp rejects plain.rejects && echo same; }
        damage() { printf 'x' | dd of=$1 bs=1 seek=300 conv=notrunc 2>/dev/null; }

        """

    private func run(_ script: String) throws -> Ran { try shop.run(SnapshotRunTests.script + script) }

    /// The same lines from a snapshot on as from the beginning. A third snapshot is there where the run ended between the
    /// naming of one and the removal of the oldest.
    @Test(arguments: ["shop.json5", "brief.json5"]) func aRunGoesOnFromTheNewest(_ configuration: String) throws {
        let ran = try run(
            """
            feed \(configuration); ls data/snapshots | grep -c "state$" | tr 3 2; ls data/journal | head -n 1 | grep -c '^0*.journal'
            finish \(configuration); same; rm data/journal/00000000000000000000.journal 2>/dev/null
            finish \(configuration) /dev/null; same; cat said
            """)
        #expect(ran.lines == ["2", configuration == "brief.json5" ? "0" : "1", "same", "same"])
        #expect(ran.errors.isEmpty)
    }

    @Test func aDamagedOneFallsBackToTheOneBefore() throws {
        let ran = try run(
            """
            feed brief.json5; damage $(ls data/snapshots/*.state | tail -n 1)
            finish brief.json5; same; grep -o "cannot be used, and is passed over: section 0 is damaged" said
            for file in data/snapshots/*; do damage $file; done; finish brief.json5 /dev/null; echo $?
            grep -o 'no snapshot can be used, and the journal.s beginning was removed' said
            feed shop.json5; for file in data/snapshots/*; do damage $file; done
            finish shop.json5; same; grep 'from its beginning' said
            """)
        #expect(
            ran.lines == [
                "same", "cannot be used, and is passed over: section 0 is damaged", "69",
                "no snapshot can be used, and the journal's beginning was removed",
                "same", "data: the journal is repeated from its beginning",
            ])
    }

    @Test func oneOfAnotherJournalIsNotMisread() throws {
        let ran = try run(
            """
            feed shop.json5; rm data/journal/*; finish shop.json5 events
            grep -c 'snapshots of a journal that is not there any more are removed' said; same
            """)
        #expect(ran.lines == ["1", "same"])
    }

    /// A file that has become shorter is written anew where the journal has all that it takes, else nothing is done to it.
    @Test func aFileThatLacksWhatItHadIsNotPatched() throws {
        let ran = try run(
            """
            feed shop.json5; truncate -s 100 out; finish shop.json5; same
            feed brief.json5; cp out full; truncate -s 100 out; finish brief.json5; echo $?
            grep -c 'out has 100 bytes, but [0-9]* had been written to it' said; stat -c %s out
            cp full out; finish brief.json5; same
            """)
        #expect(ran.lines == ["same", "69", "2", "100", "same"])
    }

    /// What another file gets begins where the snapshot stands, if that cannot be helped.
    @Test func anotherFileGetsWhatThereIs() throws {
        let ran = try run(
            """
            feed shop.json5; mv out first; finish shop.json5; same
            feed brief.json5; mv out first; finish brief.json5; cat first out > both
            cmp out <(tail -c $(stat -c %s out) plain) && [ $(stat -c %s both) -ge $(stat -c %s plain) ] && echo all
            """)
        #expect(ran.lines == ["same", "all"])
    }

    @Test func aShortenedJournalIsRunAgainFromItsSnapshot() throws {
        let ran = try run(
            """
            feed brief.json5; finish brief.json5; same
            journeyd replay brief.json5 --data-dir data > replayed 2> said
            [ -s replayed ] && cmp replayed <(tail -c $(stat -c %s replayed) plain) && echo replayed
            grep -o 'it is run again from the snapshot of' said
            journeyd journal cat --data-dir data > lines 2> said
            [ -s lines ] && cmp lines <(tail -c $(stat -c %s lines) events) && grep -o 'the journal begins with what arrived at' said
            sed 's/propensity: 0.5/propensity: 0.0/' brief.json5 > other.json5
            journeyd replay other.json5 --data-dir data --compare 2>/dev/null | grep -o '^moment bought .* as it was'
            rm data/snapshots/*; journeyd replay brief.json5 --data-dir data; echo $?
            """)
        #expect(
            Array(ran.lines.prefix(4)) == [
                "same", "replayed", "it is run again from the snapshot of", "the journal begins with what arrived at",
            ])
        #expect(ran.lines.count == 6 && ran.lines.last == "69")
        #expect(ran.errors.contains("no snapshot can be used in its place"))
    }
}

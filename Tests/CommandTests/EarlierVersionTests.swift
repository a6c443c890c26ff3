import Foundation
import Testing

/// What earlier versions left in a data directory is gone on with.
///
/// `Fixtures/data-layout-3.tar.gz` holds a directory that a version with shards of layout 3 wrote, of whose journal only what
/// came after the snapshot is there; the configuration, the events that it was given, and others that come after them.
@Suite struct EarlierVersionTests {
    private static let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/data-layout-3.tar.gz").path

    @Test func partialMatchesThatWereKeptOneByOneGoOn() throws {
        let shop = try Workshop()
        let ran = try shop.run(
            """
            tar xzf '\(EarlierVersionTests.fixture)'
            cat events rest | journeyd run plan.json5 --output whole
            journeyd run plan.json5 --data-dir data --output later < rest 2> said
            grep -o "the journal's beginning was removed" said
            cmp later <(tail -c $(stat -c %s later) whole) && echo same
            for what in '"compared"' '"loop"' '"quiet"' drop_off; do [ $(grep -c $what later) -gt 9 ] && echo "$what"; done
            """)
        #expect(
            ran.lines == [
                "the journal's beginning was removed", "same", "\"compared\"", "\"loop\"", "\"quiet\"", "drop_off",
            ])
    }
}

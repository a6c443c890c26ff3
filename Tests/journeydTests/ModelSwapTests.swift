import Foundation
import Testing

/// Models whose files change under a run: what was read counts until the configuration is taken anew, and the past stays what
/// it was, in a crash, from a snapshot and in a replay.
@Suite struct ModelSwapTests {
    let shop: Workshop

    private static func card(_ base: String) -> String {
        #"{"model":"scorecard","base":\#(base),"features":[{"name":"n","missing":0,"bins":[{"points":0}]}]}"#
    }

    init() throws {
        shop = try Workshop()
        try shop.write(
            "c.json5",
            """
            { version: 1, journal: { segment: "64KiB", interval: "2ms", snapshot_size: "64KiB" },
              windows: { pings: { count: true, on: "ping", over: "1d" } },
              models: { card: { file: "card.json", features: { n: "windows.pings" } } },
              moments: { seen: { sequence: [{ as: "ping", on: "ping" }] } },
              actions: { mail: { on: "seen", propensity: { model: "card" } } }, emit: ["decision"] }
            """)
        for (name, base) in [("one", "0.1"), ("two", "0.4"), ("three", "0.7"), ("broken", "\"much\"")] {
            try shop.write(name + ".json", Self.card(base))
        }
        for part in 0..<4 { try shop.write("part.\(part)", Workshop.pings(1 + part * 1500...(part + 1) * 1500)) }
    }

    private static let script = """
        await() { until eval "$1"; do sleep 0.02; done; }
        written() { [ -f out ] && [ $(wc -l < out) = $1 ]; }
        said() { grep -o '"propensity":[0-9.]*' $1 | sort | uniq -c | sed 's/ *\\([0-9]*\\) .*:/\\1 /'; }
        replayed() { "$J" replay c.json5 --data-dir data > past 2>/dev/null; cmp past out && echo replayed; }

        """

    @Test func whatWasReadCountsUntilItIsTakenAnew() throws {
        let ran = try shop.run(
            Self.script + """
                cp one.json card.json; mkfifo in
                "$J" run c.json5 --output out --data-dir data < in 2> said & pid=$!
                exec 3> in; cat part.0 >&3; await 'written 1500'
                cp two.json card.json; cat part.1 >&3; await 'written 3000'; said out
                cp broken.json card.json; kill -HUP $pid; await 'grep -q "not taken anew\\|cannot be used" said'
                cp two.json card.json; kill -HUP $pid; await 'grep -q "configuration was taken anew" said'
                rm card.json; cat part.2 >&3; await 'written 4500'; said out
                await '[ $(ls data/snapshots 2>/dev/null | grep -c state) -ge 1 ]'
                kill -KILL $pid; wait $pid 2>/dev/null; exec 3>&-
                "$J" run c.json5 --output out --data-dir data < part.3 2>/dev/null; echo $?
                cp three.json card.json; "$J" run c.json5 --output out --data-dir data < part.3 2>> said; said out; replayed
                """, seconds: 60)
        #expect(
            ran.lines == [
                "3000 0.1", "3000 0.1", "1500 0.4", "78", "3000 0.1", "1500 0.4", "1500 0.7", "replayed",
            ], "\(ran.output)\(ran.errors)\((try? shop.read("said")) ?? "")")
    }
}

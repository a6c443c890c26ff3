import Foundation
import Testing

/// Configurations that change during a run with a data directory, and between two: records of the journal like any others.
@Suite struct DurableReloadTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        let looked = #"looked: { sequence: [{ as: "look", on: "page_view" }], cooldown: "2h" }, eager:"#
        for (name, text) in [("whole", Durable.configuration), ("brief", Durable.brief)] {
            try shop.write(name + ".1", text)
            try shop.write(
                name + ".2",
                text.replacingOccurrences(of: "views >= 5", with: "views >= 3").replacingOccurrences(
                    of: "propensity: 0.5", with: "propensity: 0.9"
                ).replacingOccurrences(of: "eager:", with: looked))
        }
        let made = try shop.run(
            """
            journeyd generate --events 6000 --customers 300 > events; split -d -n l/4 events part.
            """)
        #expect(made.status == 0)
    }

    private static let script = """
        run() { timeout 25 "$J" run c.json5 --output out --data-dir data 2>> said; }
        await() { until eval "$1"; do sleep 0.02; done; }
        lines() { [ "$("$J" journal cat --data-dir data 2>/dev/null | tail -n 1)" = "$(tail -n 1 $1)" ]; }
        replayed() { "$J" replay c.json5 --data-dir data > past 2>/dev/null; [ -s past ] && cmp past <(tail -c $(stat -c %s past) out) && echo replayed; }

        """

    /// The run is killed behind a reload, once before and once behind the snapshot that follows it.
    @Test(arguments: ["whole", "brief"]) func aReloadIsRepeatedInItsPlace(_ configuration: String) throws {
        let ran = try shop.run(
            DurableReloadTests.script + """
                cp \(configuration).1 c.json5; mkfifo in; "$J" run c.json5 --output out --data-dir data < in 2> said & pid=$!
                exec 3> in; cat part.00 >&3; await 'lines part.00'
                cp \(configuration).2 c.json5; kill -HUP $pid; await 'grep -q "taken anew" said'
                cat part.01 >&3; await 'lines part.01'
                kill -KILL $pid; wait $pid 2>/dev/null; exec 3>&-
                (cat part.02; await '[ $(ls data/snapshots | grep -c state) = 2 ]'; await 'lines part.02') | run
                replayed; cp out before
                run < part.03; replayed; cmp before <(head -c $(stat -c %s before) out) && echo kept
                grep -c '"looked"' before > /dev/null && grep -h 'taken anew\\|another' said
                """)
        #expect(
            ran.lines == ["replayed", "replayed", "kept", "c.json5: the configuration was taken anew"], "\(ran.errors)")
    }

    @Test(arguments: ["whole", "brief"]) func anotherConfigurationAtTheStartIsFollowedFromThere(_ configuration: String)
        throws
    {
        let ran = try shop.run(
            DurableReloadTests.script + """
                cp \(configuration).1 c.json5; cat part.00 part.01 | run; cp out before
                cp \(configuration).2 c.json5; cat part.02 | run; replayed
                cmp before <(head -c $(stat -c %s before) out) && echo kept
                run < part.03; replayed; grep -c 'another configuration than c.json5' said
                tail -c +$(($(stat -c %s before) + 1)) out | grep -q looked && ! grep -q looked before && echo followed
                """)
        #expect(ran.lines == ["replayed", "kept", "replayed", "1", "followed"], "\(ran.errors)")
    }

    /// The whole past is written again where the output is gone, through both configurations.
    @Test func bothAreFollowedWhenAllIsRepeated() throws {
        let ran = try shop.run(
            DurableReloadTests.script + """
                cp whole.1 c.json5; cat part.00 part.01 | run
                cp whole.2 c.json5; cat part.02 part.03 | run; mv out before
                run < /dev/null; cmp out before && echo same
                cp whole.1 c.json5; "$J" replay c.json5 --data-dir data | cmp -s - before || echo else
                """)
        #expect(ran.lines == ["same", "else"], "\(ran.errors)")
    }
}

import Foundation
import Testing

/// What a data directory is good for.
@Suite struct DurabilityTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write("shop.json5", Durable.configuration)
    }

    /// Made-up events, some faulty lines among them.
    private func makeEvents(_ count: Int) throws {
        let made = try shop.run(
            """
            journeyd generate --events \(count) --customers 300 > events
            sed -i '70a nonsense' events; sed -i '$a {"customer_id":"c1"}' events
            journeyd run shop.json5 events --output plain --rejects plain.rejects --quiet
            """)
        #expect(made.status == 0)
        #expect(made.errors.isEmpty)
        #expect(try shop.read("plain").utf8.count > 1000)
    }

    @Test func aFileIsReadOnWhereTheRunBeforeEnded() throws {
        try makeEvents(3000)
        let ran = try shop.run(
            """
            run() { journeyd run shop.json5 growing --output out --rejects rejects --data-dir data --shards $1; }
            head -c 100000 events | sed '$d' > growing
            run 2; mv out out.1; cp out.1 out
            cat events > growing
            run 3; run 1
            cmp out plain && cmp <(sed 's/growing/events/' rejects) plain.rejects && cmp out.1 <(head -c $(stat -c %s out.1) plain) && echo same
            journeyd journal cat --data-dir data | cmp - events && echo all
            journeyd replay shop.json5 --data-dir data | cmp - plain && echo replayed
            """)
        #expect(ran.lines == ["same", "all", "replayed"])
        let others = ran.errors.split(separator: "\n").filter { !$0.contains("shards, as the snapshot") }
        #expect(others.isEmpty)
    }

    @Test func severalFilesAreMergedAsTheyWere() throws {
        try makeEvents(2000)
        let ran = try shop.run(
            """
            awk 'NR % 3' events > a; awk 'NR % 3 == 0' events > b
            exec 2>/dev/null
            journeyd run shop.json5 a b --output merged --rejects merged.rejects
            head -n 300 a > a.1; head -n 500 b > b.1
            cp a.1 x; cp b.1 y; journeyd run shop.json5 x y --output out --rejects rejects --data-dir data
            cp a x; cp b y; journeyd run shop.json5 x y --output out --rejects rejects --data-dir data
            journeyd replay shop.json5 --data-dir data | cmp - out && echo replayed
            journeyd journal cat --data-dir data | sort | cmp - <(sort events) && echo all
            journeyd run shop.json5 a b --output out.2 --rejects rejects.2 --data-dir data.2
            cmp out.2 merged && sed 's/"source":"[xyab]"//' rejects.2 | cmp - <(sed 's/"source":"[xyab]"//' merged.rejects)
            journeyd replay shop.json5 --data-dir data.2 --shards 5 | cmp - merged && echo merged
            """)
        #expect(ran.lines == ["replayed", "all", "merged"])
        #expect(ran.errors.isEmpty)
    }

    /// Wherever the run is told to stop: what was read but not merged yet is read again.
    @Test(arguments: ["process", "reject"]) func mergedFilesGoOnBehindAStopAsIfThereWereNone(_ late: String) throws {
        try makeEvents(40_000)
        try shop.write(
            "merged.json5",
            """
            { version: 1, time: { late: "\(late)" }, moments: { m: { sequence: [
              { as: "a", on: "product_view", times: 2 }, { as: "b", on: "add_to_cart" }], within: "1h" } } }
            """)
        let ran = try shop.run(
            """
            awk 'NR % 2' events > a; awk 'NR % 2 == 0' events > b
            exec 2>/dev/null
            run() { exec "$J" run merged.json5 a b "$@"; }
            (run --output plain --rejects plain.rejects)
            for i in 1 2 3 4 5 6; do
                (run --output out --rejects rejects --data-dir data) & p=$!
                sleep 0.$((i * 9 + 10)); kill -TERM $p; wait $p || echo "status $?"
            done
            (run --output out --rejects rejects --data-dir data)
            cmp out plain && cmp rejects plain.rejects && echo same
            """)
        #expect(ran.lines == ["same"])
    }

    /// Not its length alone tells a merged file from another: all that was read of it is looked at.
    @Test func aMergedFileThatWasChangedIsNoticed() throws {
        try makeEvents(3000)
        let ran = try shop.run(
            """
            awk 'NR % 2' events > a; awk 'NR % 2 == 0' events > b; cp a a.kept
            run() { journeyd run shop.json5 a b --output out --rejects rejects --data-dir data; echo $?; }
            run; sed -i '5s/customer_id/customer_iD/' a; run; cp a.kept a; run; cat b >> b; run
            """)
        #expect(ran.lines == ["0", "66", "0", "0"], "\(ran.errors)")
        #expect(ran.errors.contains("bytes were read before, and are not what they were then"))
        #expect(ran.errors.contains("a: its first "))
    }

    @Test func standardOutputGetsWhatItHasNotHad() throws {
        try makeEvents(3000)
        let ran = try shop.run(
            """
            split -n l/4 events part.
            for part in part.*; do journeyd run shop.json5 --data-dir data < $part >> out 2>/dev/null; done
            cmp out plain && echo same
            journeyd run shop.json5 --data-dir data </dev/null
            """)
        #expect(ran.lines == ["same"])
    }

    @Test func pendingDeadlinesFireAtTheEndIfAskedTo() throws {
        try makeEvents(1000)
        let ran = try shop.run(
            """
            journeyd run shop.json5 events --at-end flush --output flushed 2>/dev/null
            for i in 1 2; do journeyd run shop.json5 events --at-end flush --output out --data-dir data 2>/dev/null; done
            cmp out flushed && journeyd replay shop.json5 --data-dir data | cmp - flushed && echo same
            """)
        #expect(ran.lines == ["same"])
    }

    @Test func aPartOfThePastIsShown() throws {
        try makeEvents(2000)
        let ran = try shop.run(
            """
            journeyd run shop.json5 events --output out --data-dir data 2>/dev/null
            from=$(sed -n 40p out | grep -o '"time":"[^"]*' | cut -c9-); to=$(sed -n 90p out | grep -o '"time":"[^"]*' | cut -c9-)
            journeyd replay shop.json5 --data-dir data --from $from --to $to > part
            grep -c . part; grep -cF -f part out; journeyd replay shop.json5 --data-dir data --from then; echo $?
            """)
        #expect(ran.lines.count == 3)
        #expect(ran.lines[0] == ran.lines[1])
        #expect(Int(ran.lines[0]).map { (30...60).contains($0) } == true)
        #expect(ran.lines[2] == "64")
        #expect(ran.errors.contains(#"--from: "then" is not an RFC 3339 time"#))
    }

    @Test func configurationsAreCompared() throws {
        try shop.write("events", Workshop.pings(1...50))
        let action = #"actions: { mail: { on: "seen", channels: ["email"], value: VALUE } } }"#
        for (name, value) in [("was", "1.0"), ("dearer", "2.0")] {
            try shop.write(
                name, Workshop.configuration.dropLast(2) + ", " + action.replacingOccurrences(of: "VALUE", with: value))
        }
        try shop.write(
            "fewer",
            try shop.read("was").replacingOccurrences(
                of: #"on: "ping""#, with: #"on: "ping", where: "event.id != 'e7'""#))
        let ran = try shop.run(
            """
            journeyd run was events --output out --data-dir data
            for name in was dearer fewer; do journeyd replay $name --data-dir data --compare; done
            """)
        #expect(
            ran.lines == [
                "action mail  50 -> 50  as it was", "moment seen  50 -> 50  as it was",
                "action mail  50 -> 50  50 changed (c1, c2, c3)", "moment seen  50 -> 50  as it was",
                "action mail  50 -> 49  1 lost (c7)", "moment seen  50 -> 49  1 lost (c7)",
            ])
        #expect(ran.errors.isEmpty)
    }

    @Test func whatComesAtAnotherTimeIsMatchedAllTheSame() throws {
        let events = [
            ("a", "add", "10:00:00"), ("b", "add", "10:05:00"), ("a", "buy", "10:40:00"), ("c", "x", "12:00:00"),
        ]
        try shop.write(
            "events",
            events.map { customer, type, clock in
                #"{"customer_id":"\#(customer)","event":"\#(type)","timestamp":"2026-01-01T\#(clock)Z"}"# + "\n"
            }.joined())
        for wait in ["30m", "36m6s257ms", "3h"] {
            try shop.write(
                wait,
                """
                { version: 1, actions: { mail: { on: "left" } },
                  moments: { left: { sequence: [{ as: "cart", on: "add" }, { not: "buy", for: "\(wait)" }] } } }
                """)
        }
        let ran = try shop.run(
            """
            journeyd run 30m events --output out --data-dir data --quiet
            for name in 36m6s257ms 3h; do journeyd replay $name --data-dir data --compare; done
            """)
        #expect(
            ran.lines == [
                "action mail  2 -> 2  2 later by 6m6.257s (a, b)", "moment left  2 -> 2  2 later by 6m6.257s (a, b)",
                "action mail  2 -> 0  2 lost (a, b)", "moment left  2 -> 0  2 lost (a, b)",
            ], "\(ran.output)")
        #expect(ran.errors.isEmpty, "\(ran.errors)")
    }

    @Test func sendersAreToldWhatIsDurable() throws {
        try makeEvents(300)
        let ran = try shop.run(
            """
            "$J" run shop.json5 tcp://127.0.0.1:0 --data-dir data > out 2> log & pid=$!
            until grep -q 'msg=listening' log; do sleep 0.02; done
            address=$(grep -o 'input=tcp://[0-9.:]*' log | cut -d/ -f3)
            exec 3<>/dev/tcp/${address%:*}/${address##*:}
            (echo ACK; head -n 100 events) >&3
            until [ "$answer" = '{"ack":100}' ]; do read -r answer <&3; done
            kill -KILL $pid; wait $pid 2>/dev/null
            journeyd journal cat --data-dir data | cmp - <(head -n 100 events) && echo kept
            """)
        #expect(ran.lines == ["kept"])
    }

    /// A file that took another's name is noticed by what stands before the place where that one was left, a plain one as
    /// well as one that is followed, which is begun anew.
    @Test func anotherFileOfTheSameNameIsNoticed() throws {
        let long = String(repeating: "x", count: 3000)
        try shop.write(
            "small.json5",
            Workshop.configuration.replacingOccurrences(of: "1,", with: "1, input: { max_line: '1KiB' },"))
        try shop.write("grown", Workshop.pings(1...3) + long + "\n")
        let ran = try shop.run(
            """
            run() { journeyd run config.json5 $1 --output out --data-dir $2; echo $?; }
            run pings data; sed 's/"c3"/"c4"/; $a {}' pings > other; cp pings kept; mv other pings; run pings data
            cp kept pings; cat kept >> pings; run pings data; grep -c . out
            journeyd run small.json5 grown --output out.2 --data-dir data.2 2>/dev/null
            echo '{"customer_id":"c9","event":"ping","timestamp":9000,"id":"e9"}' >> grown
            journeyd run small.json5 grown --output out.2 --data-dir data.2 2>/dev/null; grep -c . out.2
            """)
        #expect(ran.lines == ["0", "66", "0", "6", "4"], "\(ran.errors)")
        #expect(ran.errors.contains("pings: has something else before byte 189 than was read there before"))
    }

    /// A sender that goes on behind the last acknowledgement loses nothing, however the engine ended; one that sends more
    /// again than it must has its doubles removed.
    @Test(arguments: [0, 20]) func whoSendsAgainWhatWasNotAcknowledgedLosesNothing(_ doubles: Int) throws {
        // Time must not go on by the clock, and what comes again comes within the time in which doubles are known.
        try shop.write(
            "live.json5",
            Durable.configuration.replacingOccurrences(
                of: #"input: { dedup: "1h" }"#, with: #"input: { dedup: "400d" }, time: { idle_after: "1h" }"#))
        let ran = try shop.run(
            """
            journeyd generate --events 6000 --customers 300 > events; journeyd run live.json5 events --output plain
            start() { "$J" run live.json5 tcp://127.0.0.1:0 --data-dir data --output out --rejects rejects 2> log.$1 & pid=$!
                until grep -q 'msg=listening' log.$1 2>/dev/null; do sleep 0.02; done
                address=$(grep -o 'input=tcp://[0-9.:]*' log.$1 | cut -d/ -f3); exec 3<>/dev/tcp/${address%:*}/${address##*:}; }
            acknowledged() { n=$(tail -n 1 acks | tr -dc 0-9); [ "${n:-0}" -ge $1 ]; }
            : > acks; start 1; cat <&3 > acks & (echo ACK; cat events) >&3 2>/dev/null & until acknowledged 500; do sleep 0.002; done
            kill -KILL $pid; wait $pid 2>/dev/null; exec 3>&-; sleep 0.1; acknowledged 500; from=$((n + 1 - \(doubles)))
            : > acks; start 2; cat <&3 > acks & (echo ACK; tail -n +$from events) >&3
            until acknowledged $((6001 - from)); do sleep 0.02; done
            kill -TERM $pid; wait $pid; cmp out plain && echo same
            [ $(grep -c '"duplicate"' rejects) -ge \(doubles) ] && echo without doubles
            grep -v '"duplicate"' rejects
            """)
        #expect(ran.lines == ["same", "without doubles"], "\(ran.errors)")
    }

    /// What waits in memory for a slow receiver is lost with the process, and delivered by the next run.
    @Test func whatAnOutputHadNotTakenIsDeliveredAfterwards() throws {
        try makeEvents(3000)
        let outputs = """
            outputs: [{ to: "exec:sleep 0.7; while IFS= read -r line; do echo \\"$line\\"; done >> got" }], emit:
            """
        try shop.write("slow.json5", Durable.configuration.replacingOccurrences(of: "emit:", with: outputs))
        let ran = try shop.run(
            """
            (cat events; sleep 20) | "$J" run slow.json5 --data-dir data 2>/dev/null & sleep 0.6
            until [ "$(journeyd journal cat --data-dir data 2>/dev/null | grep -c .)" = "$(grep -c . events)" ]; do sleep 0.02; done
            pid=$(head -n 1 data/lock); kill -KILL $pid; sleep 0.5
            journeyd run slow.json5 --data-dir data < /dev/null 2>/dev/null
            cmp <(sort -u got) <(sort -u plain) && echo all; [ $(grep -c . got) -lt $(($(grep -c . plain) * 2 + 1)) ] && echo once or twice
            """)
        #expect(ran.lines == ["all", "once or twice"], "\(ran.errors)")
    }

    @Test func whatCannotBeUsedIsRefused() throws {
        let ran = try shop.run(
            """
            mkfifo fifo; exec 3<>fifo
            "$J" run shop.json5 --data-dir data < fifo > /dev/null & pid=$!
            until [ -e data/journal/00000000000000000000.journal ]; do sleep 0.02; done
            journeyd run config.json5 pings --data-dir data; echo $?
            kill -TERM $pid; wait $pid; echo $?
            echo 'journeyd data 5' > data/version
            journeyd run shop.json5 --data-dir data </dev/null; echo $?
            journeyd journal cat --data-dir data; echo $?
            journeyd journal cat --data-dir .; echo $?
            journeyd run config.json5 pings --data-dir .; echo $?
            journeyd run config.json5 pings --data-dir fine > /dev/null; head -n 1 pings > short; mv short pings
            journeyd run config.json5 pings --data-dir fine; echo $?
            """)
        #expect(ran.lines == ["69", "0", "69", "69", "69", "69", "66"])
        for message in [
            "data: is used by another journeyd (process ",
            "data: is of version 5, and this journeyd knows versions up to 4", ".: is not a data directory",
            ".: is not a data directory, but holds other files", "pings: has ", "not the same file any more",
        ] {
            #expect(ran.errors.contains(message), "\(message)")
        }
    }
}

/// A configuration that keeps state of every sort, in small segments.
enum Durable {
    /// The same, with a journal that is shortened at every snapshot.
    static let brief = configuration.replacingOccurrences(
        of: "snapshot_size:", with: "keep_size: \"0B\", snapshot_size:")

    static let configuration = """
        { version: 1, journal: { segment: "64KiB", interval: "2ms", snapshot_size: "64KiB" }, input: { dedup: "1h" },
          windows: { views: { count: true, on: "page_view", over: "1d" } },
          segments: { keen: { when: "windows.views >= 5" } },
          moments: {
            left: { by: "event.properties.sku", sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30m" }] },
            bought: { sequence: [{ as: "cart", on: "add_to_cart" }, { as: "pay", on: "purchase" }], within: "1d" },
            eager: { when: "segments.keen" },
          },
          actions: {
            mail: { on: "left", channels: ["email"], cooldown: "1h", budget: { max: 5, over: "1h" } },
            call: { on: ["left", "bought"], channels: ["phone"], propensity: 0.5 },
          },
          policy: { caps: [{ max: 2, over: "1d" }] },
          emit: ["moment", "decision", "segment"] }
        """
}

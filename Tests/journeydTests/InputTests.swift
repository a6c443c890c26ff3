import Testing

/// What comes in, in whatever state, and what goes out for it.
@Suite struct InputTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func piecesOfAnySizeGiveTheSameBytes() throws {
        try shop.write("many", Workshop.pings(1...400))
        let whole = try shop.run("journeyd run config.json5 many --shards 1")
        #expect(whole.lines.count == 400)
        for shards in [1, 2, 8] {
            for size in [1, 7, 4096] {
                let cut = try shop.run(
                    "dd if=many bs=\(size) status=none | journeyd run config.json5 --shards \(shards)")
                #expect(cut.output == whole.output)
            }
        }
    }

    @Test func anEmptyInputGivesNothing() throws {
        for script in ["journeyd run config.json5 < /dev/null", "journeyd run config.json5 /dev/null --strict"] {
            let ran = try shop.run(script)
            #expect(ran.status == 0)
            #expect(ran.output.isEmpty && ran.errors.isEmpty)
        }
    }

    @Test func garbageIsRejectedAndTheEventsInItAreTaken() throws {
        let ran = try shop.run(
            """
            (head -n 1 pings; head -c 300000 "$J"; echo; tail -n 2 pings | head -c -40) | journeyd run config.json5 --rejects bad
            """)
        #expect(ran.status == 0)
        #expect(ran.lines.count == 2)
        #expect(ran.errors.isEmpty)
        let rejects = try shop.read("bad").split(separator: "\n")
        #expect(rejects.count > 2)
        let areLines = rejects.allSatisfy { $0.hasPrefix(#"{"type":"rejected","reason":""#) && $0.hasSuffix("}") }
        #expect(areLines)
        #expect(rejects.last?.contains(#""reason":"malformed_json""#) == true)
    }

    /// The memory of the whole process is limited to less than the line needs (the runtime's threads
    /// have stacks of 8 MiB, at most two more than there are cores), so that keeping it would end the run.
    @Test func aLineOfAHundredMebibytesPassesInBoundedMemory() throws {
        let ran = try shop.run(
            """
            (head -n 1 pings; head -c 104857600 /dev/zero | tr '\\0' x; echo; tail -n 2 pings) > big
            ulimit -d $((60000 + 10000 * $(nproc)))
            journeyd run config.json5 big --rejects bad
            """)
        #expect(ran.status == 0)
        #expect(ran.lines.count == 3)
        let reject = try shop.read("bad")
        #expect(reject.contains(#""reason":"too_long""#) && reject.contains(#""line":2"#))
        #expect(reject.utf8.count < 6000)
    }

    @Test func pendingDeadlinesWaitUnlessTheyAreFlushed() throws {
        try shop.write(
            "absence.json5",
            """
            { version: 1, moments: { missed: { sequence: [{ as: "ping", on: "ping" }, { not: "pong", for: "1s" }] } } }
            """)
        #expect(try shop.run("journeyd run absence.json5 pings").lines.count == 2)
        #expect(try shop.run("journeyd run absence.json5 pings --at-end hold").lines.count == 2)
        let flushed = try shop.run("journeyd run absence.json5 pings --at-end=flush --output out; cat out")
        #expect(flushed.lines.count == 3)
    }

    @Test func theOutputGoesWhereItIsSent() throws {
        let plain = try shop.run("journeyd run config.json5 pings")
        try shop.write("out", String(repeating: "older and longer\n", count: 100))
        let sent = try shop.run("journeyd run --output=out --shards=2 -- config.json5 pings")
        #expect(sent.status == 0)
        #expect(sent.output.isEmpty && sent.errors.isEmpty)
        #expect(try shop.read("out") == plain.output)
    }

    @Test func theSummaryNamesMomentsDecisionsAndReasons() throws {
        try shop.write(
            "config.json5",
            """
            { version: 1, moments: { seen: { sequence: [{ as: "ping", on: "ping" }] } },
              actions: { greet: { on: "seen", eligible: "event.customer_id != 'c2'" } }, emit: ["decision"] }
            """)
        let ran = try shop.run("(cat pings; cat pings) | journeyd run config.json5 --summary")
        #expect(ran.lines.count == 6)
        let rows = ran.errors.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        for row in [
            ["lines", "6"], ["events", "6"], ["rejected", "0"], ["late", "2"], ["moment", "seen", "6"],
            ["decision", "greet", "4"], ["no", "decision:", "not_eligible", "2"],
        ] {
            #expect(rows.contains { $0.map(String.init) == row }, "\(row)")
        }
    }
}

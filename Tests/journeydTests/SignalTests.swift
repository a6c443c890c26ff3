import Testing

/// How a run ends when its surroundings want it to.
@Suite struct SignalTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// Waits until the file `out` has so many lines.
    private func awaitLines(_ count: Int) -> String {
        "until [ -e out ] && [ \"$(wc -l < out)\" -ge \(count) ]; do sleep 0.02; done\n"
    }

    @Test(arguments: ["TERM", "INT"], ["fifo", "-"]) func aSignalStopsReadingAndWhatWasReadIsWritten(
        _ signal: String, _ input: String
    ) throws {
        let ran = try shop.run(
            """
            mkfifo fifo; exec 3<>fifo
            "$J" run config.json5 \(input) < fifo > out & pid=$!
            cat pings >&3; printf '{"customer_id":' >&3
            """ + "\n" + awaitLines(3) + """
                kill -\(signal) $pid; wait $pid; echo status $?; cat out
                """)
        #expect(ran.lines.first == "status 0")
        #expect(ran.lines.count == 4)
        // What was only half written when the signal came is nobody's fault.
        #expect(ran.errors.isEmpty)
    }

    @Test func aSecondSignalEndsAtOnce() throws {
        let ran = try shop.run(
            """
            mkfifo full; exec 4<>full
            yes '{"customer_id":"c","event":"ping","timestamp":1}' | "$J" run config.json5 > full & pid=$!
            sleep 0.5; kill -TERM $pid; sleep 0.5; kill -TERM $pid; wait $pid; echo status $?
            """)
        #expect(ran.lines == ["status 143"])
    }

    @Test(arguments: [
        "journeyd generate",
        "yes '{\"customer_id\":\"c\",\"event\":\"ping\",\"timestamp\":1}' | journeyd run config.json5",
    ])
    func whenNobodyReadsAnyMoreTheRunEndsQuietly(_ script: String) throws {
        let ran = try shop.run("(\(script); echo status $? >&2) | head -n 1")
        #expect(ran.lines.count == 1)
        #expect(ran.errors == "status 0\n")
    }

    @Test func aSlowReaderGetsEverything() throws {
        try shop.write("many", Workshop.pings(1...20000))
        let ran = try shop.run("journeyd run config.json5 many | (sleep 0.3; wc -l)")
        #expect(ran.lines.map { Int($0) } == [20000])
    }

    @Test func anInputThatPausesIsDecidedOnAsItComes() throws {
        let ran = try shop.run(
            """
            mkfifo fifo; exec 3<>fifo
            "$J" run config.json5 < fifo > out & pid=$!
            head -n 1 pings >&3
            """ + "\n" + awaitLines(1) + "tail -n 2 pings >&3\n" + awaitLines(3) + """
                kill -TERM $pid; wait $pid; echo status $?
                """)
        #expect(ran.lines == ["status 0"])
    }
}

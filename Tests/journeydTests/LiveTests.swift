import Testing

/// Time on live inputs.
@Suite struct LiveTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write(
            "absence.json5",
            """
            { version: 1, time: { idle_after: "100ms" },
              moments: { missed: { sequence: [{ as: "ping", on: "ping" }, { not: "pong", for: "200ms" }] } } }
            """)
    }

    /// Feeds the run a line through a pipe that stays open.
    private func feed(_ flags: String, _ line: String, then script: String) throws -> Ran {
        try shop.run(
            """
            mkfifo fifo; exec 3<>fifo; touch out
            "$J" run absence.json5 \(flags) < fifo > out & pid=$!
            printf '%s\\n' '\(line)' >&3
            \(script)
            kill -TERM $pid; wait $pid; echo status $?; cat out
            """)
    }

    @Test func anAbsenceIsNoticedWithoutAnotherEvent() throws {
        let ran = try feed(
            "--live", #"{"customer_id":"c","event":"ping","id":"1"}"#,
            then: "until [ -s out ]; do sleep 0.02; done")
        #expect(ran.lines.count == 2)
        #expect(ran.lines.first == "status 0")
        #expect(ran.lines.last?.contains(#""moment":"missed""#) == true)
        #expect(ran.errors.isEmpty)
    }

    @Test func withoutLiveOnlyEventsMoveTime() throws {
        let ran = try feed("", #"{"customer_id":"c","event":"ping","id":"1","timestamp":0}"#, then: "sleep 0.7")
        #expect(ran.lines == ["status 0"])
    }

    @Test func aLiveClockThatIsFarAheadIsRefused() throws {
        let line = #"{"customer_id":"c","event":"ping","timestamp":"2200-01-01T00:00:00Z"}"#
        let live = try shop.run("echo '\(line)' | journeyd run absence.json5 --live --rejects rejects; cat rejects")
        #expect(live.lines.count == 1)
        #expect(live.lines.first?.contains(#""reason":"future""#) == true)
        let file = try shop.run("echo '\(line)' | journeyd run absence.json5 --at-end flush --strict")
        #expect(file.status == 0)
        #expect(file.lines.count == 1)
    }
}

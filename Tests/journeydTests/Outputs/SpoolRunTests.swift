import Testing

/// Lines that wait on disk, over the ends of runs.
@Suite(.enabled(if: Receivers.areThere)) struct SpoolRunTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write("many", Workshop.pings(1...3000))
    }

    @Test func nothingIsLostWhenARunIsKilled() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port 200 200 200 200 200 slow:300 hang
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", batch: 100, spool: 'spool', retry: { $fast } }"
            mkfifo fifo; exec 3<>fifo
            "$J" run config.json5 --live < fifo > out & pid=$!
            cat many >&3; await '[ $(lines log) = 7 ] && [ $(lines out) = 3000 ]'
            kill -9 $pid $last; wait $pid; mv log log1; receiver http log port slow:5
            "$J" run config.json5 /dev/null 2> err & pid=$!
            await '[ $(lines log) -gt 3 ]'; kill -9 $pid; wait $pid
            journeyd run config.json5 /dev/null --log-level info > out2 2> err; echo status $?; grep -c 'an earlier run' err
            (bodies log1; bodies log) | sort -u > got; sort out | cmp - got && echo same; ls spool/*.spool 2>/dev/null | wc -l
            """)
        #expect(ran.lines.prefix(3) == ["status 0", "1", "same"])
    }

    @Test func whatIsUndeliveredAtTheEndStays() throws {
        let ran = try shop.runWithReceivers(
            """
            outputs "{ to: 'unix://socket', spool: { folder: 'spool', limit: '1MiB' }, linger: '100ms', retry: { $fast } }"
            journeyd run config.json5 pings > out 2> err; grep -o 'lines stay in the spool.*lines=[0-9]*' err | sed 's/.*lines=//'
            receiver unix got socket; sed -i "s/linger: '100ms',//" config.json5
            journeyd run config.json5 /dev/null; await '[ $(lines got) = 3 ]'; cmp got out && echo same
            """)
        #expect(ran.lines == ["3", "same"])
    }

    @Test(arguments: [("drop_newest", "head"), ("drop_oldest", "tail")]) func theLimitOfASpoolIsKeptAndTold(
        _ policy: String, _ kept: String
    ) throws {
        let ran = try shop.runWithReceivers(
            """
            outputs "{ to: 'unix://socket', spool: { folder: 'spool', limit: '64KiB' }, on_overflow: '\(policy)',
                linger: '100ms', retry: { $fast } }"
            journeyd run config.json5 many > out 2> err
            [ $(cat spool/*.spool | wc -c) -le 65536 ] && echo bounded
            grep -q 'msg="lines were dropped".*the spool is full' err && echo told
            receiver unix got socket; sed -i "s/linger: '100ms',//" config.json5
            journeyd run config.json5 /dev/null; await '[ $(lines got) -gt 200 ]'
            \(kept) -n $(lines got) out | cmp - got && echo same
            """)
        #expect(ran.lines == ["bounded", "told", "same"])
    }

    @Test func aFullDiskDropsAndSaysSo() throws {
        let ran = try shop.runWithReceivers(
            """
            outputs "{ to: 'unix://socket', spool: 'spool', linger: '100ms', retry: { $fast } }"
            (ulimit -f 100; exec "$J" run config.json5 many 2> err) | cat > out; echo status ${PIPESTATUS[0]}
            grep -q 'the spool cannot be written: File too large' err && echo told
            receiver unix got socket; sed -i "s/linger: '100ms',//" config.json5
            journeyd run config.json5 /dev/null; await '[ $(lines got) -gt 100 ]'
            head -n $(lines got) out | cmp - got && echo same
            """)
        #expect(ran.lines == ["status 74", "told", "same"])
    }

    @Test func oneSpoolIsForOneRun() throws {
        let ran = try shop.runWithReceivers(
            """
            outputs "{ to: 'unix://nobody', spool: 'spool' }"
            mkfifo fifo; exec 3<>fifo; "$J" run config.json5 --live < fifo > out & pid=$!
            head -n 1 pings >&3; await '[ $(lines out) = 1 ]'
            journeyd run config.json5 pings; echo status $?; kill -TERM $pid; wait $pid
            """)
        #expect(ran.lines == ["status 69"])
        #expect(ran.errors.contains("spool: is the spool of another run; give each a folder of its own"))
    }
}

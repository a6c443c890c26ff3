import Testing

/// Lines for real peers at sockets, and for real children.
@Suite(.enabled(if: Receivers.areThere)) struct StreamOutputTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write("many", Workshop.pings(1...3000))
    }

    @Test func everyoneGetsAllLinesInOrder() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver tcp tcp port; receiver unix unix socket
            outputs "{ to: \\"tcp://localhost:$(cat port)\\" }, { to: 'unix://socket' }, { to: 'exec:cat > child; echo said' },
                { to: \\"tcp://127.0.0.1:$(cat port)\\", only: 'decision' }"
            journeyd run config.json5 many > out; echo status $?
            await '[ $(lines tcp) = 3000 ] && [ $(lines unix) = 3000 ]'
            for got in tcp unix child; do cmp $got out && echo same; done
            """)
        #expect(ran.lines == ["status 0", "same", "same", "same"])
        // A child's output is not mixed with the lines.
        #expect(ran.errors == "said\n")
    }

    @Test(arguments: ["tcp", "unix"]) func aPeerThatComesBackGetsWhatItHadNotTaken(_ kind: String) throws {
        let ran = try shop.runWithReceivers(
            """
            receiver \(kind) one place; first=$last
            [ \(kind) = tcp ] && to="tcp://127.0.0.1:$(cat place)" || to="unix://place"
            outputs "{ to: '$to', retry: { $fast } }"
            mkfifo fifo; exec 3<>fifo
            "$J" run config.json5 --live < fifo > out & pid=$!
            head -n 1000 many >&3; await '[ $(lines one) = 1000 ]'
            kill -9 $first; [ \(kind) = unix ] && rm place
            head -n 2000 many | tail -n 1000 >&3; await '[ $(lines out) = 2000 ]'
            receiver \(kind) two place
            tail -n 1000 many >&3; await '[ $(lines two) -ge 2000 ]'
            kill -TERM $pid; wait $pid; echo status $?
            sort -u one two > got; sort out | cmp - got && echo same
            """)
        #expect(ran.lines == ["status 0", "same"])
    }

    @Test func aChildThatEndsIsStartedAgain() throws {
        // A shell reads byte by byte, so that each child takes whole lines.
        try shop.write(
            "child", "for i in $(seq 50); do IFS= read -r line && echo \"$line\" >> got; done; echo >> starts; exit 3")
        let ran = try shop.runWithReceivers(
            """
            outputs "{ to: 'exec:sh child', retry: { $fast } }"
            mkfifo fifo; exec 3<>fifo
            "$J" run config.json5 --live < fifo > out & pid=$!
            head -n 300 many >&3; await '[ $(lines out) = 300 ] && grep -qF "$(tail -n 1 out)" got'
            kill -TERM $pid; wait $pid; echo status $?
            [ $(lines starts) -gt 3 ] && echo started; uniq got | cmp - out && echo same
            """)
        #expect(ran.lines == ["status 0", "started", "same"])
        #expect(ran.errors.contains("the command ended with status 3"))
    }

    @Test func oneThatIsDeadHoldsUpNobody() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port hang
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", queue: '64KiB' }, { to: 'unix://nobody', queue: '64KiB' },
                { to: 'exec:sleep 1000', queue: '64KiB' }, { to: 'exec:cat > child' }, { to: 'file:file' }"
            mkfifo fifo; exec 3<>fifo
            "$J" run config.json5 --live < fifo > out 2> err & pid=$!
            cat many >&3; await '[ $(lines out) = 3000 ] && [ $(lines file) = 3000 ] && [ $(lines child) = 3000 ]'
            kill -TERM $pid; wait $pid; echo status $?; grep -c 'msg="lines were dropped"' err
            """)
        #expect(ran.lines.first == "status 74")
        // For want of room, and at the end.
        #expect((Int(ran.lines.last ?? "") ?? 0) >= 6)
    }

    @Test func withBlockTheEngineWaits() throws {
        let ran = try shop.runWithReceivers(
            """
            outputs "{ to: 'exec:sleep 0.5; cat > child', queue: '64KiB', on_overflow: 'block' }"
            journeyd run config.json5 many > out; cmp out child && echo same
            """)
        #expect(ran.lines == ["same"] && ran.errors.isEmpty)
    }

    @Test func anOutputIsGivenUpWithinAMomentOfASignal() throws {
        let ran = try shop.runWithReceivers(
            """
            outputs "{ to: 'unix://nobody' }, { to: 'exec:trap : TERM; while :; do sleep 1; done' }"
            mkfifo fifo; exec 3<>fifo
            "$J" run config.json5 --live < fifo > out 2> err & pid=$!
            cat pings >&3; await '[ $(lines out) = 3 ]'
            kill -TERM $pid; wait $pid; echo status $?; grep -c 'msg="lines were dropped"' err
            """)
        #expect(ran.lines == ["status 74", "2"])
    }
}

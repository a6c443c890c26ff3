import Testing

/// How a run with live inputs stops.
@Suite struct StopTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// Senders that write as fast as they can until their connection is closed; each tells how many whole lines it knows
    /// to have been taken by the other end of its socket.
    private let flood = """
        cat > flood.py <<'PY'
        from dial import *
        s = dial("s.sock"); n = 0; me = sys.argv[1]
        try:
            while True:
                s.sendall(b"".join(ping(n + i, me) for i in range(50))); n += 50
        except OSError: pass
        PY

        """

    @Test func underLoadNothingReceivedIsLost() throws {
        let ran = try shop.run(
            ListenTests.prelude("unix://s.sock") + flood + """
                for i in a b d e; do python3 flood.py $i & done
                upto has out 20000; finish
                grep -c . bad; grep '^lines  ' err | grep -o '[0-9]*' > lines; wc -l < out > outs; cmp lines outs && echo same
                for i in a b d e; do grep -o "\\"customer_id\\":\\"$i[0-9]*\\"" out | grep -o '[0-9]*"$' | tr -d '"' > got
                  [ "$(sort -n got | tail -n 1)" -eq "$(($(wc -l < got) - 1))" ] && echo whole; done
                """)
        // Of each sender everything up to some line was taken, and every line that was taken was decided on.
        #expect(ran.lines.first == "status 0")
        #expect(ran.lines.filter { $0 == "whole" }.count == 4)
        #expect(ran.lines.contains("same") && ran.lines.contains("0"))
    }

    @Test func whatWasSentBeforeTheStopIsTaken() throws {
        let ran = try shop.run(
            ListenTests.prelude("tcp://127.0.0.1:0") + """
                say '
                held = [dial() for _ in range(30)]
                os.kill(int("'$pid'"), 19)
                for i, s in enumerate(held): s.sendall(b"".join(ping(1 + i * 5 + k) for k in range(5)))
                late = dial(); late.sendall(ping(1001))
                time.sleep(0.1)
                os.kill(int("'$pid'"), 15); os.kill(int("'$pid'"), 18)
                for s in held: hear(s)'
                wait $pid; echo "status $?"; wc -l < out
                """)
        #expect(ran.lines == ["status 0", "151"])
    }

    /// A run whose output nobody takes, stopped once its senders cannot send any more.
    private func stuck(_ script: String) throws -> Ran {
        let prelude = ListenTests.prelude("unix://s.sock").replacing("--output out", with: "")
            .replacing("2> err", with: "2> err > full")
        return try shop.run(
            """
            mkfifo full; exec 4<>full
            \(prelude)
            say '
            s = dial("s.sock"); s.settimeout(1)
            try:
                while True: s.sendall(ping(1) * 100)
            except socket.timeout: open("stuck", "w").write("now\\n")
            time.sleep(20)' & sender=$!
            upto has stuck 1; kill -TERM $pid
            \(script)
            wait $pid; echo "status $?"; kill $sender
            """)
    }

    @Test func aSecondSignalEndsTheWaitForASlowReader() throws {
        #expect(try stuck("sleep 0.3; kill -TERM $pid").lines == ["status 143"])
    }

    @Test func aReaderThatTakesNothingIsNotWaitedForForEver() throws {
        let ran = try stuck("wait $pid; echo $?; tail -n 1 err")
        #expect(ran.lines.first == "74")
        #expect(ran.output.contains("stopped without having written everything"))
    }
}

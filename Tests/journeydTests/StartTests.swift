import Foundation
import Testing

/// What a run does before it has begun, and where it is not given what it needs.
@Suite struct StartTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write(
            "lots.json5",
            """
            { version: 1, windows: { ids: { distinct: "event.id", over: "3650d" } },
              moments: { m: { sequence: [{ as: "a", on: "ping" }, { as: "b", on: "pong" }] } } }
            """)
    }

    private static let waiting = """
        upto() { for i in $(seq 1 800); do if "$@"; then return 0; fi; sleep 0.02; done; echo "gave up: $*"; return 1; }
        catches() { [ $(( 0x$(sed -n 's/^SigCgt:\\t//p' /proc/$pid/status) >> ($1 - 1) & 1 )) = 1 ]; }
        told() { grep -q "$1" err; }

        """

    /// A start is held up by the lock of another one; what signals say meanwhile is kept.
    @Test func signalsAreKeptUntilTheyCanBeFollowed() throws {
        let ran = try shop.run(
            StartTests.waiting + """
                : > s.sock.lock; exec 9<s.sock.lock; flock 9
                "$J" run config.json5 unix://s.sock 2> err 9<&- & pid=$!
                upto catches 1; kill -HUP $pid; upto told 'waiting for another'; exec 9<&-
                upto told 'msg=ready'; upto told 'taken anew'; kill -TERM $pid; wait $pid; echo $?
                exec 9>s.sock.lock; flock 9; : > err
                "$J" run config.json5 unix://s.sock 2> err 9<&- & pid=$!
                upto catches 15; kill -TERM $pid; wait $pid; echo $?; ls s.sock 2>/dev/null
                """)
        #expect(ran.lines == ["0", "0"], "\(ran.errors)")
    }

    @Test func aLockThatIsNotGivenBackEndsTheStart() throws {
        let ran = try shop.run(
            StartTests.waiting + """
                : > s.sock.lock; exec 9<s.sock.lock; flock 9
                "$J" run config.json5 unix://s.sock 2> err 9<&-; echo $?; grep -c 'for too long' err
                exec 9<&-; (flock . sleep 20) & "$J" run config.json5 unix://s.sock 2> err 9<&- & pid=$!
                upto told msg=ready; ls s.sock*; kill $pid; wait $pid; echo $?; kill %1
                """)
        #expect(ran.lines == ["69", "1", "s.sock", "0"], "\(ran.errors)")
    }

    /// Nothing that the program opens takes the number of a standard stream that it was started without.
    @Test func closedStandardStreamsStayClosed() throws {
        let ran = try shop.run(
            StartTests.waiting + """
                "$J" run config.json5 unix://s.sock --output out <&- >&- 2>&- & pid=$!
                upto test -e s.sock
                for n in 0 1 2; do readlink /proc/$pid/fd/$n; done; kill $pid; wait $pid; echo $?
                journeyd run config.json5 pings >&- 2> err; echo $?; wc -l < err
                """)
        #expect(ran.lines == ["/dev/null", "/dev/null", "/dev/null", "0", "74", "1"])
    }

    @Test func tooFewOpenFilesAreSaidBeforeAnythingTraps() throws {
        let ran = try shop.run(
            """
            for n in 20 32 39 44 56; do
                (ulimit -n $n; "$J" run config.json5 tcp://127.0.0.1:0 unix://q.sock --admin 127.0.0.1:0 --data-dir d 2> err & p=$!
                for i in $(seq 1 150); do kill -0 $p 2>/dev/null || break; grep -q msg=ready err && break; sleep 0.02; done
                kill $p 2>/dev/null; wait $p; s=$?; [ $s = 69 ] && grep -c 'files may be open' err || echo "status $s")
            done | sort | uniq -c | sort -rn | awk '{ $1 = ""; print }'
            """)
        #expect(Set(ran.lines.map { $0.trimmingPrefix(" ") }).isSubset(of: ["1", "status 0"]), "\(ran.output)")
        #expect(ran.lines.contains(" 1"))
    }

    /// More connections than files that may be open: those that are too many are turned away, and the journal goes on.
    @Test func connectionsLeaveRoomForWhatTheRunOpens() throws {
        try shop.write(
            "small.json5",
            Workshop.configuration.replacingOccurrences(of: "1,", with: "1, journal: { segment: \"64KiB\" },"))
        let ran = try shop.run(
            "ulimit -n 64\n" + ListenTests.prelude("tcp://127.0.0.1:0", "--data-dir data", config: "small.json5") + """
                say 'g = dial(); g.sendall(ping(1))
                ss = [dial() for _ in range(40)]
                for i in range(2, 2002): g.sendall(ping(i))
                g.close(); time.sleep(1)' 2>/dev/null
                upto has out 2001; finish; ls data/journal | wc -l; grep -c 'fewer connections than max_connections' err
                """)
        #expect(ran.lines.first == "status 0", "\(ran.errors)")
        #expect(ran.lines.last == "1")
        #expect(ran.lines.count == 3 && (Int(ran.lines[1]) ?? 0) > 1, "\(ran.lines)")
    }

    /// Customers without end under a limit of the address space: one line, the status, and a journal that is good.
    @Test(arguments: [100, 200, 275]) func aRunThatRunsOutOfMemorySaysSo(_ limit: Int) throws {
        let ran = try shop.run(
            """
            awk 'BEGIN { for (i = 0; i < 9000000; i++) printf "{\\"customer_id\\":\\"customer number %d of many\\",\\"event\\":\\"ping\\",\\"timestamp\\":%d,\\"id\\":\\"e%d\\"}\\n", i, i, i }' |
                (ulimit -v \(limit)000; timeout 25 "$J" run lots.json5 --data-dir data --output out --shards 2 2> err); echo $?
            grep -E 'out of memory|address space|error while loading' err | wc -l
            """)
        #expect(["70", "127"].contains(ran.lines.first ?? ""), "\(ran.lines) \(ran.errors)")
        let said = try shop.read("err")
        #expect(ran.lines.last == "1", "\(said)")
    }

    @Test func controlsAreWrittenOutInPlainMessages() throws {
        let ran = try shop.run(
            "printf '{\"a\":1}\\n{\"customer_id\":\"c\",\"event\":\"e\",\"timestamp\":\"\\302\\233\\342\\200\\25631mred\\033\"}\\n' > in; journeyd run config.json5 in; journeyd run config.json5 \"$(printf 'no\\302\\233file')\""
        )
        #expect(!ran.errors.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) || $0.value == 0x1B })
        #expect(ran.errors.contains("no\\u{9b}file"))
    }
}

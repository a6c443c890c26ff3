import Testing

/// Inputs that senders connect to.
@Suite struct ListenTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// What a script begins with: a run in the background that listens at `inputs` and writes to `out` and `err`, and
    /// small words to talk to it. `say FORM` runs Python with `dial()`, which answers a connected socket.
    static func prelude(_ inputs: String, _ flags: String = "", config: String = "config.json5") -> String {
        """
        "$J" run \(config) \(inputs) --output out --rejects bad --summary \(flags) 2> err & pid=$!
        upto() { for i in $(seq 1 1000); do if "$@"; then return 0; fi; sleep 0.02; done; echo "gave up: $*"; return 1; }
        ready() { grep -q 'msg=ready' err; }
        has() { [ -e "$1" ] && [ "$(wc -l < "$1")" -ge "$2" ]; }
        told() { grep -q "$1" err; }
        finish() { kill -TERM $pid; wait $pid; echo "status $?"; }
        upto ready
        address=$(grep -o 'input=tcp://[^ ]*' err | head -n 1 | cut -d= -f2)
        port=${address##*:}
        cat > dial.py <<'PY'
        import os, resource, socket, struct, sys, time
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]; resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        def dial(path=None):
            if path:
                s = socket.socket(socket.AF_UNIX); s.connect(path)
            else:
                s = socket.create_connection(("127.0.0.1", int(os.environ["port"])))
            s.settimeout(20)
            return s
        def ping(n, name="c"):
            return b'{"customer_id":"%s%d","event":"ping","timestamp":%d,"id":"e%d"}\\n' % (name.encode(), n, n * 1000, n)
        def hear(s):
            got = b""
            while True:
                try: piece = s.recv(4096)
                except ConnectionError: return got.decode()
                if not piece: return got.decode()
                got += piece
        PY
        export port
        say() { python3 -c "from dial import *
        $1"; }

        """
    }

    private func run(
        _ inputs: String, config: String = "config.json5", _ script: String
    ) throws -> Ran {
        try shop.run(ListenTests.prelude(inputs, config: config) + script)
    }

    @Test(arguments: ["tcp://127.0.0.1:0", "tcp://localhost:0", "unix://here.sock"])
    func oneConnectionGivesWhatAFileGives(_ input: String) throws {
        try shop.write("many", Workshop.pings(1...3000))
        let file = try shop.run("journeyd run config.json5 many")
        let ran = try run(
            input,
            """
            say 's = dial("here.sock" if "\(input)".startswith("unix") else None)
            s.sendall(open("many", "rb").read()); s.close()'
            upto has out 3000; finish
            """)
        #expect(ran.lines == ["status 0"])
        #expect(try shop.read("out") == file.output)
        #expect(try shop.read("bad").isEmpty)
    }

    @Test func manyConnectionsComeAndGo() throws {
        let ran = try run(
            "tcp://127.0.0.1:0",
            """
            say '
            held = [dial() for _ in range(2000)]
            for turn in range(2):
                for i, s in enumerate(held): s.sendall(ping(1 + i + 2000 * turn))
            for turn in range(5):
                for i in range(100):
                    s = dial(); s.sendall(ping(5000 + 100 * turn + i)); s.close()
            for s in held: s.sendall(b"bad\\n")
            for s in held: s.close()'
            upto has bad 2000; upto has out 4500; finish
            sort -u out | wc -l; grep -c '"line":3' bad; cut -d'"' -f16 bad | sort -u | wc -l
            """)
        // Each rejected line names its connection and its line there.
        #expect(ran.lines == ["status 0", "4500", "2000", "2000"])
    }

    @Test func linesComeInAnyPieces() throws {
        let ran = try run(
            "unix://s.sock",
            """
            say '
            a, b = dial("s.sock"), dial("s.sock")
            for byte in ping(1) + ping(2): a.send(bytes([byte]))
            b.send(ping(3)[:20]); a.send(ping(4)); b.send(ping(3)[20:]); b.send(b"\\xef\\xbb\\xbf" + ping(5))
            c = dial("s.sock"); c.send(b"\\xef\\xbb\\xbf" + ping(6)[:-1].replace(b"e6", b"last") + b"\\r\\n\\r\\n" + ping(7)[:-1]); c.close()'
            upto has out 6; upto has bad 1; finish; cat bad
            """)
        #expect(ran.lines.count == 2)
        #expect(ran.lines.last?.contains("malformed_json") == true)
        for customer in [1, 2, 3, 4, 6, 7] { #expect(try shop.read("out").contains("\"c\(customer)\"")) }
    }

    @Test func anOverlongLineIsRejectedAndReadingGoesOn() throws {
        try shop.write(
            "short.json5",
            "{ version: 1, input: { max_line: 1000 }, moments: { seen: { sequence: [{ as: 'p', on: 'ping' }] } } }")
        let ran = try run(
            "tcp://127.0.0.1:0", config: "short.json5",
            """
            say '
            s = dial(); s.sendall(ping(1) + b"x" * 10_000_000 + b"\\n" + ping(2))'
            upto has out 2; upto has bad 1; finish; cut -c1-60 bad
            """)
        #expect(ran.lines.count == 2)
        #expect(ran.lines.last?.contains("too_long") == true)
    }

    @Test func aBrokenConnectionLosesItsUnfinishedLineOnly() throws {
        let ran = try run(
            "tcp://127.0.0.1:0",
            """
            say '
            s = dial(); s.sendall(ping(1) + ping(2)[:30])
            while b"\\"c1\\"" not in open("out", "rb").read(): time.sleep(0.02)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); s.close()
            t = dial(); t.sendall(ping(3)); t.close()'
            upto has out 2; upto told 'connection broke'; finish; cat bad; grep 'not finished' err
            """)
        #expect(ran.lines.first == "status 0" && ran.lines.count == 2)
        #expect(ran.lines.last?.hasSuffix("  1") == true)
    }

    @Test func garbageHarmsNobody() throws {
        let ran = try run(
            "tcp://127.0.0.1:0",
            """
            say '
            s, t = dial(), dial()
            s.sendall(os.urandom(200_000).replace(b"\\n", b" ") + b"\\n"); t.sendall(ping(1)); s.sendall(ping(2)); s.close()
            w = dial(); w.sendall(b"POST / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" + ping(3))
            a = hear(w).split("\\r\\n\\r\\n"); print(a[0].split("\\r\\n")[0], "http:// input" in a[1], f"Length: {len(a[1])}" in a[0])'
            upto has out 2; finish
            """)
        #expect(ran.lines.count == 2)
        #expect(ran.lines.first == "HTTP/1.1 400 Bad Request True True")
        #expect(try !shop.read("out").contains("\"c3\""))
    }

    @Test func oneTooManyIsTurnedAway() throws {
        try shop.write(
            "few.json5",
            """
            { version: 1, input: { listen: { max_connections: 2 } }, moments: { seen: { sequence: [{ as: 'p', on: 'ping' }] } } }
            """)
        let ran = try run(
            "unix://s.sock", config: "few.json5",
            """
            say '
            a, b = dial("s.sock"), dial("s.sock")
            a.sendall(ping(1)); b.sendall(ping(2))
            c = dial("s.sock"); print(hear(c))
            a.close()
            def isHeard(d):
                d.sendall(ping(3)); d.settimeout(0.05)
                while b"\\"c3\\"" not in open("out", "rb").read():
                    try: d.recv(100); return False
                    except socket.timeout: pass
                    except ConnectionError: return False
                return True
            while not isHeard(dial("s.sock")): time.sleep(0.05)'
            upto has out 3; finish; grep -c 'ended: limit' err
            """)
        #expect(ran.lines == ["ERR 2 connections are open already; try again later", "status 0", "1"])
    }

    @Test func silenceIsEnded() throws {
        try shop.write(
            "idle.json5",
            """
            { version: 1, input: { listen: { idle_timeout: "300ms" } }, moments: { seen: { sequence: [{ as: 'p', on: 'ping' }] } } }
            """)
        let ran = try run(
            "tcp://127.0.0.1:0", config: "idle.json5",
            """
            say '
            a = dial(); a.sendall(ping(1) + b"half"); print(hear(a).strip())'
            finish; grep -c 'ended: idle' err; grep -c 'not finished' err
            """)
        #expect(ran.lines == ["ERR nothing came for 300 ms; closed", "status 0", "1", "1"])
    }

    @Test func whenAllHaveGoneTheRunGoesOn() throws {
        let ran = try run(
            "tcp://127.0.0.1:0 unix://s.sock pings",
            """
            upto has out 3
            say 's = dial(); s.sendall(ping(4)); s.close()'; upto has out 4
            say 's = dial("s.sock"); s.sendall(ping(5)); s.close()'; upto has out 5
            kill -INT $pid; wait $pid; echo $?; ls s.sock 2>&1 | grep -c 'No such'
            """)
        #expect(ran.lines == ["0", "1"])
    }
}

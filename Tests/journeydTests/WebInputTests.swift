import Testing

/// Events by requests of HTTP, with a client of Python's standard library.
@Suite struct WebInputTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// What a script begins with: a run in the background that listens at an `http://` input, and small words to talk to
    /// it. `say FORM` runs Python with `post(path, body, …)`, which answers the status, the fields and what the JSON says,
    /// and `raw(bytes)`, which answers all that is said until the end.
    static func prelude(_ flags: String = "", config: String = "config.json5", input: String = "http://127.0.0.1:0")
        -> String
    {
        ListenTests.prelude(input, flags, config: config) + """
            port=$(grep -o 'input=http://[^ ]*' err | head -n 1 | sed 's/.*://'); export port
            cat > web.py <<'PY'
            import http.client, json
            from dial import *
            def client(): return http.client.HTTPConnection("127.0.0.1", int(os.environ["port"]), timeout=20)
            def post(path, body, on=None, method="POST", **fields):
                c = on or client()
                c.request(method, path, body, {k.replace("_", "-"): v for k, v in fields.items()})
                r = c.getresponse(); text = r.read()
                return r.status, dict(r.getheaders()), json.loads(text) if text else None
            def raw(data, half=True):
                s = dial(); s.sendall(data)
                if half: s.shutdown(socket.SHUT_WR)
                return hear(s)
            def statuses(text): return [line.split()[1] for line in text.splitlines() if line.startswith("HTTP/1.1 ")]
            PY
            say() { python3 -c "from web import *
            $1"; }

            """
    }

    private func run(_ script: String, _ flags: String = "", config: String = "config.json5") throws -> Ran {
        try shop.run(WebInputTests.prelude(flags, config: config) + script)
    }

    @Test func requestsGiveWhatAFileGives() throws {
        try shop.write("many", Workshop.pings(1...1500))
        let file = try shop.run("journeyd run config.json5 many")
        let ran = try run(
            """
            say '
            lines = open("many", "rb").read().splitlines(keepends=True)
            c = client()
            print(post("/events", b"".join(lines[:500]), c)[0::2])
            print(post("/events", b"[" + b",".join(lines[500:1000]) + b"]", c, Content_Type="application/json")[0::2])
            print(post("/events", (line for line in lines[1000:1499]), c, Content_Type="application/x-ndjson")[0::2])
            print(post("/events", json.dumps(json.loads(lines[1499]), indent=1), c)[0::2])
            print(post("/events", "", c)[0::2], post("/events", "[]", c)[0::2])'
            upto has out 1500; finish
            """)
        #expect(
            ran.lines == [
                "(202, {'accepted': 500, 'rejected': []})", "(202, {'accepted': 500, 'rejected': []})",
                "(202, {'accepted': 499, 'rejected': []})", "(202, {'accepted': 1, 'rejected': []})",
                "(202, {'accepted': 0, 'rejected': []}) (202, {'accepted': 0, 'rejected': []})", "status 0",
            ])
        #expect(try shop.read("out") == file.output)
    }

    @Test func oneBadEventAmongManyIsNamed() throws {
        let ran = try run(
            """
            say '
            events = [ping(i + 1)[:-1] for i in range(500)]
            events[3] = b"{\\"customer_id\\":\\"c\\",\\"event\\":\\"ping\\",\\"timestamp\\":\\"yesterday\\"}"
            events[499] = b"nonsense"
            status, fields, told = post("/events", b"[" + b",".join(events) + b"]")
            print(status, told["accepted"], [(r["index"], r["reason"]) for r in told["rejected"]], "yesterday" in told["rejected"][0]["detail"])
            status, fields, told = post("/events", b"bad\\n\\n{}\\n")
            print(status, told["accepted"], [r["index"] for r in told["rejected"]], told["error"][:19])'
            upto has out 498; upto has bad 4; finish
            """)
        #expect(
            ran.lines == [
                "202 498 [(3, 'bad_timestamp'), (499, 'malformed_json')] True", "400 0 [0, 1] nothing was taken; ",
                "status 0",
            ])
    }

    @Test func requestsMayFollowEachOtherAtOnce() throws {
        let ran = try run(
            """
            say '
            def req(n, end=""): return b"POST /events HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: %d\\r\\n%s\\r\\n" % (len(ping(n)), end.encode()) + ping(n)
            text = raw(b"".join(req(n + 1) for n in range(200)) + b"GET /x HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" + req(201, "Connection: close\\r\\n") + req(999), half=False)
            s = statuses(text); print(len(s), set(s[:200]), s[200:], text.count("Connection: close"))
            t = dial()
            for byte in req(202) + req(203): t.send(bytes([byte]))
            t.shutdown(socket.SHUT_WR); print(statuses(hear(t)))
            u = dial(); u.sendall(b"POST /events HTTP/1.1\\r\\nHost: x\\r\\nExpect: 100-continue\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(ping(204)))
            print(u.recv(100)); u.sendall(ping(204)); print(u.recv(1000).split(b"\\r\\n")[0])'
            upto has out 204; finish; grep -c c999 out
            """)
        #expect(
            ran.lines == [
                "202 {'202'} ['404', '202'] 1", "['202', '202']", "b'HTTP/1.1 100 Continue\\r\\n\\r\\n'",
                "b'HTTP/1.1 202 Accepted'", "status 0", "0",
            ])
    }

    @Test func whatIsNoRequestIsRefusedAndHarmsNobody() throws {
        let ran = try run(
            """
            say '
            head = b"POST /events HTTP/1.1\\r\\nHost: x\\r\\n"
            for bad in [os.urandom(100_000), head + b"Content-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\n" + ping(900),
                        head + b"Content-Length: 400\\r\\n\\r\\n" + ping(901), head + b"Transfer-Encoding: gzip\\r\\n\\r\\n",
                        head + b"Transfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nabc", head + b"X: " + b"y" * 40_000, b"GET /" + b"a" * 9000,
                        b"POST /events HTTP/2.0\\r\\n\\r\\n", head + b"Content-Length: 9000000\\r\\n\\r\\n" + b"x" * 100_000,
                        head + b"Transfer-Encoding: chunked\\r\\n\\r\\n" + b"100000\\r\\n" + b" " * 0x100000 + b"\\r\\n" * 1 + b"900000\\r\\n" + b" " * 0x900000]:
                try: print(statuses(raw(bad)), end=" ")
                except OSError as e: print(type(e).__name__, end=" ")
            # Shorter than said: the rest is the next request, which is none.
            print(statuses(raw(head + b"Content-Length: %d\\r\\n\\r\\n" % (len(ping(1)) - 1) + ping(1))))
            gone = dial(); gone.sendall(head + b"Content-Length: 100\\r\\n\\r\\n{"); gone.close()
            print(post("/events", ping(2))[0])'
            upto has out 2; finish; grep -c c90 out
            """)
        #expect(ran.lines.first?.hasPrefix("['400'] ['400'] ['400'] ['501'] ['400'] ['431'] ['414'] ['505']") == true)
        #expect(ran.lines.first?.hasSuffix("['202', '400']") == true)
        #expect(ran.lines.dropFirst() == ["202", "status 0", "0"])
    }

    @Test func manyConnectionsAreServedAndHeldToTheLimit() throws {
        try shop.write(
            "few.json5",
            """
            { version: 1, input: { http: { max_connections: 20, header_timeout: "300ms", body_timeout: "300ms",
              idle_timeout: "600s" } }, moments: { seen: { sequence: [{ as: 'p', on: 'ping' }] } } }
            """)
        let ran = try run(
            """
            say '
            held = [dial() for _ in range(20)]
            for s in held: s.sendall(b"POST /events HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(ping(1)) + ping(1))
            for s in held: assert s.recv(2000).startswith(b"HTTP/1.1 202")
            late = dial(); print(statuses(hear(late)))
            held[0].sendall(b"POST /ev"); held[1].sendall(b"POST /events HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 9\\r\\n\\r\\n{")
            print(statuses(hear(held[0])), statuses(hear(held[1])))
            for s in held: s.close()'
            finish
            """, config: "few.json5")
        #expect(ran.lines == ["['503']", "['408'] ['408']", "status 0"])
    }

    @Test func fourThousandConnectionsAreServed() throws {
        let ran = try run(
            """
            say '
            held = [dial() for _ in range(4096)]
            for i, s in enumerate(held): s.sendall(b"POST /events HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(ping(i)) + ping(i))
            print(sum(s.recv(2000).startswith(b"HTTP/1.1 202") for s in held))'
            upto has out 4096; finish
            """)
        #expect(ran.lines == ["4096", "status 0"])
    }

    @Test func theTokenIsAskedForAndNeverTold() throws {
        try shop.write(
            "token.json5",
            """
            { version: 1, input: { http: { token_file: "token", allow_origins: ["https://shop.example"] } },
              moments: { seen: { sequence: [{ as: 'p', on: 'ping' }] } } }
            """)
        try shop.write("token", "a-secret-of-the-house\n")
        let ran = try shop.run(
            "chmod 600 token\n" + WebInputTests.prelude(config: "token.json5")
                + """
                say '
                import base64
                print(post("/events", ping(1))[0], post("/events", ping(1), Authorization="Bearer nonsense-of-length")[0], post("/nothing", "")[0])
                print(post("/events", ping(2), Authorization="Bearer a-secret-of-the-house")[0])
                basic = base64.b64encode(b"a-secret-of-the-house:").decode()
                print(post("/events", ping(3), Authorization="Basic " + basic, Origin="https://shop.example")[1]["Access-Control-Allow-Origin"])
                print(post("/events", ping(4), Authorization="Basic " + basic, Origin="https://other.example")[0])'
                upto has out 2; finish; grep -c a-secret err; wc -l < out
                """)
        #expect(
            ran.lines == ["401 401 401", "202", "https://shop.example", "403", "status 0", "0", "2"])
    }

    @Test(arguments: ["interval", "always", "never"])
    func eventsAreAnsweredOnceTheyAreInTheJournal(_ fsync: String) throws {
        try shop.write(
            "durable.json5",
            """
            { version: 1, journal: { fsync: "\(fsync)" }, moments: { seen: { sequence: [{ as: 'p', on: 'ping' }] } } }
            """)
        let ran = try run(
            """
            say '
            for n in range(5): assert post("/events", ping(n) + ping(n + 100))[0] == 202'
            kill -9 $pid; wait $pid 2> /dev/null
            journeyd journal cat --data-dir data | wc -l
            """, "--data-dir data", config: "durable.json5")
        #expect(ran.lines == ["10"])
    }

    @Test func aStopAnswersWhatWasTaken() throws {
        let ran = try run(
            """
            say '
            import signal
            whole, half, idle = dial(), dial(), dial()
            half.sendall(b"POST /events HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 50\\r\\n\\r\\n{")
            whole.sendall(b"POST /events HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(ping(1)) + ping(1))
            os.kill(int(os.environ["pid"]), signal.SIGTERM)
            print(statuses(hear(whole)), statuses(hear(half)), statuses(hear(idle)))'
            wait $pid; echo "status $?"; wc -l < out
            """.replacing("say '", with: "export pid; say '", maxReplacements: 1))
        #expect(ran.lines == ["['202'] ['503'] []", "status 0", "1"])
    }

    @Test func whatIsSentWhileTheEngineStandsStillIsTakenOnceOrNotAtAll() throws {
        try shop.write(
            "big.json5",
            """
            { version: 1, moments: { seen: { sequence: [{ as: "p", on: "ping" }], output: { x: "p.properties.x" } } } }
            """)
        let ran = try shop.run(
            // Nobody reads the output, which is a pipe.
            "mkfifo out; exec 7<> out\n" + WebInputTests.prelude(config: "big.json5") + """
                say '
                import select, subprocess
                x = "x" * 30000
                held, said = {}, {}
                def look(seconds):
                    for s in select.select(list(held), [], [], seconds)[0]:
                        text = hear(s); said[held.pop(s)] = (statuses(text) or [text])[0], "Retry-After: 1\\r\\n" in text
                n, end = 0, time.time() + 20
                while time.time() < end and not any(status != "202" for status, _ in said.values()):
                    body = json.dumps({"customer_id": "c%d" % n, "event": "ping", "timestamp": 1000, "properties": {"x": x}}).encode()
                    s = dial(); s.settimeout(40); held[s] = n; n += 1
                    s.sendall(b"POST /events HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)
                    look(0.01)
                subprocess.Popen(["sh", "-c", "cat out > got; touch read"])
                while held: look(1)
                print(sorted(set(said.values()) - {("429", True)}))
                print("\\n".join("c%d" % n for n in sorted(said) if said[n][0] == "202"), file=open("taken", "w"))'
                exec 7>&-; finish; upto test -e read
                grep -o '"customer_id":"c[0-9]*"' got | cut -d'"' -f4 | sort > got.ids; sort taken | cmp - got.ids && echo same
                """, seconds: 90)
        #expect(ran.lines == ["[('202', False), ('503', True)]", "status 0", "same"], "\(ran.errors)")
    }

    @Test func addressesAreChecked() throws {
        let ran = try shop.run(
            """
            for input in http://127.0.0.1 https://127.0.0.1:1 http://0.0.0.0:0 http://:1; do
                journeyd run config.json5 $input; echo "status $?"
            done
            journeyd run config.json5 http://0.0.0.0:0 --allow-remote; echo "status $?"
            """)
        #expect(ran.lines == ["status 64", "status 64", "status 64", "status 64", "status 64"])
        for word in [
            "has no port", "a proxy speaks TLS", "--allow-remote and set input.http.token_file", "has no host",
        ] {
            #expect(ran.errors.contains(word))
        }
    }

    @Test func aBodyMayBeATable() throws {
        let ran = try shop.run(
            WebInputTests.prelude(input: "'http://127.0.0.1:0?format=csv'") + """
                say '
                table = "customer_id;event;timestamp;note\\n1;ping;1000;\\"a;b\\"\\n2;ping\\n\\n3;ping;3000;\\"two\\nlines\\"\\n"
                status, fields, told = post("/events", table, Content_Type="text/csv")
                print(status, told["accepted"], [(r["index"], r["reason"]) for r in told["rejected"]])
                print(post("/decide", "customer_id,event\\n4,ping\\n")[2]["lines"][0]["customer_id"], post("/events", "customer_id,event\\n")[0])'
                upto has out 3; finish
                """)
        #expect(ran.lines == ["202 2 [(1, 'bad_field')]", "4 202", "status 0"])
    }
}

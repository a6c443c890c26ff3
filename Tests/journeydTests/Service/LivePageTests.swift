import Testing

/// The page of journeys in a run that goes on, and what it asks for.
@Suite struct LivePageTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write(
            "live.json5",
            """
            { version: 1,
              // However long a busy machine takes over a start, the next ping is not late for it.
              time: { idle_after: "1h" },
              windows: { pings: { count: true, on: "ping", over: "1h" } },
              moments: { seen: { sequence: [{ as: "ping", on: "ping" }], output: { pings: "windows.pings" } } },
              actions: { greet: { on: "seen" } },
              report: { conversion: "buy" } }
            """)
        try shop.write("token", "a-token-of-some-length\n")
    }

    /// Starts a run that reads a pipe, and waits until it says where it serves.
    /// `figures` prints them as they are once `events` are counted.
    private static func start(_ flags: String) -> String {
        """
        chmod 600 token; mkfifo fifo 2> /dev/null; exec 3<>fifo
        begin() {
            : > log; "$J" run live.json5 --live --admin 127.0.0.1:0 \(flags) "$@" < fifo > out 2> log & pid=$!
            until grep -q 'msg=admin' log; do sleep 0.02; done
            port=$(sed -n 's/.*msg=admin address=127.0.0.1:\\([0-9]*\\).*/\\1/p' log)
        }
        ask() {
            exec 5<>/dev/tcp/127.0.0.1/$port
            printf 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\n%b\\r\\n' "$1" "${2:-localhost:$port}" "${3:+$3\\r\\n}" >&5
            cat <&5; exec 5>&-
        }
        body() { ask "$@" | sed '1,/^\\r$/d'; }
        figures() { for i in $(seq 300); do body /journeys.json > figures; grep -q "\\"events\\":$1," figures && return; sleep 0.05; done; echo late; }
        finish() { kill -TERM $pid; wait $pid; echo "status $?"; }

        """
    }

    @Test func showsTheJourneysAsTheyAre() throws {
        let ran = try shop.run(
            Self.start("") + """
                begin; cat pings >&3; figures 3
                head -c 41 figures; echo; grep -o '"customers":3' figures | head -1
                ask / > page; head -1 page; grep -ao "^Content-Security-Policy: default-src 'none'; script-src 'sha256-" page
                grep -c '<script type="application/json" id="figures">null</script>' page
                body /engine.json | grep -o '\\["journeyd_events_total",3.0\\]'
                ask / evil.example | head -1; ask /journeys.json evil.example:$port | head -1; ask /metrics evil.example | head -1
                ask /decisions.json | head -1; ask /customers/c1.json | head -1; finish
                """)
        #expect(
            ran.output.replacing("\r\n", with: "\n").split(separator: "\n").map(String.init) == [
                #"{"live":true,"conversion":{"types":["buy""#, #""customers":3"#, "HTTP/1.1 200 OK",
                "Content-Security-Policy: default-src 'none'; script-src 'sha256-", "1",
                #"["journeyd_events_total",3.0]"#,
                "HTTP/1.1 403 Forbidden", "HTTP/1.1 403 Forbidden", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found",
                "HTTP/1.1 404 Not Found", "status 0",
            ], "\(ran.errors)")
    }

    @Test func customersAndDecisionsAreForThoseWithTheToken() throws {
        let ran = try shop.run(
            Self.start("--admin-token token") + """
                begin; cat pings >&3; figures 3
                show() { for i in $(seq 100); do ask "$1" '' 'Authorization: Bearer a-token-of-some-length' > said; grep -q ' 503 ' said || break; sleep 0.05; done; cat said; }
                ask /decisions.json | head -1; ask /customers/c1.json '' 'Authorization: Bearer a-token-of-some-lengt' | head -1
                show /decisions.json | sed '1,/^\\r$/d' | grep -o '"action":"greet"' | wc -l
                show /customers/c1.json | grep -o '"windows.pings":1'; show /customers/nobody.json | head -1; finish
                """)
        #expect(
            ran.output.replacing("\r\n", with: "\n").split(separator: "\n").map(String.init) == [
                "HTTP/1.1 401 Unauthorized", "HTTP/1.1 401 Unauthorized", "3", #""windows.pings":1"#,
                "HTTP/1.1 404 Not Found", "status 0",
            ], "\(ran.errors)")
    }

    /// A run that is killed and goes on shows what one shows that was never interrupted.
    @Test func comesBackAfterACrash() throws {
        let ran = try shop.run(
            Self.start("") + """
                head -2 pings > some; tail -1 pings > rest
                begin --data-dir data; cat some >&3; figures 2; kill -9 $pid; wait $pid 2> /dev/null
                begin --data-dir data; cat rest >&3; figures 3; sed 's/"reached_us":[0-9]*//' figures > again; finish
                begin; cat pings >&3; figures 3; sed 's/"reached_us":[0-9]*//' figures | cmp - again && echo same; finish
                """)
        #expect(ran.lines == ["status 0", "same", "status 0"], "\(ran.errors)")
    }

    @Test func anAdminTokenNeedsAnAdminPort() throws {
        let ran = try shop.run("journeyd run live.json5 pings --admin-token token; echo $?")
        #expect(ran.lines.last == "64")
        #expect(ran.errors.contains("give --admin HOST:PORT, too"))
    }
}

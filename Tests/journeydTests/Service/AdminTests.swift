import Testing

/// A running journeyd as operators see it: over its admin port and in its log lines.
@Suite struct AdminTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// Starts a run that reads a pipe, and waits until it says where it serves. `ask PATH` prints an answer, `raw` one to
    /// what it is fed; `fd 3` feeds the run.
    private static let start = """
        mkfifo fifo; exec 3<>fifo
        "$J" run config.json5 --live --admin 127.0.0.1:0 < fifo > out 2> log & pid=$!
        until grep -q 'msg=admin' log; do sleep 0.02; done
        port=$(sed -n 's/.*msg=admin address=127.0.0.1:\\([0-9]*\\).*/\\1/p' log)
        raw() { exec 5<>/dev/tcp/127.0.0.1/$port && cat >&5 2>/dev/null; cat <&5; exec 5>&-; }
        ask() { printf 'GET %s HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n' "$1" | raw; }
        body() { ask "$1" | sed '1,/^\\r$/d'; }
        lines() { until [ "$(wc -l < out)" -ge "$1" ]; do sleep 0.02; done; }
        finish() { kill -TERM $pid; wait $pid; echo "status $?"; }

        """

    @Test func aRunShowsWhatItDoes() throws {
        let ran = try shop.run(
            Self.start + """
                until ask /readyz | grep -q '^ready'; do sleep 0.02; done
                cat pings >&3; echo 'no JSON' >&3; lines 3
                until body /metrics | grep -q 'rejected_lines_total{reason="malformed_json"} 1'; do sleep 0.02; done
                body /metrics; ask /healthz | tail -n 1; ask / | tail -n 1; finish
                """)
        #expect(ran.lines.suffix(3).first == "ok")
        #expect(ran.lines.last == "status 0")
        for line in [
            "journeyd_lines_total 4", "journeyd_events_total 3", #"journeyd_moments_total{moment="seen"} 3"#,
            #"journeyd_input_lines_total{input="stdin"} 4"#, "journeyd_output_lines_total 3",
            "journeyd_latency_seconds_count 3", #"journeyd_queue_depth{queue="decide"} 0"#,
            #"journeyd_build_info{version="0.1.0"} 1"#, #"journeyd_output_lag_seconds{output="outputs"} 0"#,
        ] {
            #expect(ran.lines.contains(line), "\(line)")
        }
        for name in [
            "journeyd_watermark_lag_seconds", "journeyd_state_bytes", "process_resident_memory_bytes",
            "process_cpu_seconds_total", "process_open_fds", #"journeyd_stage_busy_seconds_total{stage="shard"}"#,
        ] {
            #expect(ran.lines.contains { $0.hasPrefix(name + " ") }, "\(name)")
        }
        let log = try shop.read("log")
        for words in [
            "msg=starting version=", "msg=ready", #"msg="line rejected" reason=malformed_json source=stdin line=4"#,
            "msg=stopping", #"msg=stopped reason="told to stop" lines=4 events=3 rejected=1"#,
        ] {
            #expect(log.contains(words), "\(words)")
        }
    }

    @Test func promtoolFindsNothingWrong() throws {
        let ran = try shop.run(
            Self.start + """
                command -v promtool > /dev/null || { echo "no promtool"; finish; exit; }
                cat pings >&3; lines 3; body /metrics > metrics; promtool check metrics < metrics 2>&1 && echo clean; finish
                """)
        #expect(ran.lines == ["clean", "status 0"] || ran.lines == ["no promtool", "status 0"])
    }

    @Test func hostileClientsDoNotDisturbTheEngine() throws {
        try shop.write("many", Workshop.pings(1...30_000))
        let ran = try shop.run(
            Self.start + """
                (cat many >&3) & feeder=$!
                for i in 1 2 3 4 5; do head -c 20000 /dev/urandom | raw > /dev/null; done
                for i in 1 2 3; do (printf 'GET / HTTP/1.1\\r\\n'; yes $'X: y\\r' | head -n 100000) | raw 2>/dev/null | head -n 1; done
                (printf 'GET /'; head -c 1000000 /dev/zero | tr '\\0' a) | raw 2>/dev/null | head -n 1
                for i in $(seq 100); do exec 6<>/dev/tcp/127.0.0.1/$port; printf 'GET /heal' >&6; done
                ask /healthz | head -n 1
                wait $feeder; lines 30000; wc -l < out; finish
                """)
        let refused = "HTTP/1.1 431 Request Header Fields Too Large\r"
        #expect(
            ran.output.replacing("\r\n", with: "\n").split(separator: "\n").map(String.init)
                == Array(repeating: String(refused.dropLast()), count: 3) + [
                    "HTTP/1.1 414 URI Too Long", "HTTP/1.1 200 OK", "30000", "status 0",
                ])
    }

    @Test(arguments: [
        ("0.0.0.0:0", 64, "other machines can reach it; write 127.0.0.1, or give --allow-remote"),
        ("here", 64, "has no port"), ("127.0.0.1:70000", 64, "has a port that is not a number from 0 to 65535"),
        ("192.0.2.1:80 --allow-remote", 69, "cannot listen there"),
    ]) func anAddressThatIsWrongIsNamed(_ address: String, _ status: Int32, _ message: String) throws {
        let ran = try shop.run("journeyd run config.json5 pings --admin \(address)")
        #expect(ran.status == status)
        #expect(ran.output.isEmpty && !ran.errors.contains("msg=ready"))
        #expect(ran.errors.contains("--admin: ") && ran.errors.contains(message))
    }
}

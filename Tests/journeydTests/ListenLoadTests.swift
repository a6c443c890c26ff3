import Testing

/// Listeners whose senders or readers go too far: memory stays bounded, and nothing that was taken is lost.
@Suite struct ListenLoadTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private static let memory = "memory() { awk '/VmHWM/ { print int($2 / 1024) }' /proc/$pid/status; }\n"

    /// Nobody reads what the engine writes: it stops reading, and so the sender stops sending. Then all of it comes.
    @Test func aSlowReaderSlowsTheSender() throws {
        let ran = try shop.run(
            "mkfifo out; (sleep 4; exec wc -l > count) < out &\n" + ListenTests.prelude("unix://here.sock")
                + ListenLoadTests.memory + """
                    say 's = dial("here.sock"); s.settimeout(1); sent = 0
                    data = b"".join(ping(n) for n in range(200000))
                    try:
                        while sent < len(data): sent += s.send(data[sent:sent + 65536])
                    except TimeoutError: pass
                    open("sent", "w").write(str(data[:sent].count(b"\\n")))
                    print("held up" if sent < len(data) else "all was taken")'
                    [ "$(memory)" -lt 150 ] || echo "memory $(memory) MiB"
                    finish; wait
                    [ "$(cat count)" = "$(cat sent)" ] || echo "$(cat count) of $(cat sent)"
                    """)
        #expect(ran.lines == ["held up", "status 0"], "\(ran.errors)")
    }

    /// Lines that never end are bounded together; whose line does not fit is rejected or let go, and others are served.
    @Test func unfinishedLinesAreBoundedTogether() throws {
        try shop.write(
            "c.json5",
            """
            { version: 1, input: { max_line: "1MiB", listen: { max_unfinished: "8MiB" } },
              moments: { seen: { kind: "opportunity", sequence: [{ as: "ping", on: "ping" }] } } }
            """)
        let ran = try shop.run(
            ListenTests.prelude("tcp://127.0.0.1:0", config: "c.json5") + ListenLoadTests.memory + """
                say 'all = [dial() for _ in range(300)]
                for s in all:
                    s.settimeout(0.2)
                    try: s.sendall(b"x" * 1000000)
                    except (TimeoutError, ConnectionError): pass
                other = dial(); other.sendall(ping(1)); other.close()
                import time; time.sleep(1)'
                upto has out 1
                [ "$(memory)" -lt 150 ] || echo "memory $(memory) MiB"
                finish
                """)
        #expect(ran.lines == ["status 0"], "\(ran.errors)")
    }

    /// Without descriptors for more connections those that are there go on, and others come in when some have gone.
    @Test func runningOutOfDescriptorsEndsNothing() throws {
        let ran = try shop.run(
            "ulimit -n 60\n" + ListenTests.prelude("tcp://127.0.0.1:0") + """
                (ulimit -n 1000 2> /dev/null; say 'all = [dial() for _ in range(55)]
                all[0].sendall(ping(1))
                for s in all: s.close()
                import time
                isTaken = False
                while not isTaken:
                    time.sleep(0.1)
                    try:
                        s = dial(); s.sendall(ping(2)); s.shutdown(1); isTaken = not s.recv(10)
                    except ConnectionError: pass')
                upto has out 2; finish
                """)
        #expect(ran.lines == ["status 0"], "\(ran.errors)")
    }
}

import Testing

/// Who may connect, and where one may listen.
@Suite struct ListenDoorTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write("token", "correct-horse-battery-staple\n")
        try shop.write(
            "token.json5",
            """
            { version: 1, input: { listen: { token_file: "token" } }, moments: { seen: { sequence: [{ as: 'p', on: 'ping' }] } } }
            """)
    }

    @Test func onlyWhoShowsTheTokenIsHeard() throws {
        let ran = try shop.run(
            "chmod 600 token\n"
                + ListenTests.prelude("tcp://0.0.0.0:0 unix://s.sock", "--allow-remote", config: "token.json5") + """
                    say '
                    for first in [b"AUTH correct-horse-battery-stable\\n", b"", b"x" * 5000]:
                        s = dial(); s.sendall(first + ping(1)); print(hear(s).strip())
                    s = dial(); s.sendall(b"AUTH correct-horse-battery-staple\\r\\n" + ping(2)); s.close()
                    s = dial("s.sock"); s.sendall(ping(3)); s.close()'
                    upto has out 2; finish; grep -c 'ended: refused  *3' err; grep -c 'battery' err
                    """)
        #expect(
            ran.lines == [
                "ERR wrong token", "ERR a token is needed; send AUTH and the token as the first line",
                "ERR a token is needed; send AUTH and the token as the first line", "status 0", "1", "0",
            ])
        #expect(try !shop.read("out").contains("\"c1\""))
    }

    @Test(arguments: [
        ("tcp://nowhere", 64, "has no port"), ("tcp://0.0.0.0:0", 64, "--allow-remote"),
        ("tcp://0.0.0.0:0 --allow-remote", 64, "senders must show a token"), ("unix://", 64, "names no file"),
        ("- --allow-remote", 64, "is about tcp:// and http:// inputs"),
        ("tcp://[::1]:70000", 64, "not a number from 0 to 65535"),
        ("unix://s.sock unix://s.sock", 64, "is named twice"), ("file:pings?tail", 64, "\"tail\" is not known"),
        ("file:", 64, "names no file"), ("unix://no/where/s.sock", 69, "cannot listen there: No such file"),
        ("unix://pings", 69, "is not a socket"), ("tcp://no.such.invalid:1", 69, "is not known"),
        ("file:no/where?follow", 66, "No such file"), ("file:.?follow", 66, "is not a file"),
    ])
    func whatCannotBeListenedAtIsExplained(_ words: String, _ status: Int32, _ message: String) throws {
        let ran = try shop.run("journeyd run config.json5 \(words) < /dev/null")
        #expect(ran.status == status)
        #expect(ran.errors.contains(message), "\(ran.errors)")
        #expect(try shop.read("pings") == Workshop.pings(1...3))
    }

    @Test func aTokenThatEverybodyMayReadIsRefused() throws {
        for (change, message) in [
            ("chmod 644 token", "may be read by everybody; run chmod 600"), ("rm token", "cannot be read"),
            ("echo short > token; chmod 600 token", "holds no token"), ("rm token; mkdir token", "is not a file"),
        ] {
            let ran = try shop.run("\(change); journeyd run token.json5 tcp://127.0.0.1:0")
            #expect(ran.status == 66)
            #expect(ran.errors.contains(message), "\(ran.errors)")
            _ = try shop.run("rm -rf token; echo correct-horse-battery-staple > token")
        }
    }

    @Test func anAddressInUseIsNotTaken() throws {
        let ran = try shop.run(
            ListenTests.prelude("tcp://127.0.0.1:0 unix://s.sock") + """
                journeyd run config.json5 tcp://127.0.0.1:$port 2> first; echo $?; cat first
                journeyd run config.json5 unix://s.sock 2> second; echo $?; cat second
                finish
                """)
        #expect(ran.lines.count == 5)
        #expect(ran.lines.first == "69" && ran.lines.last == "status 0")
        #expect(ran.output.contains("Address already in use") && ran.output.contains("somebody listens there already"))
    }

    @Test func aSocketLeftBehindIsReplaced() throws {
        let ran = try shop.run(
            """
            python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("s.sock")'
            """ + "\n" + ListenTests.prelude("unix://s.sock") + """
                stat -c %a s.sock; say 's = dial("s.sock"); s.sendall(ping(1)); s.close()'; upto has out 1; finish
                """)
        #expect(ran.lines == ["600", "status 0"])
    }

    @Test func theModeIsAsConfigured() throws {
        try shop.write("mode.json5", "{ version: 1, input: { listen: { mode: '0666' } }, moments: {} }")
        let ran = try shop.run(
            "umask 077\n" + ListenTests.prelude("unix://s.sock", config: "mode.json5") + "stat -c %a s.sock; finish")
        #expect(ran.lines == ["666", "status 0"])
    }

    @Test func theKeysAreChecked() throws {
        try shop.write(
            "faulty.json5",
            """
            { version: 1, moments: {},
              input: { listen: { max_connections: 0, mode: "0999", idle_timeout: 5, max_unfinished: "1KiB", tokenfile: "x" } } }
            """)
        let ran = try shop.run("journeyd check faulty.json5")
        #expect(ran.status == 78)
        for path in ["max_connections", "mode", "idle_timeout", "max_unfinished", "tokenfile"] {
            #expect(ran.errors.contains("faulty.json5:2:") && ran.errors.contains("input.listen.\(path): "), "\(path)")
        }
    }
}

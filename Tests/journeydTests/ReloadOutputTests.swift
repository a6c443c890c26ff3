import Testing

/// What SIGHUP means to outputs: files are opened anew where their names lead now; what the configuration says of them stays.
@Suite struct ReloadOutputTests {
    private static let configuration = """
        { version: 1, outputs: [{ to: "stdout" }, { to: "file:log" }],
          moments: { seen: { kind: "opportunity", sequence: [{ as: "ping", on: "ping" }] } } }
        """

    /// A run that reads `in`, which file descriptor 3 writes to.
    private func run(_ script: String) throws -> Ran {
        let shop = try Workshop()
        try shop.write("c.json5", ReloadOutputTests.configuration)
        return try shop.run(
            """
            upto() { for i in $(seq 400); do if eval "$1"; then return 0; fi; sleep 0.02; done; echo "gave up: $1"; }
            mkfifo in; "$J" run c.json5 < in > out 2> err & pid=$!
            exec 3> in
            \(script)
            exec 3>&-; wait $pid; echo "status $?"
            """)
    }

    @Test func aRotatedFileIsFollowedByANewOne() throws {
        let ran = try run(
            """
            sed -n 1p pings >&3; upto '[ -s log ]'
            mv log log.1; sed -n 2p pings >&3; upto '[ "$(wc -l < log.1)" = 2 ]'
            kill -HUP $pid; upto '[ -e log ]'
            sed -n 3p pings >&3; upto '[ -s log ]'
            cat log.1 log | cmp - out && wc -l < log.1 && wc -l < log
            """)
        #expect(ran.lines == ["2", "1", "status 0"])
    }

    @Test func aChangedOutputIsSaidToWaitForAStart() throws {
        let ran = try run(
            """
            sed -n 1p pings >&3; upto '[ -s log ]'
            sed -i 's/file:log/file:other/; s/version: 1,/version: 1, journal: { interval: "20ms" },/' c.json5
            kill -HUP $pid; upto 'grep -q "taken anew" err'
            sed -n 2p pings >&3; upto '[ "$(wc -l < log)" = 2 ]'
            ls other 2> /dev/null; cat err
            """)
        #expect(
            ran.lines == [
                "c.json5: journal stays as it was at the start; start journeyd anew to change it",
                "c.json5: outputs stays as it was at the start; start journeyd anew to change it",
                "c.json5: the configuration was taken anew", "status 0",
            ])
    }

    /// Comments, spaces and quotes are no change.
    @Test func whatIsWrittenOtherwiseIsNoChange() throws {
        let ran = try run(
            """
            sed -n 1p pings >&3; upto '[ -s log ]'
            sed -i "s|outputs: .*|outputs: [ /* both */ { 'to': 'stdout' }, { to: 'file:log', }, ],|" c.json5
            kill -HUP $pid; upto 'grep -q "taken anew" err'; cat err
            """)
        #expect(ran.lines == ["c.json5: the configuration was taken anew", "status 0"])
    }
}

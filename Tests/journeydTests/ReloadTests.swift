import Testing

/// A run's configuration taken anew, by the signal and by the command, while standard input flows.
@Suite struct ReloadCommandTests {
    /// Waits, at most ten seconds, until a file has text.
    private static let wait = """
        await() { for _ in $(seq 200); do grep -q "$1" "$2" && return; sleep 0.05; done; echo "no $1 in $2"; }

        """

    private static func configuration(_ moments: String) -> String { "{ version: 1, moments: { \(moments) } }" }

    private static let pair = "pair: { sequence: [{ as: 'one', on: 'a' }, { as: 'two', on: 'b' }] }"

    private static func line(_ type: String, _ second: Int) -> String {
        #"{"customer_id":"c1","event":"\#(type)","timestamp":\#(second * 1000),"id":"e\#(second)"}"#
    }

    @Test(arguments: ["kill -HUP $pid", "\"$J\" reload --pid $pid"]) func itIsTakenAnewBetweenTwoEvents(_ how: String)
        throws
    {
        let shop = try Workshop()
        try shop.write(
            "c.json5",
            ReloadCommandTests.configuration(
                ReloadCommandTests.pair + ", old: { sequence: [{ as: 'o', on: 'a' }, { as: 'p', on: 'z' }] }"))
        try shop.write(
            "d.json5",
            ReloadCommandTests.configuration(
                ReloadCommandTests.pair
                    + ", new: { sequence: [{ as: 'n', on: 'c', where: 'event.properties.x == null || !has(event.properties.x)' }] }"
            ))
        let ran = try shop.run(
            ReloadCommandTests.wait + """
                mkfifo in; "$J" run c.json5 <in >out 2>err & pid=$!
                exec 3>in
                echo '\(ReloadCommandTests.line("a", 1))' >&3
                echo '\(ReloadCommandTests.line("c", 2))' >&3
                echo '\(ReloadCommandTests.line("b", 3))' >&3
                await '"pair"' out
                echo '\(ReloadCommandTests.line("a", 4))' >&3
                echo '\(ReloadCommandTests.line("a", 4))' >&3
                sleep 0.2
                cp d.json5 c.json5; \(how)
                await 'taken anew' err
                echo '\(ReloadCommandTests.line("b", 5))' >&3
                echo '\(ReloadCommandTests.line("c", 6))' >&3
                exec 3>&-; wait $pid; echo status $?; grep -o '"moment":"[a-z]*"' out; cat err
                """)
        #expect(ran.lines.first == "status 0")
        #expect(
            ran.lines.dropFirst().prefix(3) == ["\"moment\":\"pair\"", "\"moment\":\"pair\"", "\"moment\":\"new\""])
        #expect(ran.output.contains("c.json5: the configuration was taken anew"))
        #expect(ran.output.contains("  moment \"old\" is gone: "))
    }

    @Test func afaultyOneChangesNothing() throws {
        let shop = try Workshop()
        try shop.write("c.json5", ReloadCommandTests.configuration(ReloadCommandTests.pair))
        let ran = try shop.run(
            ReloadCommandTests.wait + """
                mkfifo in; "$J" run c.json5 <in >out 2>err & pid=$!
                exec 3>in
                echo '\(ReloadCommandTests.line("a", 1))' >&3
                echo '\(ReloadCommandTests.line("a", 1))' >&3
                echo '\(ReloadCommandTests.line("b", 2))' >&3
                await '"pair"' out
                echo '\(ReloadCommandTests.line("a", 3))' >&3
                echo '{ version: 1, moments: { pair: { sequence: 7 } } }' >c.json5
                "$J" reload --pid $pid
                await 'was not taken anew' err
                echo '\(ReloadCommandTests.line("b", 4))' >&3
                exec 3>&-; wait $pid; echo status $?; grep -c '"moment":"pair"' out; cat err
                """)
        #expect(ran.lines.prefix(2) == ["status 0", "2"])
        #expect(ran.output.contains("c.json5:1:"))
    }

    @Test func nobodyToTellIsSaid() throws {
        let ran = try Workshop().run("journeyd reload --pid 1; echo $?")
        #expect(ran.lines == ["69"])
        #expect(ran.errors.contains("is no journeyd run of this user"))
    }
}

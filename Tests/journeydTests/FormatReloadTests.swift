import Testing

/// Another format or mapping by a reload: lines before it are what they were, lines behind it are read by the new one.
@Suite struct FormatReloadTests {
    private static let words = """
        await() { for _ in $(seq 400); do grep -q "$1" "$2" 2> /dev/null && return; sleep 0.02; done; echo "no $1 in $2"; }
        written() { for _ in $(seq 400); do grep -rqs "$1" data && return; sleep 0.02; done; echo "no $1"; }
        follow() { cp $1 c.json5; "$J" reload --pid $pid > /dev/null 2>&1 || echo "reload $?"; }

        """

    private static func configuration(_ key: String, disorder: String) -> String {
        """
        { version: 1, time: { disorder: "\(disorder)" }, input: { mapping: { customer_id: "/\(key)" }, rename: { hum: "\(key)" } },
          moments: { seen: { sequence: [{ as: "p", on: "ping" }] }, \(key): { sequence: [{ as: "h", on: "\(key)" }] } } }
        """
    }

    private static func line(_ second: Int, _ event: String = "ping") -> String {
        #"{"one":"x\#(second)","two":"y\#(second)","event":"\#(event)","timestamp":\#(second * 1000)}"#
    }

    @Test(arguments: ["0s", "5s"], [false, true])
    func linesBehindItAreReadByTheNewOne(_ disorder: String, crashes: Bool) throws {
        let shop = try Workshop()
        for key in ["one", "two"] {
            try shop.write("\(key).json5", Self.configuration(key, disorder: disorder))
        }
        let (first, second) = ([Self.line(1), Self.line(2, "hum")], [Self.line(3), Self.line(4, "hum")])
        let ran = try shop.run(
            Self.words + """
                run() { "$J" run c.json5 --output out --rejects bad --data-dir data < in 2>> err & pid=$!; exec 3> in; }
                mkfifo in; cp one.json5 c.json5; run
                printf '%s\\n' '\(first.joined(separator: "' '"))' bad1 >&3; written bad1
                follow two.json5
                printf '%s\\n' '\(second.joined(separator: "' '"))' bad2 >&3; written bad2
                \(crashes ? "kill -9 $pid; wait $pid 2> /dev/null; exec 3>&-; run" : "")
                echo '\(Self.line(5))' >&3; exec 3>&-; wait $pid; echo "status $?"
                grep -o '"moment":"[a-z]*"\\|"customer_id":"[a-z0-9]*"' out | cut -d'"' -f4 | tr '\\n' ' '; echo
                journeyd replay two.json5 --data-dir data 2> /dev/null | cmp - out && echo replayed
                """)
        // What waits stays what it was, for rules that are the new ones.
        let before = disorder == "0s" ? "seen x1 one x2 " : "seen x1 "
        #expect(
            ran.lines == [
                "status 0", before + "seen y3 two y4 seen y5 ", "replayed",
            ], "\(ran.output)\(ran.errors)\((try? shop.read("err")) ?? "")")
    }

    @Test func anotherPresetIsFollowedButNoTable() throws {
        let shop = try Workshop()
        for format in ["native", "segment", "csv"] {
            try shop.write(
                "\(format).json5",
                "{ version: 1, input: { format: '\(format)' }, moments: { seen: { sequence: [{ as: 'p', on: 'ping' }] } } }"
            )
        }
        let ran = try shop.run(
            Self.words + """
                mkfifo in; cp native.json5 c.json5; "$J" run c.json5 --output out --rejects bad < in 2> err & pid=$!; exec 3> in
                echo '{"customer_id":"a","event":"ping","timestamp":1000}' >&3; await '"a"' out
                follow csv.json5
                echo '{"customer_id":"b","event":"ping","timestamp":2000}' >&3; await '"b"' out
                follow segment.json5
                echo '{"userId":"c","type":"track","event":"ping","timestamp":3000}' >&3; await '"c"' out
                exec 3>&-; wait $pid; echo "status $?"; wc -l < out; grep -c 'is read as lines until it ends' err
                """)
        #expect(ran.lines == ["reload 78", "status 0", "3", "1"], "\(ran.output)\(ran.errors)")
    }
}

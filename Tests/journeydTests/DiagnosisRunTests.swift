import Testing

/// The diagnosis at the end of real runs, whatever way their input takes.
@Suite struct DiagnosisRunTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write(
            "shop.json5",
            """
            { version: 1, moments: {
                dear: { sequence: [{ as: "cart", on: "add_to_cart", where: "event.properties.price > 20" }] },
                left: { sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30m" }] } } }
            """)
    }

    private func events(_ type: String, _ rest: String = "", count: Int = 3) -> String {
        (0..<count).map { number in
            #"{"customer_id":"c\#(number)","event":"\#(type)","timestamp":"2026-01-01T10:00:0\#(number)Z"\#(rest)}"#
                + "\n"
        }.joined()
    }

    @Test func whatLooksWrongIsSaidInAFewLines() throws {
        try shop.write("in", events("addToCart", #","price":30"#))
        let ran = try shop.run("journeyd run shop.json5 in")
        let said = ran.errors.split(separator: "\n")
        #expect(ran.status == 0 && ran.output.isEmpty && said.count == 3, "\(ran.errors)")
        #expect(said.first?.hasPrefix("\"price\" stands beside \"properties\"") == true)
        #expect(said.dropFirst().first?.contains("(\"addToCart\" may be \"add_to_cart\")") == true)
        #expect(said.last == "nothing matched: 3 events came, and no line was written")
        let quiet = try shop.run("journeyd run shop.json5 in --quiet")
        #expect(quiet.errors.isEmpty)
        let logged = try shop.run("journeyd run shop.json5 in --log-format json")
        #expect(logged.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        #expect(logged.errors.contains(#""level":"warn","code":"JD1801","msg":"nothing matched"#))
    }

    /// In other formats values stand elsewhere, and numbers are times of other units.
    @Test func nothingOfTheNativeFormIsSaidOfOthers() throws {
        try shop.write(
            "in.csv",
            """
            timestamp,customer_id,event,price,note
            1767261600,c1,add_to_cart,30,"one
            and two"
            1767261601,c2,add_to_cart,10,"three

            four"

            """)
        let table = try shop.run("journeyd run shop.json5 --format csv in.csv")
        #expect(table.lines.count == 1 && table.errors.contains("deadlines are pending"))
        #expect(!table.errors.contains("beside") && !table.errors.contains("1970"), "\(table.errors)")
        try shop.write(
            "mapped.json5",
            """
            { version: 1, input: { mapping: { properties: "" } }, moments: {
                dear: { sequence: [{ as: "cart", on: "add_to_cart", where: "event.properties.price > 20" }] } } }
            """)
        try shop.write("in", events("add_to_cart", #","price":30"#))
        let mapped = try shop.run("journeyd run mapped.json5 in")
        #expect(mapped.lines.count == 3 && !mapped.errors.contains("beside"), "\(mapped.errors)")
    }

    @Test func theSameIsSaidOfAnyShardsAndMergedFiles() throws {
        try shop.write("a", events("addToCart", #","price":30"#))
        try shop.write("b", events("view", count: 2))
        let ran = try shop.run(
            """
            for n in 1 2 3 8; do journeyd run shop.json5 a b --shards $n 2>&1 | sha256sum; done | uniq | wc -l
            journeyd run shop.json5 a b
            """)
        #expect(ran.lines == ["1"])
        #expect(ran.errors.contains("the most frequent that came: \"addToCart\" and \"view\""))
    }

    @Test func deadlinesThatAreVoidDoNotCount() throws {
        try shop.write("in", events("add_to_cart") + events("purchase", count: 1))
        let ran = try shop.run("journeyd run shop.json5 in; journeyd run shop.json5 in --at-end flush | wc -l")
        #expect(ran.lines == ["2"])
        let pending = "2 deadlines are pending at the end of the input; --at-end flush lets them fire"
        #expect(ran.errors.split(separator: "\n").filter { $0.contains("pending") } == [Substring(pending)])
    }

    @Test func aJournalMakesNoDifference() throws {
        try shop.write("in", events("add_to_cart") + events("view"))
        let ran = try shop.run(
            """
            journeyd run shop.json5 in --data-dir data 2> first; journeyd run shop.json5 in 2> plain; cmp first plain && echo same
            journeyd run shop.json5 in --data-dir data 2> again; grep -c 'nothing matched\\|no event came' again
            """)
        #expect(ran.lines == ["same", "2"])
        #expect(try shop.read("again").contains("purchase"))
    }

    @Test func whatIsNoJSONIsSaidOnce() throws {
        try shop.write("table.csv", "customer_id,event,timestamp\nc1,a,2026-01-01\nc2,b,2026-01-02\n")
        let ran = try shop.run(
            """
            journeyd run shop.json5 table.csv; gzip -c table.csv | journeyd run shop.json5
            journeyd run shop.json5 table.csv --format csv --quiet --strict && echo taken
            """)
        let said = ran.errors.split(separator: "\n")
        #expect(said.count == 4, "\(said)")
        #expect(said.first?.hasPrefix("table.csv:1: malformed_json: this looks like CSV") == true)
        #expect(said.dropFirst().first == "all 3 lines were rejected (3 malformed_json); --rejects FILE keeps them")
        #expect(said.dropFirst(2).first?.hasPrefix("stdin:1: malformed_json: this looks like CSV") == true)
        #expect(ran.lines == ["taken"])
    }

    @Test func linesOfAnotherFormatAreRecognized() throws {
        try shop.write(
            "segment",
            #"{"type":"track","event":"add_to_cart","userId":"u","messageId":"m","timestamp":"2026-01-01T00:00:00Z"}"#)
        let ran = try shop.run(
            """
            journeyd run shop.json5 segment; journeyd run shop.json5 --format segment --at-end flush file:segment
            journeyd run shop.json5 --at-end flush --quiet 'file:segment?format=segment' | cut -c1-30
            journeyd run shop.json5 'file:segment?format=segmnt' || echo $?
            """)
        #expect(ran.errors.contains("these look like Segment events; try --format segment\n"))
        #expect(ran.errors.contains("\"segmnt\" is not a format; choose one of native, segment"))
        #expect(ran.lines.count == 3 && ran.lines.last == "64", "\(ran.output)")
    }
}

import Testing

/// `journeyd report` as a process.
@Suite struct ReportRunTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func writesFiguresTablesOrWords() throws {
        try shop.write("report.json5", #"{ version: 1, report: { conversion: "ping" } }"#)
        let ran = try shop.run(
            """
            journeyd report report.json5 pings --json - --shards 3 > one && journeyd report report.json5 --json two --csv csv < pings
            cmp one two && head -1 csv/edges_visit.csv csv/touchpoints.csv; journeyd report report.json5 pings
            """)
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try shop.read("one").contains("\"converted\": 3"))
        #expect(ran.output.contains("name,stage,channel"))
        #expect(ran.output.contains("journeys: 3 converted, 0 lost, 0 open"))
        #expect(ran.errors.contains("edges_visit.csv"))
    }

    @Test func saysWhichConversionItTook() throws {
        let ran = try shop.run("journeyd report config.json5 pings")
        #expect(ran.status == 0)
        #expect(ran.errors.contains("no report.conversion is set; taken: purchase, order_completed"))
    }

    @Test func aRunPassesOverTheSection() throws {
        try shop.write(
            "both.json5",
            Workshop.configuration.replacing("version: 1,", with: #"version: 1, report: { conversion: "ping" },"#))
        let ran = try shop.run("journeyd run both.json5 pings > a; journeyd run config.json5 pings > b; cmp a b")
        #expect(ran.status == 0, "\(ran.errors)")
    }

    @Test func reportsAreAddedUp() throws {
        try shop.write("report.json5", #"{ version: 1, report: { conversion: "ping" } }"#)
        let ran = try shop.run(
            """
            journeyd report report.json5 pings --json a && sed 's/"customer_id":"/&x/' pings | journeyd report report.json5 --json b
            journeyd report --merge a b --json c --html page && grep -c '"converted": 6, "lost": 0, "open": 0' c && journeyd report --merge c a
            journeyd report --merge a pings; echo $?
            """)
        #expect(ran.lines.first == "1" && ran.lines.last == "65", "\(ran.output) \(ran.errors)")
        #expect(ran.output.contains("journeys: 9 converted, 0 lost, 0 open"), "\(ran.output) \(ran.errors)")
        #expect(ran.errors.contains("pings: this is no report that --json of this version wrote"), "\(ran.errors)")
    }

    @Test(arguments: [
        ("journeyd report --merge a --shards 2", 64), ("journeyd report --merge nowhere", 66),
        ("journeyd report config.json5 - -", 64), ("journeyd report config.json5 nowhere", 66),
        ("journeyd report config.json5 pings --json /no/where", 69), ("journeyd report", 64),
    ])
    func failsAsOthersDo(script: String, status: Int32) throws {
        let ran = try shop.run(script)
        #expect(ran.status == status, "\(ran.errors)")
        #expect(!ran.errors.isEmpty)
    }
}

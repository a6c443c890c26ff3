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

    @Test(arguments: [
        ("journeyd report config.json5 - -", 64), ("journeyd report config.json5 nowhere", 66),
        ("journeyd report config.json5 pings --json /no/where", 69), ("journeyd report", 64),
    ])
    func failsAsOthersDo(script: String, status: Int32) throws {
        let ran = try shop.run(script)
        #expect(ran.status == status, "\(ran.errors)")
        #expect(!ran.errors.isEmpty)
    }
}

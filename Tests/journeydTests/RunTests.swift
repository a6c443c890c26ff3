import Testing

@Suite struct RunTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func linesComeInOrderFromAnyNumberOfShards() throws {
        try shop.write("many", Workshop.pings(1...5000))
        let one = try shop.run("journeyd run config.json5 many --shards 1")
        #expect(one.status == 0)
        #expect(one.lines.count == 5000)
        let inOrder = one.lines.enumerated().allSatisfy { $1.contains("\"customer_id\":\"c\($0 + 1)\"") }
        #expect(inOrder)
        for shards in [2, 3, 16] {
            let more = try shop.run("journeyd run config.json5 --shards \(shards) < many")
            #expect(more.output == one.output)
        }
    }

    @Test func filesAreMergedByTime() throws {
        let pings = Workshop.pings(1...100).split(separator: "\n").map { $0 + "\n" }
        try shop.write("odd", pings.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined())
        try shop.write("even", pings.enumerated().filter { $0.offset % 2 == 1 }.map(\.element).joined())
        try shop.write("all", pings.joined())
        let merged = try shop.run("journeyd run config.json5 even odd")
        #expect(merged.lines.count == 100)
        #expect(merged.output == (try shop.run("journeyd run config.json5 all")).output)
    }

    @Test(arguments: [
        ("journeyd run missing.json5", 66, "missing.json5"), ("journeyd run . ", 66, "folder"),
        ("journeyd run config.json5 missing", 66, "missing: cannot be read: No such file"),
        ("journeyd run config.json5 pings .", 66, ".: is a folder"),
        ("journeyd run config.json5 pings --output .", 69, ".: cannot be written"),
        ("journeyd run config.json5 pings --output no/where", 69, "no/where: cannot be written"),
        ("journeyd run config.json5 pings --rejects no/where", 69, "no/where"),
        ("journeyd run config.json5 pings --output pings", 69, "reads or writes it already"),
        ("journeyd run config.json5 pings --output a --rejects a", 69, "reads or writes it already"),
        ("journeyd run config.json5 pings --output /dev/full", 74, "/dev/full: writing failed after 0 bytes"),
        ("journeyd run config.json5 pings > /dev/full", 74, "standard output: writing failed"),
        ("journeyd run config.json5 pings >&-", 74, "standard output: writing failed"),
        ("journeyd run config.json5 <&-", 74, "stdin: reading failed"),
        ("echo bad | journeyd run config.json5 --rejects /dev/full", 74, "/dev/full: writing failed"),
        ("journeyd --help > /dev/full", 74, "standard output"),
        ("journeyd generate > /dev/full", 74, "standard output"),
        ("journeyd generate --output .", 69, ".: cannot be written"),
    ])
    func whatCannotBeReadOrWrittenIsNamed(_ script: String, _ status: Int32, _ message: String) throws {
        let ran = try shop.run(script)
        #expect(ran.status == status)
        #expect(ran.errors.contains(message), "\(ran.errors)")
        #expect(try shop.read("pings") == Workshop.pings(1...3))
    }

    @Test func rejectedLinesChangeNothingUnlessThatIsAsked() throws {
        try shop.write("mixed", "bad\n" + Workshop.pings(1...2) + "[]\n")
        let plain = try shop.run("journeyd run config.json5 mixed")
        #expect(plain.status == 0)
        #expect(plain.lines.count == 2)
        #expect(plain.errors.contains("mixed:1: malformed_json"))
        #expect(plain.errors.contains("2 lines rejected (2 malformed_json)"))
        let strict = try shop.run("journeyd run config.json5 mixed --strict --rejects rejects")
        #expect(strict.status == 65)
        #expect(strict.output == plain.output)
        #expect(strict.errors.isEmpty)
        let rejects = try shop.read("rejects").split(separator: "\n")
        #expect(rejects.count == 2)
        #expect(rejects[1].contains(#""reason":"malformed_json""#) && rejects[1].contains(#""line":4"#))
    }

    @Test func theSummaryCounts() throws {
        let ran = try shop.run("(cat pings; echo bad) | journeyd run config.json5 --summary")
        let rows = ran.errors.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        #expect(rows.contains(["lines", "4"]))
        #expect(rows.contains(["events", "3"]))
        #expect(rows.contains(["rejected", "malformed_json", "1"]))
    }

    @Test func manyLateEventsAreTold() throws {
        let ran = try shop.run("tac pings | journeyd run config.json5")
        #expect(ran.status == 0)
        #expect(ran.errors.contains("2 of 3 events were late"))
        #expect(ran.errors.contains("time.disorder"))
    }

    @Test func generatedEventsAreTheSameForTheSameFlags() throws {
        let ran = try shop.run(
            """
            journeyd generate --customers 100 --events 2000 --seed 7 > a
            journeyd generate --customers 100 --events 2000 --seed=7 --profile retail --output b
            journeyd generate --customers 100 --events 2000 --seed 8 --output c
            cmp a b && ! cmp -s a c && journeyd run config.json5 a --strict --summary
            """)
        #expect(ran.status == 0)
        #expect(ran.errors.contains("2000"))
    }
}

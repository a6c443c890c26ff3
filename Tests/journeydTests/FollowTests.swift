import Testing

/// Files that grow while they are read.
@Suite struct FollowTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private func follow(_ script: String) throws -> Ran {
        try shop.run(
            "p() { seq $1 $2 | sed 's/.*/{\"customer_id\":\"c&\",\"event\":\"ping\",\"timestamp\":&000,\"id\":\"e&\"}/'; }\n"
                + ListenTests.prelude("'file:log?follow'") + script)
    }

    private func expectAll(_ count: Int) throws {
        let lines = try shop.read("out").split(separator: "\n")
        #expect(lines.count == count)
        for number in 1...count {
            #expect(lines.contains { $0.contains("\"customer_id\":\"c\(number)\"") }, "\(number)")
        }
    }

    @Test func whatIsAppendedIsRead() throws {
        let ran = try follow(
            "p 1 3 > log; upto has out 3; p 4 4 | head -c 20 >> log; sleep 0.1; p 4 4 | tail -c +21 >> log; upto has out 4; finish"
        )
        #expect(ran.lines == ["status 0"])
        try expectAll(4)
    }

    @Test func aRotatedFileIsReadToItsEnd() throws {
        let ran = try follow(
            """
            exec 5>> log; p 1 2 >&5; upto has out 2
            mv log log.1; : > log; p 3 4 >&5; upto has out 4
            p 5 5 >&5; p 6 7 >> log; upto has out 7
            rm log; sleep 0.1; p 8 8 > log; upto has out 8; finish
            """)
        #expect(ran.lines == ["status 0"])
        try expectAll(8)
    }

    @Test func anEmptiedFileIsBegunAnew() throws {
        let ran = try follow(
            """
            p 1 50 > log; printf '{"customer_id":"half' >> log; upto has out 50
            cp log log.1; : > log; upto told 'was emptied'; p 51 52 >> log; upto has out 52; finish; cat bad
            """)
        #expect(ran.lines == ["status 0"])
        try expectAll(52)
    }

    @Test func linesAreNumberedInEachFile() throws {
        let ran = try follow(
            """
            (echo bad; p 1 1) > log; upto has out 1; mv log log.1; (p 2 2; echo bad) > log; upto has bad 2; finish
            grep -o '"source":"log","line":[12]' bad
            """)
        #expect(ran.lines == ["status 0", #""source":"log","line":1"#, #""source":"log","line":2"#])
    }

    @Test func plainFilesAndListenersGoTogether() throws {
        try shop.write("more", Workshop.pings(10...12))
        let ran = try shop.run(
            ListenTests.prelude("pings 'file:log?follow' more unix://s.sock") + """
                upto has out 6; head -n 1 pings | sed 's/c1/f1/' > log; upto has out 7
                say 's = dial("s.sock"); s.sendall(ping(20)); s.close()'; upto has out 8; finish
                """)
        #expect(ran.lines == ["status 0"])
    }
}

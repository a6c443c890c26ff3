import Testing

/// Formats, tables and packed inputs through the program, also where a run goes on from its journal.
@Suite struct FormatRunTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write(
            "batch",
            #"{"batch":[{"type":"track","event":"ping","userId":"a","timestamp":1},{"type":"track","event":"ping"},"#
                + #"{"type":"track","event":"ping","userId":"b","timestamp":2}],"sentAt":"2026-01-01T00:00:00Z"}"#
                + "\n"
                + #"{"type":"track","event":"ping","userId":"c","timestamp":3}"# + "\n")
        try shop.write("table.csv", "customer_id,event,timestamp\nt1,ping,4\nt2,ping,\"5\"\nt3,ping\n")
    }

    @Test func eachInputHasItsFormat() throws {
        let ran = try shop.run(
            """
            for n in 1 3; do
            journeyd run config.json5 'file:batch?format=segment' 'file:table.csv?format=csv' pings --shards $n \\
                --rejects rejects | grep -o '"customer_id":"[^"]*"' | tr -d '\\n'; echo; done
            grep -o '"source":.*"raw"' rejects
            """)
        #expect(ran.lines.count == 4 && ran.lines[0] == ran.lines[1], "\(ran.output)\(ran.errors)")
        for customer in ["a", "b", "c", "t1", "t2", "c1", "c3"] {
            #expect(ran.lines.first?.contains("\"\(customer)\"") == true, "\(customer)")
        }
        #expect(
            ran.lines[2...].sorted() == [
                #""source":"batch","line":1,"index":1,"raw""#, #""source":"table.csv","line":4,"raw""#,
            ])
    }

    @Test func whatIsPackedIsReadAndWhatIsBrokenIsSaid() throws {
        let ran = try shop.run(
            """
            gzip -c pings > pings.gz; journeyd run config.json5 pings.gz | wc -l
            cat pings.gz pings.gz | journeyd run config.json5 | wc -l
            gzip -c table.csv | journeyd run config.json5 --format csv --quiet 2>&1 | grep -c '"moment"'
            (seq 1 2000 | sed 's/.*/{"customer_id":"c&","event":"ping","timestamp":&,"id":"e&"}/') | gzip > many.gz
            head -c $(($(stat -c %s many.gz) / 2)) many.gz > cut.gz
            journeyd run config.json5 cut.gz > out; echo $?; [ $(wc -l < out) -gt 300 ] && echo some
            """)
        #expect(ran.lines == ["3", "6", "2", "74", "some"], "\(ran.output)\(ran.errors)")
        #expect(ran.errors.contains("cut.gz: the gzip data end too early at byte"))
    }

    @Test func aRunGoesOnWithinTablesAndPackedFiles() throws {
        let ran = try shop.run(
            """
            (echo customer_id,event,timestamp; seq 1 400 | sed 's/.*/c&,ping,&000/') > grown.csv
            journeyd run config.json5 'file:grown.csv?format=csv' > whole
            head -n 200 grown.csv > part.csv; journeyd run config.json5 'file:part.csv?format=csv' --data-dir data --output got
            cp grown.csv part.csv; journeyd run config.json5 'file:part.csv?format=csv' --data-dir data --output got
            cmp whole got && echo same; gzip -c pings > p.gz
            for n in 1 2; do journeyd run config.json5 p.gz --data-dir packed --output out; done; wc -l < out
            """)
        #expect(ran.lines == ["same", "3"], "\(ran.output)\(ran.errors)")
    }

    @Test func aJournalKnowsTheFormatOfItsLines() throws {
        let ran = try shop.run(
            """
            journeyd run config.json5 'file:batch?format=segment' --data-dir data > first
            journeyd replay config.json5 --data-dir data > again; cmp first again && echo same; wc -l < again
            """)
        #expect(ran.lines == ["same", "3"], "\(ran.output)\(ran.errors)")
    }

    @Test func aMappingOfOnesOwnReachesWhatPointersCannot() throws {
        try shop.write(
            "own.json5",
            """
            { version: 1, input: { mapping: {
                each: "/logs/*/records", customer_id: { expr: "line.tags.filter(t, t.k == 'user')[0].v" },
                event: "/body", timestamp: { from: "/at", zone: "Europe/Berlin" },
                properties: { list: "/tags", key: "/k", value: "/v" } }, drop: ["noise"] } }
            """)
        try shop.write(
            "logs",
            #"{"logs":[{"records":[{"body":"x","at":"2026-10-25 02:30:00","tags":[{"k":"user","v":"u"},{"k":"n","v":1}]}]},"#
                + #"{"records":[{"body":"x","at":"2026-01-01 00:00:00","tags":[]},{"body":"noise"}]}]}"# + "\n")
        let ran = try shop.run(
            "journeyd convert --config own.json5 logs; journeyd convert --explain-format ga4 | head -1")
        #expect(
            ran.lines == [
                #"{"customer_id":"u","event":"x","timestamp":"2026-10-25T00:30:00.000Z","properties":{"user":"u","n":1}}"#,
                #"{"rejected":"missing_field","detail":"no usable id of a customer","line":1,"index":1}"#,
                "{",
            ])
        #expect(ran.errors == "journeyd convert: events left out by input.drop: 1\n")
    }

    @Test func tablesAreRepeatedFromTheJournal() throws {
        try shop.write(
            "waits.json5",
            """
            { version: 1, time: { disorder: "1m" }, moments: { seen: { sequence: [{ as: "ping", on: "ping" }],
              output: { price: "event.properties.price", all: "event.raw.note" } } } }
            """)
        try shop.write(
            "shop.csv",
            "customer_id;event;timestamp;price;note\nc1;ping;9000;5;\"a;b\"\nc2;ping;8000;x;\"two\nlines\"\n;;\nc3;ping;100000;1;\n"
        )
        let ran = try shop.run(
            """
            journeyd run waits.json5 'file:shop.csv?format=csv' > whole; wc -l < whole
            for n in 1 2; do journeyd run waits.json5 'file:shop.csv?format=csv' --data-dir data --output got; done; cmp whole got && echo same
            journeyd replay waits.json5 --data-dir data > again; cmp whole again && echo again
            journeyd journal cat --data-dir data | sed '/^$/d'
            journeyd run waits.json5 'file:shop.csv?format=csv' pings --data-dir merged > /dev/null
            journeyd journal cat --data-dir merged | grep -c '^{"customer_id"'
            """)
        #expect(
            ran.lines == [
                "3", "same", "again", #"{"customer_id":"c1","event":"ping","timestamp":9000,"price":5,"note":"a;b"}"#,
                #"{"customer_id":"c2","event":"ping","timestamp":8000,"price":"x","note":"two\nlines"}"#,
                #"{"rejected":"bad_field","detail":"a row of 3 cells, where the header has 5: ;;"}"#,
                #"{"customer_id":"c3","event":"ping","timestamp":100000,"price":1}"#, "6",
            ], "\(ran.output)\(ran.errors)")
    }

    @Test func whatIsLeftOutIsCounted() throws {
        try shop.write(
            "drop.json5",
            """
            { version: 1, input: { drop: ["noise"], rename: { hum: "noise" }, mapping: { timestamp: "/at" } },
              moments: { seen: { sequence: [{ as: "ping", on: "ping" }] } } }
            """)
        let ran = try shop.run(
            """
            for e in noise hum ping; do echo '{"customer_id":"c","event":"'$e'","at":1}'; done > in
            journeyd run drop.json5 in --summary 2>&1 > out | tr -s ' '
            """)
        #expect(ran.lines.contains("dropped 2") && ran.lines.contains("events 1"), "\(ran.output)")
        #expect(!ran.output.contains("no timestamp was found"))
    }
}

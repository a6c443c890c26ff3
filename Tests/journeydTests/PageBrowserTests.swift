import Foundation
import TestSupport
import Testing

/// The report's page in a real browser, where `Scripts/install-browser` has put one.
@Suite(.serialized) struct PageBrowserTests {
    private static let root = Repository.root.path

    private static let python: String? = {
        let path = root + "/.build/browser/bin/python"
        return FileManager.default.fileExists(atPath: root + "/.build/browser/complete") ? path : nil
    }()

    /// Names that would be markup, turn the direction of what follows, break lines, or be longer than any place for them.
    private static let hostile = [
        "<script>hacked=1</script>", "<img src=x onerror=hacked=1>", "\u{202E}gnp.exe", "\u{2067}עברית", "🛒🛒🛒",
        "a_name_of_exactly_sixty_characters_which_has_no_blank_in_it_x", "&lt;b&gt;", "'\"`${hacked=1}", "</title>",
        String(repeating: "w", count: 250),
    ]

    @Test(
        .enabled(if: python != nil, "Scripts/install-browser has not put a browser there"),
        arguments: [
            (
                "shop",
                ["map,flow,keyboard", "variants,seven,attribution", "friction,kpis", "retention,actions,quality"]
            ),
            ("hostile", ["map,flow", "variants,kpis"]), ("empty", ["map,quality"]),
        ])
    func isAsItShouldBe(_ name: String, _ parts: [String]) throws {
        let shop = try Workshop()
        try shop.write(
            "shop.json5",
            """
            { version: 1, include: ["\(Self.root)/Config/touchpoints.json5"],
              moments: { cart: { sequence: [{ as: "c", on: "add_to_cart" }, { not: "purchase", for: "1h" }] } },
              actions: { mail: { on: "cart" } }, policy: { holdout: { percent: 40, salt: "page" } },
              report: { conversion: { on: "purchase", value: "event.properties.price" }, by: ["channel"],
                        actions: { outcome: "purchase", within: "1d" }, costs: { newsletter: 0.1 }, kpis: { nps: { score: "event.properties.nps" } } } }
            """)
        var lines = ""
        for index in 0..<600 {
            let name = Self.hostile[(index * 7 + index / 10) % 10] + (index % 7 == 0 ? "\(index % 90)" : "")
            let event: [String: Any] = [
                "customer_id": "c\(index % 40)", "event": index % 11 == 0 ? "purchase" : name,
                "channel": String(name.prefix(20)),
                "timestamp": 1_700_000_000_000 + index * 7_000_000,
            ]
            lines += String(decoding: try JSONSerialization.data(withJSONObject: event), as: UTF8.self) + "\n"
        }
        try shop.write("hostile.ndjson", lines)
        try shop.write("hostile.json5", "{ version: 1, report: { conversion: \"purchase\", by: [\"event.type\"] } }")
        try shop.write("empty.ndjson", "")
        try shop.write("empty.json5", "{ version: 1 }")
        let made = try shop.run(
            """
            [ \(name) = shop ] && journeyd generate --events 6000 --customers 400 --rate 0.001 > shop.ndjson
            journeyd report \(name).json5 \(name).ndjson --html page.html 2> /dev/null
            """)
        #expect(made.status == 0)
        for part in parts {
            let ran = try shop.run(
                "PARTS=\(part) \(Self.python ?? "false") \(Self.root)/Scripts/browse page.html 2>&1 && echo good",
                seconds: 180)
            #expect(ran.lines.filter { !$0.isEmpty } == ["good"])
        }
    }
    /// The page of a run, opened at tabs that only such a page has.
    @Test(.enabled(if: python != nil, "Scripts/install-browser has not put a browser there"))
    func isAsItShouldBeInARun() throws {
        let shop = try Workshop()
        try shop.write("live.json5", "{ version: 1, report: { conversion: \"purchase\" } }")
        let ran = try shop.run(
            """
            mkfifo fifo; exec 3<>fifo
            "$J" run live.json5 --live --admin 127.0.0.1:0 < fifo > out 2> log & pid=$!
            until grep -q 'msg=admin' log; do sleep 0.02; done
            port=$(sed -n 's/.*msg=admin address=127.0.0.1:\\([0-9]*\\).*/\\1/p' log)
            "$J" generate --events 500 --customers 50 >&3
            PARTS=live \(Self.python ?? "false") \(Self.root)/Scripts/browse http://127.0.0.1:$port/ 2>&1 && echo good
            kill -TERM $pid; wait $pid
            """, seconds: 180)
        #expect(ran.lines.filter { !$0.isEmpty } == ["good"], "\(ran.errors)")
    }
}

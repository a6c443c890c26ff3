import Foundation
import TestSupport
import Testing

/// What people copy, and the load generator, against a real run.
@Suite struct WebExampleTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write("offers.json5", Workshop.offers)
        let examples = Repository.root.appendingPathComponent("Scripts/examples/http")
        for name in try FileManager.default.contentsOfDirectory(atPath: examples.path) {
            try FileManager.default.copyItem(
                at: examples.appendingPathComponent(name), to: shop.folder.appendingPathComponent(name))
        }
    }

    private func run(_ script: String, input: String = "http://127.0.0.1:0") throws -> Ran {
        try shop.run(WebInputTests.prelude(config: "offers.json5", input: input) + script)
    }

    @Test func theShellSendsAndAsks() throws {
        try shop.write(
            "events",
            #"{"customer_id":"c1","event":"page_view"}"# + "\n" + #"{"customer_id":"c2","event":"page_view"}"# + "\n")
        let ran = try run(
            """
            ./send.sh events http://127.0.0.1:$port; ./decide.sh c1 home http://127.0.0.1:$port | cut -d'"' -f 3-7,9
            ./decide.sh c1 'x"y' http://127.0.0.1:$port > /dev/null 2>&1 || echo refused; finish
            """)
        #expect(ran.lines.first == #"{"accepted":2,"rejected":[]}"#)
        #expect(ran.lines.last == "status 0" && ran.lines.contains("refused"))
    }

    @Test func pythonSendsAndAsks() throws {
        let ran = try run("python3 journeyd.py $port; finish")
        #expect(ran.lines == ["[]", "['coupon']", "status 0"])
    }

    @Test(.enabled(if: InstalledProgram.has("node"), "Node is not installed")) func javaScriptSendsAndAsks() throws {
        let ran = try run(
            """
            if ! node -e 'fetch' 2> /dev/null; then echo none; finish; exit; fi
            mv journeyd.js journeyd.mjs
            cat > ask.mjs <<'JS'
            import { Journeyd } from "./journeyd.mjs";
            const journeyd = new Journeyd(`http://127.0.0.1:${process.env.port}`);
            console.log(JSON.stringify(await journeyd.send({ customer_id: "c1", event: "page_view" }, { event: "page_view" })).slice(0, 37));
            console.log((await journeyd.decide({ customer_id: "c1", event: "ask", properties: { place: "home" } })).map((line) => line.action));
            JS
            node ask.mjs; finish
            """)
        #expect(
            ran.lines.first == "none"
                || ran.lines == [#"[{"index":1,"reason":"missing_field","#, "[ 'coupon' ]", "status 0"])
    }

    @Test(.enabled(if: InstalledProgram.has("php"), "PHP is not installed")) func phpSendsAndAsks() throws {
        let ran = try run(
            """
            cat > ask.php <<'PHP'
            <?php
            require 'journeyd.php';
            $journeyd = new Journeyd('http://127.0.0.1:' . getenv('port'));
            echo json_encode($journeyd->send(['customer_id' => 'c1', 'event' => 'page_view'])), "\\n";
            echo $journeyd->decide(['customer_id' => 'c1', 'event' => 'ask', 'properties' => ['place' => 'home']])[0]['action'], "\\n";
            PHP
            php ask.php; finish
            """)
        #expect(ran.lines == ["[]", "coupon", "status 0"])
    }

    @Test func aLoadSendsBothKindsOfRequest() throws {
        let ran = try run(
            """
            journeyd load --to http://127.0.0.1:$port --rate 2000 --duration 500ms --customers 50 --json > events.json
            journeyd load --to http://127.0.0.1:$port/decide --rate 500 --duration 500ms --connections 8 --customers 50 --json > asks.json
            journeyd load --to http://127.0.0.1:$port/else; echo "status $?"
            python3 -c '
            import json
            e, a = json.load(open("events.json")), json.load(open("asks.json"))
            print(e["sent"], e["answered"] > 0, e["refused"], a["sent"], a["answered"], a["refused"], a["decisions"])'; finish
            """)
        #expect(ran.lines == ["status 64", "1000 True 0 250 250 0 250", "status 0"])
    }
}

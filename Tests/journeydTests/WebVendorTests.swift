import Foundation
import TestSupport
import Testing

/// Other systems' requests, by hand and by their own client libraries.
@Suite struct WebVendorTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write(
            "all.json5",
            """
            { version: 1, moments: { seen: { sequence: [{ as: "e", on: "*" }],
              output: { event: "event.type", price: "event.properties.price" } } } }
            """)
    }

    /// Prints what came, sorted: id, customer, event, price.
    private static let tell = """
        finish > /dev/null
        python3 -c '
        import json
        rows = [json.loads(line) for line in open("out")]
        for row in sorted(rows, key=lambda row: row["steps"]["e"]): print(row["steps"]["e"][0], row["customer_id"], row.get("output", {}).get("event"), row.get("output", {}).get("price"))'
        """

    private func run(_ script: String, _ flags: String = "") throws -> Ran {
        try shop.run(WebInputTests.prelude(flags, config: "all.json5") + script + "\n" + WebVendorTests.tell)
    }

    @Test func everyPathIsReadInItsFormat() throws {
        let ran = try run(
            """
            say '
            import gzip
            for path, body in [("/v1/track", {"messageId": "s1", "userId": "u1", "event": "Bought", "properties": {"price": 2.5}}),
                               ("/v1/batch", {"batch": [{"messageId": "s2", "type": "identify", "userId": "u1"}, {"messageId": "s3", "type": "track", "event": "Bought", "userId": "u2"}]}),
                               ("/capture/", {"api_key": "k", "event": "viewed", "distinct_id": "p1", "uuid": "p1", "properties": {"price": 1}}),
                               ("/2/httpapi", {"api_key": "k", "events": [{"event_type": "clicked", "user_id": "user5", "insert_id": "a1"}]}),
                               ("/mp/collect?api_secret=x", {"client_id": "g1.1", "events": [{"name": "page_view", "params": {"price": 3}}]}),
                               ("/v1/batch", [])]:
                status, fields, told = post(path, gzip.compress(json.dumps(body).encode()), Content_Encoding="gzip")
                if told and "server_upload_time" in told: told["server_upload_time"] = told["payload_size_bytes"] = 0
                print(status, told)
            mix = json.dumps({"event": "signed", "properties": {"distinct_id": "m1", "$insert_id": "m1", "time": 1700000000}})
            from urllib.parse import urlencode
            c = client(); c.request("POST", "/track", urlencode({"data": mix}), {"Content-Type": "application/x-www-form-urlencoded"}); print(c.getresponse().read())
            print(post("/track", urlencode({"data": mix.replace("m1", "m2"), "verbose": 1}))[0::2])
            print(post("/v1/batch", "nonsense")[0], post("/v1/batch", b"\\x1f\\x8b\\x08", Content_Encoding="gzip")[0], post("/events", gzip.compress(b" " * 20_000_000), Content_Encoding="gzip")[0])'
            """)
        #expect(
            ran.lines.prefix(9) == [
                "200 {'success': True}", "200 {'success': True}", "200 {'status': 1}",
                "200 {'code': 200, 'events_ingested': 1, 'payload_size_bytes': 0, 'server_upload_time': 0}", "204 None",
                "200 {'success': True}", "b'1'", "(200, {'status': 1, 'error': None})", "400 400 413",
            ])
        let rows = ran.lines.dropFirst(9)
        for row in ["s1 u1 Bought 2.5", "s2 u1 identify None", "s3 u2 Bought None", "a1 user5 clicked None"] {
            #expect(rows.contains(row))
        }
        #expect(rows.count == 8)
    }

    @Test func cloudEventsComeInAllModes() throws {
        let ran = try run(
            """
            say '
            e = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "subject": "c1", "time": "2026-01-01T00:00:00Z", "data": {"price": 4}}
            print(post("/events", json.dumps(e, indent=1), Content_Type="application/cloudevents+json; charset=utf-8")[0::2])
            print(post("/events", json.dumps([dict(e, id="2"), dict(e, id="3", type=""), dict(e, id="4")]), Content_Type="application/cloudevents-batch+json")[2]["accepted"])
            print(post("/events", json.dumps(e["data"]), Content_Type="application/json", ce_specversion="1.0", ce_id="5", ce_source="/s", ce_type="t", ce_subject="c%20x", ce_time="2026-01-01T00:00:01Z")[0::2])'
            """)
        #expect(
            ran.lines == [
                "(202, {'accepted': 1, 'rejected': []})", "2", "(202, {'accepted': 1, 'rejected': []})", "/s 1 c1 t 4",
                "/s 2 c1 t 4", "/s 4 c1 t 4", "/s 5 c x t 4",
            ])
    }

    @Test func whatAVendorSentIsReadAlikeAfterACrash() throws {
        let ran = try shop.run(
            WebInputTests.prelude("--data-dir data", config: "all.json5") + """
                say 'print(post("/v1/track", json.dumps({"messageId": "s1", "userId": "u1", "event": "Bought"}))[0], post("/events", ping(1))[0])'
                cp out before; kill -9 $pid; wait $pid 2> /dev/null
                journeyd replay all.json5 --data-dir data > again; cmp out again && wc -l < again
                """)
        #expect(ran.lines == ["200 202", "2"])
    }

    /// The public libraries, where `Scripts/install-clients` has put them.
    private static let python: String? = {
        let path = Repository.root.appendingPathComponent(".build/clients/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    @Test(
        .enabled(if: python != nil, "Scripts/install-clients has not put the libraries there"),
        arguments: [
            ("segment", ["seg-1 u1 Order Completed 12.5", "seg-2 u1 identify None"]),
            ("rudder", ["rud-1 u2 Order Completed 12.5"]),
            ("posthog", ["11111111-1111-4111-8111-111111111111 u3 viewed 1"]),
            ("mixpanel", ["mix-1 u4 signed up 2", "mix-2 u4 old None"]),
            ("amplitude", ["amp-1 user-5 clicked 3"]),
            (
                "cloudevents",
                ["/shop ce-a u6 order.placed 3", "/shop ce-b u6 order.placed 3", "/shop ce-c u6 order.placed 3"]
            ),
        ] as [(String, [String])])
    func theirOwnLibrariesSend(_ library: String, _ rows: [String]) throws {
        try shop.write("libraries.py", WebVendorTests.libraries)
        let ran = try run("\(WebVendorTests.python ?? "false") libraries.py \(library) > said 2>&1 || cat said")
        #expect(ran.lines == rows)
    }

    private static let libraries = """
        import json, os, sys
        base = "http://127.0.0.1:" + os.environ["port"]
        def segment():
            import segment.analytics as a
            a.write_key, a.host, a.gzip = "a-write-key", base, True
            a.track("u1", "Order Completed", {"price": 12.5}, message_id="seg-1"); a.identify("u1", {"plan": "pro"}, message_id="seg-2"); a.shutdown()
        def rudder():
            import rudderstack.analytics as a
            a.write_key, a.dataPlaneUrl = "a-write-key", base
            a.track("u2", "Order Completed", {"price": 12.5}, message_id="rud-1"); a.shutdown()
        def posthog():
            from posthog import Posthog
            p = Posthog("phc_key", host=base, gzip=True)
            p.capture("viewed", distinct_id="u3", properties={"price": 1}, uuid="11111111-1111-4111-8111-111111111111"); p.shutdown()
        def mixpanel():
            from mixpanel import Consumer, Mixpanel
            m = Mixpanel("token", consumer=Consumer(events_url=base + "/track", people_url=base + "/engage", import_url=base + "/import"))
            m.track("u4", "signed up", {"price": 2, "$insert_id": "mix-1"}); m.people_set("u4", {"n": 1})
            m.import_data("key", "u4", "old", 1700000000, {"$insert_id": "mix-2"}, api_secret="s")
        def amplitude():
            from amplitude import Amplitude, BaseEvent
            c = Amplitude("key"); c.configuration.server_url = base + "/2/httpapi"
            c.track(BaseEvent("clicked", user_id="user-5", insert_id="amp-1", event_properties={"price": 3})); c.shutdown()
        def cloudevents():
            import requests
            from cloudevents.v1.http import CloudEvent, to_binary, to_structured
            def event(i): return CloudEvent({"type": "order.placed", "source": "/shop", "id": i, "subject": "u6", "time": "2026-01-01T00:00:00Z"}, {"price": 3})
            for (headers, body) in (to_structured(event("ce-a")), to_binary(event("ce-b"))):
                assert requests.post(base + "/events", headers=headers, data=body).status_code == 202
            batch = [json.loads(to_structured(event("ce-c"))[1])]
            assert requests.post(base + "/events", json=batch, headers={"Content-Type": "application/cloudevents-batch+json"}).status_code == 202
        globals()[sys.argv[1]]()
        """
}

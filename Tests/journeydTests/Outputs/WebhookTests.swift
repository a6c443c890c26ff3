import Foundation
import Testing

/// Lines that are posted to a real HTTP server.
@Suite(.enabled(if: Receivers.areThere)) struct WebhookTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// What the server saw of each request.
    private func requests(_ log: String = "log") throws -> [[String: Any]] {
        try shop.read(log).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private func headers(_ request: [String: Any]) -> [String: String] {
        request["headers"] as? [String: String] ?? [:]
    }

    @Test func everyLineIsPostedUntilItIsTaken() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port 500 503 drop 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)/hook?a=b\\", retry: { $fast } }"
            journeyd run config.json5 pings > out; echo status $?; bodies log | cmp - out && echo same
            """)
        #expect(ran.lines == ["status 0", "same"])
        let requests = try requests()
        #expect(requests.map { $0["status"] as? Int } == [500, 503, 0, 200, 200, 200])
        #expect(requests.allSatisfy { $0["path"] as? String == "/hook?a=b" })
        let keys = requests.map { headers($0)["idempotency-key"] ?? "" }
        // The same line has the same key, however often it is posted.
        #expect(Set(keys.prefix(4)).count == 1 && Set(keys).count == 3)
        #expect(requests.allSatisfy { ($0["body"] as? String ?? "").contains(headers($0)["idempotency-key"] ?? "?") })
        #expect(headers(requests[0])["content-type"] == "application/json")
        #expect(ran.errors.contains("reason=\"HTTP 500: as told < >\""))
        // The URL may be a secret.
        #expect(!ran.errors.contains("/hook"))
    }

    @Test(arguments: ["429:1", "503:d2"]) func itWaitsAsLongAsItIsAsked(_ answer: String) throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port \(answer) 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", retry: { $fast } }"
            journeyd run config.json5 pings > out; bodies log | cmp - out && echo same
            """)
        #expect(ran.lines == ["same"])
        let times = try requests().compactMap { $0["at"] as? Double }
        // A date has whole seconds, so of two seconds at least one is left.
        #expect(times.count == 4 && times[1] - times[0] >= 0.95)
    }

    /// What comes again counts as what comes first, and so does what nobody answered.
    @Test func attemptsThatAreMadeAgainAreHeldToTheRate() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port 500 429:0 slow:300 drop 400 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", rate: { max: 2, per: '700ms' }, retry: { $fast } }"
            journeyd run config.json5 pings > out; lines log
            """)
        #expect(ran.lines == ["6"])
        let times = try requests().compactMap { $0["at"] as? Double }
        for (earlier, later) in zip(times, times.dropFirst(2)) { #expect(later - earlier >= 0.69) }
    }

    /// The server speaks of itself, not of the lines that it did not take.
    @Test func whoAsksToWaitIsNotSentTheNextLineEither() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port 429:1 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", retry: { $fast, attempts: 1 }, dead_letter: 'dead' }"
            journeyd run config.json5 pings > out; lines dead; bodies log | wc -l
            """)
        #expect(ran.lines == ["1", "2"])
        let times = try requests().compactMap { $0["at"] as? Double }
        #expect(times.count == 3 && times[1] - times[0] >= 0.95)
    }

    @Test func whatIsRefusedForGoodGoesToTheDeadLetters() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port 400 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", dead_letter: 'dead' }"
            journeyd run config.json5 pings > out; echo status $?
            """)
        #expect(ran.lines == ["status 0"])
        let dead = try shop.read("dead").split(separator: "\n")
        let letter = try #require(
            try JSONSerialization.jsonObject(with: Data((dead.first ?? "").utf8)) as? [String: Any])
        #expect(dead.count == 1 && letter["reason"] as? String == "HTTP 400: as told < >")
        #expect(letter["output"] as? String == "outputs[1]")
        let id = (letter["line"] as? [String: Any])?["id"] as? String
        #expect(try shop.read("out").hasPrefix(#"{"type":"moment","id":"\#(id ?? "?")""#))
        #expect(try requests().count == 3)
    }

    @Test func attemptsMayHaveAnEnd() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port 500 500 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", retry: { $fast, attempts: 2 }, dead_letter: 'dead' }"
            journeyd run config.json5 pings > out; lines dead; bodies log | wc -l; grep -c 'given up after 2 attempts' dead
            """)
        #expect(ran.lines == ["1", "2", "1"])
    }

    @Test func ofABatchOnlyWhatIsAtFaultIsRefused() throws {
        try shop.write("many", Workshop.pings(1...100))
        let ran = try shop.runWithReceivers(
            """
            receiver http log port 400 200 400 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", batch: 1000, dead_letter: 'dead' }"
            journeyd run config.json5 many > out; lines dead; (bodies log; sed 's/.*"line"://;s/}$//' dead) | sort > got
            sort out | cmp - got && echo same
            """)
        #expect(ran.lines == ["1", "same"])
    }

    @Test func aServerThatIsNotThereYetIsWaitedFor() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http first port 200; kill -9 $last; rm -f log
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", retry: { $fast } }"
            journeyd run config.json5 pings > out 2> err & pid=$!
            await 'grep -q "does not take" err'; receiver http log port 200; wait $pid
            bodies log | cmp - out && echo same
            """)
        #expect(ran.lines == ["same"])
    }

    @Test func oneThatHangsIsGivenUpInTime() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port hang 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", timeout: '200ms', retry: { $fast } }"
            journeyd run config.json5 pings > out; bodies log | cmp - out && echo same
            """)
        #expect(ran.lines == ["same"])
        #expect(ran.errors.contains("no answer within the timeout"))
    }

    @Test func redirectionsAreNotFollowed() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port 307 301 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", dead_letter: 'dead' }"
            journeyd run config.json5 pings > out; lines log dead; lines dead
            """)
        #expect(ran.lines == ["5", "2"])
    }

    @Test func whoAsksForAPasswordRefusesForGood() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port auth:401 auth:407 401 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", retry: { $fast }, dead_letter: 'dead' }"
            journeyd run config.json5 pings > out; echo status $?; lines log
            grep -o 'HTTP 40[17]' dead
            """)
        #expect(ran.lines == ["status 0", "3", "HTTP 401", "HTTP 407", "HTTP 401"])
        #expect(!ran.errors.contains("level=warn"))
    }

    @Test func anAnswerThatOnlyAnnouncesAnotherOneIsNone() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port cut drop cut 200
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", retry: { $fast }, dead_letter: 'dead' }"
            journeyd run config.json5 pings > out; echo status $?; lines dead; bodies log | cmp - out && echo same
            """)
        #expect(ran.lines == ["status 0", "0", "same"])
    }

    @Test func aSegmentIsOneAlertFromEnteringToLeaving() throws {
        try shop.write(
            "loads",
            [(90, "c"), (70, "c"), (50, "c"), (90, "d"), (95, "c")].enumerated().map { number, load in
                "{\"customer_id\":\"\(load.1)\",\"event\":\"load\",\"timestamp\":\(number * 1000),\"properties\":{\"v\":\(load.0)}}\n"
            }.joined())
        let ran = try shop.runWithReceivers(
            """
            receiver http log port check:pagerduty
            cat > config.json5 <<END
            { version: 1, windows: { v: { last: "event.properties.v", on: "load" } },
              segments: { hot: { when: "windows.v > 80", leave_when: "windows.v < 60" } },
              moments: { seen: { sequence: [{ as: "o", on: "order" }] } }, emit: ["segment"],
              outputs: [{ to: "http://127.0.0.1:$(cat port)", as: "pagerduty", routing_key: { env: "PD_KEY" } }] }
            END
            PD_KEY=0123456789abcdef0123456789ABCDEF journeyd run config.json5 loads
            bodies log | python3 -c 'import json,sys
            for line in sys.stdin: print(json.loads(line)["event_action"], json.loads(line)["dedup_key"])'
            """)
        #expect(
            ran.lines == [
                "trigger segment/hot/c", "resolve segment/hot/c", "trigger segment/hot/d", "trigger segment/hot/c",
            ])
    }

    @Test func headersAndKeysComeFromFilesAndTheEnvironment() throws {
        try shop.write("token", "Bearer s3cr3t-token\nsecond line\n")
        let key = "0123456789abcdef0123456789ABCDEF"
        let ran = try shop.runWithReceivers(
            """
            receiver http log port check:pagerduty
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", as: 'pagerduty', severity: 'critical', routing_key: { env: 'PD_KEY' },
                headers: { Authorization: { file: 'token' }, 'X-Plain': 'yes' } }"
            PD_KEY=\(key) journeyd run config.json5 pings > out; echo status $?
            journeyd run config.json5 pings > out; echo status $?
            """)
        #expect(ran.lines == ["status 0", "status 69"])
        #expect(ran.errors == "outputs[1].routing_key: the environment has no PD_KEY; set it before journeyd starts\n")
        let requests = try requests()
        #expect(requests.count == 3)
        for request in requests {
            #expect(request["status"] as? Int == 200)
            #expect(headers(request)["authorization"] == "Bearer s3cr3t-token" && headers(request)["x-plain"] == "yes")
            #expect((request["body"] as? String ?? "").contains(key))
        }
    }

    @Test(arguments: ["alertmanager", "slack", "cloudevents"]) func eachFormIsWhatItsServiceDemands(_ form: String)
        throws
    {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port check:\(form)
            outputs "{ to: \\"http://127.0.0.1:$(cat port)\\", as: '\(form)' }"
            journeyd run config.json5 pings > out; grep -c '"status": 200' log
            """)
        #expect(ran.lines == ["3"] && ran.errors.isEmpty)
    }

    @Test(.enabled(if: Receivers.has("prometheus-alertmanager"))) func alertmanagerTakesAlerts() throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http none port 200; kill -9 $last
            printf 'route: { receiver: none }\\nreceivers: [{ name: none }]\\n' > am.yml
            prometheus-alertmanager --config.file=am.yml --storage.path=am --web.listen-address=127.0.0.1:$(cat port) \\
                --cluster.listen-address= > am.log 2>&1 & PIDS="$PIDS $!"
            url="http://127.0.0.1:$(cat port)/api/v2/alerts"
            outputs "{ to: '$url', as: 'alertmanager', batch: 10, retry: { $fast } }"
            journeyd run config.json5 pings > out 2> err
            python3 -c 'import json,sys,urllib.request as u
            alerts = json.load(u.urlopen(sys.argv[1]))
            print(*sorted(a["labels"]["customer_id"] + a["labels"]["alertname"] for a in alerts))' $url
            """)
        #expect(ran.lines == ["c1seen c2seen c3seen"])
    }
}

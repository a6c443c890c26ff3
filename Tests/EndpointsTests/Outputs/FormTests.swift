import Foundation
import Storage
import Testing

@testable import Endpoints

/// How lines look in each form.
@Suite struct FormTests {
    static let moment =
        #"{"type":"moment","id":"m-1","moment":"cart","kind":"friction","customer_id":"c<!channel>&\u0031","by":"S","time":"2026-01-01T00:30:00.022Z","start":"2026-01-01T00:00:00.022Z","end":"2026-01-01T00:00:00.022Z","steps":{"a":["e1"]},"output":{"price":83.44,"no":null}}"#
    static let decision =
        #"{"type":"decision","id":"d-1","moment":"cart","moment_id":"m-1","customer_id":"c1","time":"2026-01-01T00:30:00.022Z","action":"mail","channel":"email","priority":12.5,"group":"control","payload":{"a":[1,2.50]}}"#
    static let none =
        #"{"type":"decision","id":"d-2","moment":"cart","moment_id":"m-1","customer_id":"c1","time":"2026-01-01T00:30:00.022Z","action":null,"reason":"cap"}"#
    static let left =
        #"{"type":"segment","id":"s-1","segment":"at_risk","change":"leave","customer_id":"c2","time":"2026-01-01T00:30:00.000Z"}"#
    static let score =
        #"{"type":"score","id":"r-1","score":"risk","value":0.83,"threshold":0.8,"direction":"up","customer_id":"c2","time":"2026-01-01T00:30:00.000Z"}"#
    static let dropOff =
        #"{"type":"drop_off","id":"o-1","moment":"ad","customer_id":"c1","time":"2026-01-01T00:30:00.000Z","start":"2026-01-01T00:30:00.000Z","end":"2026-01-01T00:30:00.000Z","reached":"view","steps":{"view":["e7"]}}"#
    static let all = [moment, decision, none, left, score, dropOff]

    private func form(_ kind: FormPlan.Kind) -> LineForm {
        var plan = FormPlan()
        plan.kind = kind
        return LineForm(plan, routingKey: "KEY")
    }

    private func body(_ kind: FormPlan.Kind, _ lines: String...) -> String {
        let bytes = Array(lines.joined(separator: "\n").utf8)
        var start = 0
        let body = View.of(bytes) { view in
            form(kind).body(
                lines.map { line in
                    defer { start += line.utf8.count + 1 }
                    return view[start..<start + line.utf8.count]
                })
        }
        return String(decoding: body, as: UTF8.self)
    }

    @Test func nativeIsTheLine() {
        #expect(body(.native, FormTests.moment) == FormTests.moment)
        #expect(body(.native, FormTests.moment, FormTests.none) == FormTests.moment + "\n" + FormTests.none)
    }

    @Test func cloudEventsCarryTheLine() {
        let event = body(.cloudevents, FormTests.decision)
        #expect(
            event == #"{"specversion":"1.0","id":"d-1","source":"journeyd","type":"journeyd.decision","subject":"c1","#
                + #""time":"2026-01-01T00:30:00.022Z","datacontenttype":"application/json","data":\#(FormTests.decision)}"#
        )
        #expect(body(.cloudevents, FormTests.decision, FormTests.decision) == "[\(event),\(event)]")
        #expect(form(.cloudevents).mediaType(lineCount: 1) == "application/cloudevents+json")
        #expect(form(.cloudevents).mediaType(lineCount: 2) == "application/cloudevents-batch+json")
    }

    @Test func alertsAreToldApartByTheirLabels() {
        #expect(
            body(.alertmanager, FormTests.decision)
                == #"[{"labels":{"alertname":"cart","type":"decision","customer_id":"c1","action":"mail","channel":"email","#
                + #""group":"control"},"annotations":{"summary":"cart for c1: mail by email","id":"d-1","moment_id":"m-1","#
                + #""priority":"12.5","payload":"{\"a\":[1,2.50]}"},"startsAt":"2026-01-01T00:30:00.022Z"}]"#)
        // The action that was not chosen is no label: an empty one would be dropped.
        #expect(
            body(.alertmanager, FormTests.none)
                == #"[{"labels":{"alertname":"cart","type":"decision","customer_id":"c1","reason":"cap"},"#
                + #""annotations":{"summary":"cart for c1: no action (cap)","id":"d-2","moment_id":"m-1"},"#
                + #""startsAt":"2026-01-01T00:30:00.022Z"}]"#)
        #expect(
            body(.alertmanager, FormTests.left)
                == #"[{"labels":{"alertname":"at_risk","type":"segment","customer_id":"c2"},"annotations":{"#
                + #""summary":"c2 left the segment at_risk","id":"s-1"},"#
                + #""startsAt":"2026-01-01T00:30:00.000Z","endsAt":"2026-01-01T00:30:00.000Z"}]"#)
    }

    @Test func slackGetsASentenceInWhichNothingIsAMark() {
        #expect(
            body(.slack, FormTests.moment) == #"{"text":"cart (friction) for c&lt;!channel&gt;&amp;1, S"}"#)
        #expect(body(.slack, FormTests.score) == #"{"text":"risk of c2 went up to 0.83"}"#)
        #expect(body(.slack, FormTests.dropOff) == #"{"text":"ad not completed by c1: reached view"}"#)
    }

    @Test func pagerDutyGetsAnEventWithTheLine() {
        #expect(
            body(.pagerduty, FormTests.none)
                == #"{"routing_key":"KEY","event_action":"trigger","dedup_key":"d-2","client":"journeyd","payload":{"#
                + #""summary":"cart for c1: no action (cap)","source":"journeyd","severity":"warning","#
                + #""timestamp":"2026-01-01T00:30:00.022Z","component":"cart","class":"decision","#
                + #""custom_details":\#(FormTests.none)}}"#)
        for (line, action) in [
            (FormTests.left, "resolve"), (FormTests.left.replacing("leave", with: "enter"), "trigger"),
        ] {
            #expect(
                body(.pagerduty, line).contains(
                    #""event_action":"\#(action)","dedup_key":"segment/at_risk/c2","client""#))
        }
        // Keys have an end: beyond it they still differ.
        let names = ["a", "b"].map { String(repeating: "é", count: 128) + $0 }
        let keys = names.map { name in
            let line = FormTests.left.replacing("c2", with: name)
            let event = try? JSONSerialization.jsonObject(with: Data(body(.pagerduty, line).utf8)) as? [String: Any]
            return event?["dedup_key"] as? String ?? ""
        }
        #expect(Set(keys).count == 2 && keys.allSatisfy { $0.utf8.count == 40 })
        let long =
            #"{"type":"moment","id":"m","moment":""# + String(repeating: "é", count: 3000) + #"","customer_id":"c"}"#
        let event = try? JSONSerialization.jsonObject(with: Data(body(.pagerduty, long).utf8)) as? [String: Any]
        let summary = (event?["payload"] as? [String: Any])?["summary"] as? String
        #expect(summary?.unicodeScalars.count == 1024)
    }

    @Test(arguments: FormPlan.Kind.allCases, all)
    func everyFormIsJSON(_ kind: FormPlan.Kind, _ line: String) throws {
        let written = body(kind, line)
        #expect(!written.contains("\n"))
        _ = try JSONSerialization.jsonObject(with: Data(written.utf8))
        var lined: [UInt8] = []
        View.of(Array(line.utf8)) { form(kind).append($0, to: &lined) }
        #expect(String(decoding: lined, as: UTF8.self) == written + "\n")
    }

    @Test func aKeyIsTheSameForTheSameLines() {
        func key(_ lines: [String]) -> String {
            let bytes = lines.map { Array($0.utf8) }
            return View.of(bytes[0]) { first in
                bytes.count == 1 ? WebClient.key([first]) : View.of(bytes[1]) { WebClient.key([first, $0]) }
            }
        }
        #expect(key([FormTests.moment]) == "m-1")
        #expect(key([FormTests.moment, FormTests.none]) == key([FormTests.moment, FormTests.none]))
        #expect(key([FormTests.moment, FormTests.none]) != key([FormTests.moment, FormTests.decision]))
    }
}

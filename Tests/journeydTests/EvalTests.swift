import Foundation
import TestSupport
import Testing

@Suite struct EvalTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test(arguments: [
        ("1 + 2", "3"), (#"{"a": [1, 2.5, null], "b": duration("90m")}"#, #"{"a":[1,2.5,null],"b":"5400s"}"#),
        (#""ñ".size() == 1"#, "true"), ("timestamp(0)", #""1970-01-01T00:00:00.000Z""#),
        ("timestamp('2026-07-01T12:00:00Z').getHours('Europe/Madrid')", "14"), ("-- '-1 + 2'", "1"),
    ])
    func aValueIsPrintedAsJSON(_ expression: String, _ value: String) throws {
        try shop.write("expression", expression)
        let script = expression.hasPrefix("--") ? expression : "\"$(cat expression)\""
        let ran = try shop.run("journeyd eval \(script)")
        #expect(ran.status == 0)
        #expect(ran.output == value + "\n")
        #expect(ran.errors.isEmpty)
    }

    @Test(arguments: [
        ("1 +", "column 4: "), ("'é' + x", "\n    'é' + x\n          ^\n"),
        ("1 +\n\t'日'.size() + x", "line 2, column 15: "),
        ("1 +\n\t'日'.size() + x", "\n     '日'.size() + x\n                   ^\n"),
        ("1 / 0", "division by zero"),
        ("0.0 / 0.0", "JSON has no form"),
        ("timestamp(0).getHours('../../../etc/passwd')", "unknown time zone"),
        ("timestamp(0).getHours('Europe')", "unknown time zone"),
        ("timestamp(0).getHours('/etc/localtime')", "unknown time zone"),
    ])
    func whatFailsIsNamed(_ expression: String, _ message: String) throws {
        try shop.write("expression", expression)
        let ran = try shop.run("journeyd eval \"$(cat expression)\"")
        #expect(ran.status == 65)
        #expect(ran.output.isEmpty)
        #expect(ran.errors.contains(message), "\(ran.errors)")
    }

    @Test func eachLineHasItsAnswerWhateverTheOthersAre() throws {
        let nested = String(repeating: "[", count: 5000)
        try shop.write(
            "lines",
            """
            {"expr":"a.b + c","bindings":{"a":{"map":[[{"string":"b"},{"int":"40"}]]},"c":{"int":"2"}}}\r
            x

            {"expr":"1"} {"expr":"2"}
            {"expr":["1"]}
            {"expr":"a","bindings":{"a":{"int":"one"}}}
            {"expr":"1","more":\(nested)}
            {"expr":"\(nested)"}
            {"expr":"'\(String(repeating: "a", count: 2 << 20))'"}
            {"expr":"[1, 2].exists(x, x > 1)","disable_macros":true}
            {"expr":"y == 1","container":"x","bindings":{"x.y":{"int":"1"}}}
            """)
        let ran = try shop.run("journeyd eval - < lines")
        #expect(ran.status == 0)
        #expect(ran.errors.isEmpty)
        let expected = [
            #"{"value":{"int":"42"}}"#, "not a JSON object", "not a JSON object", "column 14", "not an expression",
            "not an expression", "nested deeper", #"{"error":""#, "longer than 1048576 bytes", "exists",
            #"{"value":{"bool":true}}"#,
        ]
        #expect(ran.lines.count == expected.count)
        for (line, text) in zip(ran.lines, expected) {
            #expect(line.hasPrefix(text) || line.hasPrefix(#"{"error":""#) && line.contains(text), "\(line)")
        }
    }

    @Test func whoAsksOneByOneIsAnsweredAtOnce() throws {
        let ran = try shop.run(
            """
            coproc "$J" eval -
            for n in 1 2 3; do echo "{\\"expr\\":\\"$n + 1\\"}" >&${COPROC[1]}; read -r answer <&${COPROC[0]}; echo "$answer"; done
            """)
        #expect(ran.lines == (2...4).map { #"{"value":{"int":"\#($0)"}}"# })
    }
}

/// CEL's conformance cases through the command, all in one process, where they stand beside the repository.
@Suite struct EvalConformanceTests {
    static let folder = SharedFolder.place("conformance/cel")

    @Test(.enabled(if: folder != nil)) func everyCaseIsAnsweredRight() throws {
        let files = try FileManager.default.contentsOfDirectory(
            at: #require(Self.folder), includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "json" }
        var cases: [[String: Any]] = []
        var lines = Data()
        for file in files {
            let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
            for item in try #require(object?["cases"] as? [[String: Any]]) {
                cases.append(item)
                lines += try JSONSerialization.data(withJSONObject: item) + [10]
            }
        }
        #expect(cases.count > 1000)
        let shop = try Workshop()
        try shop.write("cases", String(decoding: lines, as: UTF8.self))
        let ran = try shop.run("journeyd eval - < cases")
        #expect(ran.status == 0)
        #expect(ran.lines.count == cases.count)
        for (item, line) in zip(cases, ran.lines) {
            let answer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let title = "\(item["section"] ?? "").\(item["name"] ?? "")"
            if item["error"] != nil {
                #expect(answer?["error"] is String, "\(title): \(line)")
            } else {
                let isRight = try form(answer?["value"] as Any) == form(item["value"] as Any)
                #expect(isRight, "\(title): \(line)")
            }
        }
    }

    /// A typed value in one form for all that is the same: the entries of a map have no order.
    private func form(_ typed: Any) throws -> String {
        let value = try #require(typed as? [String: Any])
        if let entries = value["map"] as? [[Any]] {
            return "map\(try entries.map { try $0.map(form) }.map { $0.joined(separator: ":") }.sorted())"
        }
        if let elements = value["list"] as? [Any] { return "list\(try elements.map(form))" }
        let (type, content) = try #require(value.first)
        return "\(type) \(content)"
    }
}

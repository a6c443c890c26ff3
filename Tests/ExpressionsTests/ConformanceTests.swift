import Expressions
import Foundation
import Storage
import TestSupport
import Testing

/// Cases that say what expressions mean.
@Suite struct ConformanceTests {
    private static let files = Cases.places("cel", ending: ".json")

    /// Time zones as the system has them.
    static let zone: @Sendable (String) -> Zone? = { name in
        guard !name.contains(".."), let data = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)")
        else { return nil }
        return Zone(file: Array(data))
    }

    @Test(arguments: files)
    func answersEveryCaseOf(_ place: URL) throws {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: place))
        let file = try #require(object as? [String: Any])
        let cases = try #require(file["cases"] as? [[String: Any]])
        #expect(!cases.isEmpty)
        var evaluator = Evaluator(zone: Self.zone)
        var scratch = Scratch()
        for item in cases {
            evaluator.reset()
            scratch.reset()
            guard let text = scratch.copy(Array(try JSONSerialization.data(withJSONObject: item))),
                let trial = ExpressionTrial(json: text, scratch: &scratch)
            else {
                Issue.record("a case that cannot be read: \(item)")
                continue
            }
            let result = trial.evaluate(with: &evaluator)
            let title = Comment(rawValue: "\(item["section"] ?? "").\(item["name"] ?? ""): \(trial.expression)")
            guard let expected = item["value"] else {
                #expect(throws: TrialFault.self, title) { try result.get() }
                continue
            }
            guard let typed = scratch.copy(Array(try JSONSerialization.data(withJSONObject: expected))),
                let wanted = TypedValue.decode(typed, into: &scratch)
            else {
                Issue.record("a value that cannot be read: \(expected)")
                continue
            }
            var answer: [UInt8] = []
            trial.appendAnswer(to: &answer, with: &evaluator)
            let shown = Comment(rawValue: "\(title) gives \(String(decoding: answer, as: UTF8.self))")
            let value = try? result.get()
            #expect(value.map { isSame($0, wanted) } == true, shown)
        }
    }

    /// Sameness of value and type; what is not a number is the same as itself.
    private func isSame(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.double(let a), .double(let b)): a == b || (a.isNaN && b.isNaN)
        case (.list(let a), .list(let b)): a.count == b.count && (0..<a.count).allSatisfy { isSame(a[$0], b[$0]) }
        default: left.typeName == right.typeName && left.equals(right)
        }
    }
}

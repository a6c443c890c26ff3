import Foundation
import TestSupport
import Testing

/// An example of the page about sequences: the keys of a moment, a customer's events, and what comes of them.
struct PageExample: CustomTestStringConvertible {
    let keys: String
    let picture: [String]

    var testDescription: String { keys }

    /// The examples of `docs/sequences.md`: each picture with the keys that stand before it.
    static var all: [PageExample] {
        let text = (try? Repository.text("docs/sequences.md")) ?? ""
        var examples: [PageExample] = []
        var keys = ""
        for block in text.components(separatedBy: "```").enumerated() where block.offset % 2 == 1 {
            var lines = block.element.split(separator: "\n").map(String.init)
            let language = lines.removeFirst()
            if language == "json5" {
                keys = lines.joined(separator: "\n")
            } else {
                examples.append(PageExample(keys: keys, picture: lines))
            }
        }
        return examples
    }

    /// The words of a row with the columns in which they begin, without the row's name.
    private func cells(_ row: String) -> [(column: Int, word: String)] {
        var cells: [(column: Int, word: String)] = []
        var column = 0
        for part in row.split(separator: " ", omittingEmptySubsequences: false) {
            if !part.isEmpty, column > 0 { cells.append((column, String(part))) }
            column += part.count + 1
        }
        return cells
    }

    private func row(_ name: String) -> [(column: Int, word: String)]? {
        picture.first { $0.hasPrefix(name + " ") }.map { cells($0) }
    }

    private var columns: [Int] { row("event")?.map(\.column) ?? [] }

    /// The second at which each event comes.
    private var seconds: [Int] {
        row("second")?.compactMap { Int($0.word) } ?? Array(columns.indices)
    }

    var events: [String] {
        let values = row("v")
        return (row("event") ?? []).enumerated().map { index, cell in
            let value = values.flatMap { Int($0[index].word) }.map { #","properties":{"v":\#($0)}"# } ?? ""
            return #"{"customer_id":"c","event":"\#(cell.word)","timestamp":\#(seconds[index] * 1000),"#
                + #""id":"e\#(index)"\#(value)}"#
        }
    }

    /// Each match as `match a=e0 b=e1 3`, with the second at which it comes.
    var matches: [String] {
        picture.filter { $0.hasPrefix("match") || $0.hasPrefix("drop_off") }.map { line in
            var steps: [String: [String]] = [:]
            var second = 0
            var all = cells(line)
            if let at = all.firstIndex(where: { $0.word == "at" && !columns.contains($0.column) }) {
                second = Int(all[at + 1].word) ?? -1
                all.removeSubrange(at...)
            } else {
                second = seconds[columns.firstIndex(of: all[all.count - 1].column) ?? 0]
            }
            for cell in all {
                steps[cell.word, default: []].append("e\(columns.firstIndex(of: cell.column) ?? -1)")
            }
            let bound = steps.keys.sorted().map { "\($0)=\((steps[$0] ?? []).joined(separator: ","))" }
            return "\(line.prefix { $0 != " " }) \(bound.joined(separator: " ")) \(second)"
        }
    }
}

/// The examples of the page about sequences are true.
@Suite struct SequencePageTests {
    private struct Line: Decodable {
        let type: String
        let time: String
        let steps: [String: [String]]
    }

    @Test(arguments: PageExample.all)
    func everyExampleComesTrue(example: PageExample) throws {
        let sequenceRun = try SequenceRun(
            "{ version: 1, emit: ['moment', 'drop_off'], moments: { m: { \(example.keys) } } }")
        let found = try sequenceRun.run(example.events).map { text in
            let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
            let bound = line.steps.keys.sorted().map { "\($0)=\((line.steps[$0] ?? []).joined(separator: ","))" }
            let second = try Date(
                line.time, strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true)
            )
            .timeIntervalSince1970
            return "\(line.type == "moment" ? "match" : line.type) \(bound.joined(separator: " ")) \(Int(second))"
        }
        #expect(found == example.matches)
    }

    @Test func hasExamples() {
        #expect(PageExample.all.count >= 25)
    }
}

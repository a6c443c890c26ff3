import Events
import Storage
import Testing

@testable import Pipeline

/// A block's content; nothing for no block.
private func text(_ block: ByteBlock?) -> String {
    withExtendedLifetime(block) { block?.bytes.text ?? "" }
}

@Suite struct RejectLogTests {
    private func rejects(_ lines: [[UInt8]], from source: String = "in") -> [PlacedReject] {
        let block = ByteBlock(capacity: 64)
        for line in lines {
            block.append(line)
            block.append(UInt8(ascii: "\n"))
        }
        var scanner = LineScanner(Projection(), lineLimit: 1 << 20)
        let batch = scanner.scan(block, source: LineSource(source), arrival: Instant(microseconds: 0), isFirst: false)
        var sequencer = Sequencer(InputSettings(), shards: 1)
        sequencer.take(InputBatch(batch, isLive: false))
        return sequencer.next()?.rejects ?? []
    }

    @Test func aRejectIsOneLineOfJSON() {
        var log = RejectLog(isKept: true)
        log.add(rejects([Array("[1]".utf8), [0x22, 0xFF, 0x22]], from: "in \"1\""))
        let block = ByteBlock(capacity: 64)
        let counts = log.settle(upTo: .max, into: block)
        #expect(counts == [.malformedJSON: 1, .invalidUTF8: 1])
        let expected = """
            {"type":"rejected","reason":"malformed_json",\
            "detail":"this is a JSON array; write one object on each line: jq -c '.[]' FILE | journeyd run CONFIG",\
            "source":"in \\"1\\"","line":1,"raw":"[1]"}
            {"type":"rejected","reason":"invalid_utf8","detail":"byte 2 of the line is not UTF-8",\
            "source":"in \\"1\\"","line":2,"raw":"\\"\u{FFFD}\\"","raw_base64":"Iv8i"}

            """
        #expect(text(block) == expected)
    }

    @Test func whatTheWholeInputIsIsSaidOnce() {
        let gzip: [UInt8] = [0x1F, 0x8B, 0x08, 0x00]
        var log = RejectLog(isKept: false)
        log.add(
            rejects([gzip, [0x00, 0xFF], [0x01]], from: "packed") + rejects([Array("bad".utf8), [0x01]], from: "bad"))
        let block = ByteBlock(capacity: 64)
        #expect(log.settle(upTo: .max, into: block).values.reduce(0, +) == 5)
        let said = text(block).split(separator: "\n").map { $0.split(separator: ":")[0] }
        #expect(said == ["packed", "bad", "bad"])
        #expect(text(block).contains("this is gzip"))
    }

    @Test(arguments: [4095, 4096, 4097, 9000]) func theRawLineIsCutBetweenCharacters(_ length: Int) {
        let line = "x" + String(repeating: "é", count: length / 2)
        var log = RejectLog(isKept: true)
        log.add(rejects([Array(line.utf8)]))
        let block = ByteBlock(capacity: 64)
        _ = log.settle(upTo: .max, into: block)
        let shown = text(block).split(separator: "\"raw\":\"").last?.split(separator: "\"").first ?? ""
        #expect(line.hasPrefix(shown))
        #expect(shown.utf8.count <= 4096 && shown.utf8.count >= min(line.utf8.count, 4095))
        #expect(!text(block).contains("raw_base64"))
    }

    @Test func rejectsWaitUntilEarlierOnesCannotComeAnyMore() {
        let all = rejects((0..<4).map { Array("bad \($0)".utf8) })
        var log = RejectLog(isKept: true)
        let block = ByteBlock(capacity: 64)
        log.add([all[3], all[1]])
        #expect(log.settle(upTo: 1, into: block).isEmpty)
        log.add([all[0]])
        #expect(log.settle(upTo: 2, into: block) == [.malformedJSON: 2])
        log.add([all[2]])
        #expect(log.settle(upTo: .max, into: block) == [.malformedJSON: 2])
        let order = text(block).split(separator: "\n").map { String($0.suffix(7)) }
        #expect(order == (0..<4).map { "bad \($0)\"}" }.map { String($0.suffix(7)) })
        #expect(!log.isWaiting)
    }

    @Test func withoutAFileTheFirstFewAreReported() {
        var log = RejectLog(isKept: false)
        log.add(rejects((0..<20).map { _ in Array("bad".utf8) }, from: "stdin"))
        let block = ByteBlock(capacity: 64)
        #expect(log.settle(upTo: .max, into: block) == [.malformedJSON: 20])
        let lines = text(block).split(separator: "\n")
        #expect(lines.count == RejectLog.reportedMost)
        #expect(lines[1].hasPrefix("stdin:2: malformed_json: "))
    }
}

import Events
import Storage
import Testing

/// What a framer makes of pieces of input.
private struct Framed: Equatable {
    var bytes: [UInt8] = []
    /// Whether every block but the last line's ends with a line's end.
    var areWhole = true
    var largest = 0

    init(_ pieces: [ArraySlice<UInt8>], lineLimit: Int = 100, capacity: Int = 64) {
        var framer = Framer(lineLimit: lineLimit, capacity: capacity)
        for piece in pieces where !piece.isEmpty {
            framer.room().append(Array(piece))
            guard let block = framer.whole() else { continue }
            areWhole = areWhole && block.bytes[block.count - 1] == 0x0A
            bytes += Array(text(block).utf8)
            largest = max(largest, block.capacity)
        }
        if let rest = framer.rest() { bytes += Array(text(rest).utf8) }
    }
}

/// A block's content; nothing for no block.
private func text(_ block: ByteBlock?) -> String {
    withExtendedLifetime(block) { block?.bytes.text ?? "" }
}

@Suite struct FramerTests {
    static let texts: [String] = [
        "", "\n", "a", "a\n", "a\nb", "\u{FEFF}a\r\nb\r\n", "a\n\n\nb\n", "a\0b\n\0\n", "\r\n\r\n",
        String(repeating: "x", count: 90) + "\n" + String(repeating: "y", count: 70) + "\nz",
    ]

    @Test(arguments: texts) func everyCutGivesTheSameBytes(_ text: String) {
        let bytes = Array(text.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let framed = Framed([bytes[0..<first], bytes[first..<second], bytes[second...]])
                #expect(framed.bytes == bytes)
                #expect(framed.areWhole)
            }
        }
        let singly = Framed(bytes.indices.map { bytes[$0...$0] })
        #expect(singly.bytes == bytes)
    }

    @Test func aLineIsHandedOnByTheReadThatCompletesIt() {
        var framer = Framer(lineLimit: 100)
        framer.room().append(Array("one".utf8))
        #expect(framer.whole() == nil)
        framer.room().append(Array(" line\nand".utf8))
        #expect(text(framer.whole()) == "one line\n")
        framer.room().append(Array(" another\n".utf8))
        #expect(text(framer.whole()) == "and another\n")
        #expect(framer.rest() == nil)
    }

    @Test(arguments: [1, 7, 100, 5000, 20_000]) func aLineBeyondTheLimitIsCutAndItsNeighboursAreLeftAlone(_ step: Int) {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 20_000)
        let input = Array("before\n".utf8) + long + Array("\nafter\n".utf8)
        let pieces = stride(from: 0, to: input.count, by: step).map { input[$0..<min($0 + step, input.count)] }
        let lines = Framed(pieces).bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(lines.count == 4)
        #expect(lines[0].elementsEqual("before".utf8))
        #expect(lines[2].elementsEqual("after".utf8))
        // Enough is left for the scanner to see that the line is too long, and for its first bytes to be shown.
        #expect(lines[1].count > Reject.rawLimit && lines[1].allSatisfy { $0 == UInt8(ascii: "x") })
    }

    @Test func aHundredMebibytesInOneLineTakeLittleMemory() {
        var framer = Framer(lineLimit: 1 << 20)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 128 << 10)
        var largest = 0
        for _ in 0..<800 {
            framer.room().append(piece)
            #expect(framer.whole() == nil)
            largest = max(largest, framer.room().capacity)
        }
        #expect(largest <= 4 << 20)
        framer.room().append(Array("\nnext\n".utf8))
        let block = framer.whole()
        #expect(text(block).hasSuffix("x\nnext\n"))
    }

    @Test func whatTheScannerMakesOfALineDoesNotDependOnTheCut() {
        let text =
            "\u{FEFF}" + #"{"customer_id":"a","event":"e","timestamp":1}"# + "\r\n\nnope\n"
            + String(repeating: " ", count: 5000)
            + "\n" + #"{"customer_id":"b","event":"e","timestamp":2}"#
        let bytes = Array(text.utf8)
        for step in [1, 2, 50, 4100, 6000] {
            var framer = Framer(lineLimit: 64, capacity: 256)
            var scanner = LineScanner(Projection(), lineLimit: 64)
            var seen: [String] = []
            var line = 0
            var isFirst = true
            func take(_ block: ByteBlock) {
                let batch = scanner.scan(
                    block, source: LineSource("in"), arrival: Instant(microseconds: 0), isFirst: isFirst)
                isFirst = false
                for index in 0..<batch.count {
                    seen.append("\(line + Int(batch.row(index).line)) \(batch.text(batch.row(index).customerID).text)")
                }
                for reject in batch.rejects { seen.append("\(line + reject.line) \(reject.reason.rawValue)") }
                line += batch.lineCount
            }
            for start in stride(from: 0, to: bytes.count, by: step) {
                framer.room().append(Array(bytes[start..<min(start + step, bytes.count)]))
                if let block = framer.whole() { take(block) }
            }
            if let rest = framer.rest() { take(rest) }
            #expect(seen.sorted() == ["0 a", "2 malformed_json", "3 too_long", "4 b"])
        }
    }
}

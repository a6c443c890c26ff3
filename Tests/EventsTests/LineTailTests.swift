import Events
import Storage
import TestSupport
import Testing

private func text(_ block: ByteBlock) -> String { withExtendedLifetime(block) { block.bytes.text } }

/// One connection's stream as a tail cuts it: whole lines, and what is left at the end.
private struct Cut: Equatable {
    var whole: [UInt8] = []
    var rest: [UInt8] = []
    var sizeMost = 0

    /// Reads `bytes` in pieces of the given sizes, one after the other and again from the first.
    init(_ bytes: [UInt8], pieces: [Int], lineLimit: Int, shared: ByteBlock = ByteBlock(capacity: 64)) {
        var tail = LineTail(lineLimit: lineLimit)
        var start = 0
        var turn = 0
        while start < bytes.count {
            let end = min(bytes.count, start + pieces[turn % pieces.count])
            let block = tail.room(in: shared, most: end - start)
            block.append(Array(bytes[start..<end]))
            let length = tail.whole(of: block)
            withExtendedLifetime(block) { whole += block.bytes[0..<length].copied }
            sizeMost = max(sizeMost, tail.size)
            start = end
            turn += 1
        }
        rest = Array((tail.rest().map(text) ?? "").utf8)
    }
}

@Suite struct LineTailTests {
    private static let lines: [UInt8] = {
        var chance = SeededNumbers(seed: 7)
        var bytes: [UInt8] = []
        for _ in 0..<200 {
            let length = Int(chance.next() % 3 == 0 ? chance.next() % 20_000 : chance.next() % 60)
            bytes += (0..<length).map { _ in UInt8(0x61 + chance.next() % 26) } + [0x0A]
        }
        return bytes + Array("unfinished".utf8)
    }()

    @Test(arguments: [[1], [7], [4095, 1, 4097], [64 << 10], [1 << 20], [3, 9000, 1, 1, 20_000]])
    func anyCutGivesTheSameLines(_ pieces: [Int]) {
        let cut = Cut(Self.lines, pieces: pieces, lineLimit: 1 << 20)
        #expect(cut.whole + cut.rest == Self.lines)
        #expect(cut.rest == Array("unfinished".utf8))
    }

    @Test(arguments: [[1], [100], [5000], [1 << 20]]) func whatIsLongerThanTheLimitIsCut(_ pieces: [Int]) {
        let long = [UInt8](repeating: 0x78, count: 300_000)
        let bytes = Array("a\n".utf8) + long + Array("\nb\n".utf8) + long
        let cut = Cut(bytes, pieces: pieces, lineLimit: 5000)
        let lines = cut.whole.split(separator: 0x0A).map(Array.init)
        #expect(lines.first == [0x61] && lines.last == [0x62])
        #expect(lines.count == 3)
        // Where the whole line came with one read, it stands there whole: the scanner refuses it all the same.
        #expect(lines.count == 3 && lines[1].count > 5000)
        #expect(cut.rest.count > 5000 && cut.rest.count < 5010)
        #expect(cut.sizeMost < 24_000)
    }

    @Test func aConnectionWithoutAnUnfinishedLineHoldsNothing() {
        var tail = LineTail(lineLimit: 1000)
        let shared = ByteBlock(capacity: 64)
        let block = tail.room(in: shared, most: 64)
        block.append(Array("one\ntwo\n".utf8))
        #expect(tail.whole(of: block) == 8)
        #expect(tail.size == 0 && tail.count == 0)
        #expect(tail.rest() == nil)
    }

    @Test func connectionsShareTheirBlock() {
        let shared = ByteBlock(capacity: 64)
        var tails = [LineTail(lineLimit: 1000), LineTail(lineLimit: 1000)]
        var lines = ["", ""]
        for piece in ["a", "b\nc", "d\n", "\n", "e"] {
            for index in 0..<2 {
                let block = tails[index].room(in: shared, most: 64)
                block.append(Array((index == 0 ? piece : piece.uppercased()).utf8))
                let length = tails[index].whole(of: block)
                withExtendedLifetime(block) { lines[index] += block.bytes[0..<length].text }
            }
        }
        #expect(lines == ["ab\ncd\n\n", "AB\nCD\n\n"])
        #expect(tails[0].rest().map(text) == "e")
        #expect(tails[1].rest().map(text) == "E")
    }
}

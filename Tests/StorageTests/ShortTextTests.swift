import TestSupport
import Testing

@testable import Storage

/// Short texts and the ends of plain ones, held against a look at each byte.
@Suite struct ShortTextTests {
    private static let marks = Array("abc\"\\ \u{1F}\u{7F}é\n".utf8) + [0]

    private static func bytes(_ dice: inout SeededNumbers, most: Int) -> [UInt8] {
        (0..<dice.below(most)).map { _ in dice.isTrue(percent: 80) ? 0x61 : dice.one(of: marks) }
    }

    @Test func standsWhereItsBytesDo() {
        var dice = SeededNumbers(seed: 3)
        var (found, not) = (0, 0)
        for _ in 0..<4_000 {
            let bytes = Self.bytes(&dice, most: 60) + [UInt8](repeating: 0, count: 24)
            let start = dice.below(bytes.count - 23)
            let count = dice.below(25)
            View.of(bytes) { view in
                let text = ShortText(view, start..<start + count)
                #expect(text.count == count)
                for index in -2...bytes.count + 2 {
                    let holds =
                        index >= 0 && index + 24 <= bytes.count
                        && Array(bytes[index..<index + count]) == Array(bytes[start..<start + count])
                    #expect(WideView(view).holds(text, at: index) == holds)
                    if holds { found += 1 } else { not += 1 }
                }
                let other = dice.below(bytes.count - 23)
                let isSame = Array(bytes[other..<other + count]) == Array(bytes[start..<start + count])
                #expect(ShortText(view, other..<other + count).isSame(as: text) == isSame)
            }
        }
        #expect(found > 4_000 && not > 4_000)
        #expect(ShortText().count == 0 && View<UInt8>.of([]) { !WideView($0).holds(ShortText(), at: 0) })
    }

    @Test func aPlainStringEndsAtItsQuoteOrNowhere() {
        var dice = SeededNumbers(seed: 5)
        var (ended, unplain) = (0, 0)
        for _ in 0..<4_000 {
            let bytes = Self.bytes(&dice, most: 100)
            View.of(bytes) { view in
                for start in [-1, 0, dice.below(bytes.count + 1), bytes.count, bytes.count + 1, Int.max] {
                    let end = WideView(view).endOfPlainString(from: start)
                    guard start >= 0, start <= bytes.count else {
                        #expect(end == -1)
                        continue
                    }
                    let first = bytes[start...].firstIndex { $0 < 0x20 || $0 >= 0x80 || $0 == 0x22 || $0 == 0x5C }
                    // It goes by sixteen bytes, as long as there are twenty-four.
                    var limit = start
                    while limit + 24 <= bytes.count { limit += 16 }
                    let isPlain = first.map { $0 < limit && bytes[$0] == 0x22 } ?? false
                    #expect(end == (isPlain ? first : -1))
                    if isPlain { ended += 1 } else { unplain += 1 }
                }
            }
        }
        #expect(ended > 200 && unplain > 1_000)
    }
}

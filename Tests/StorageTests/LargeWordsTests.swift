import Storage
import TestSupport
import Testing

/// Words that are what they were, however many there come to be.
@Suite struct LargeWordsTests {
    /// Beyond the size from which on the system's large pages hold them, which is four MiB.
    @Test func growingChangesNothing() {
        var words = LargeWords(capacity: 1)
        var numbers = SeededNumbers(seed: 3)
        var all: [UInt64] = []
        while all.count < 1_200_000 {
            if numbers.isTrue(1, of: 4) {
                words.appendZeros(3)
                all += [0, 0, 0]
            } else {
                all.append(numbers.next())
                words.append(all[all.count - 1])
            }
        }
        words[77] = 5
        all[77] = 5
        #expect(words.count == all.count && all.indices.allSatisfy { words[$0] == all[$0] })
    }

    @Test func bytesLieWhereTheyWereWritten() {
        var words = LargeWords(zeros: 4)
        words.write([1, 2, 3, 4, 5], at: 1, offset: 6)
        words.write([], at: 3, offset: 8)
        #expect(words.view.bytes(at: 1, offset: 5, count: 7).copied == [0, 1, 2, 3, 4, 5, 0])
        #expect(words[1] == 0x0201_0000_0000_0000 && words[2] == 0x05_0403 && words[0] == 0)
        #expect(words.view.bytes(at: 4, offset: 0, count: 0).isEmpty)
    }
}

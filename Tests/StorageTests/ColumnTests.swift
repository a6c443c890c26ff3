import TestSupport
import Testing

@testable import Storage

/// Columns and tables by bytes, held against arrays and dictionaries.
@Suite struct ColumnTests {
    /// An element that makes a column's memory large with few of them.
    struct Wide: BitwiseCopyable, Equatable {
        var first: UInt64
        var rest: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
        var last: UInt64

        init(_ number: UInt64) { (first, last) = (number, ~number) }

        static func == (one: Wide, other: Wide) -> Bool { one.first == other.first && one.last == other.last }
    }

    @Test(arguments: 0..<8) func agreesWithAnArray(seed: Int) {
        var dice = SeededNumbers(seed: UInt64(seed))
        var column = Column<UInt32>(capacity: Int(dice.below(20)))
        var array: [UInt32] = []
        for _ in 0..<3_000 {
            switch dice.below(10) {
            case 0 where !array.isEmpty:
                let index = Int(dice.below(UInt64(array.count)))
                array[index] = UInt32(truncatingIfNeeded: dice.next())
                column[index] = array[index]
            case 1 where dice.below(20) == 0:
                let length = Int(dice.below(UInt64(array.count + 1)))
                array.removeLast(array.count - length)
                column.truncate(to: length)
            default:
                let element = UInt32(truncatingIfNeeded: dice.next())
                array.append(element)
                column.append(element)
            }
        }
        #expect(column.count == array.count && column.isEmpty == array.isEmpty)
        #expect(array.indices.allSatisfy { column[$0] == array[$0] })
        let half = array.count / 2
        let view = column.view(half..<array.count)
        #expect((0..<view.count).allSatisfy { view[$0] == array[half + $0] })
    }

    /// From 4 MiB on a column is a mapping of its own, which grows in another way.
    @Test func keepsItsElementsAsItGrowsBeyondTheAllocator() {
        var column = Column<Wide>()
        let count = 150_000
        for number in 0..<count { column.append(Wide(UInt64(number))) }
        #expect(column.count == count)
        #expect(stride(from: 0, to: count, by: 97).allSatisfy { column[$0] == Wide(UInt64($0)) })
        #expect(column[count - 1] == Wide(UInt64(count - 1)))
    }

    @Test func whatWasAddedStaysWhileTheColumnMoves() {
        var column = Column<UInt64>(capacity: 8)
        for number in 0..<UInt64(3_000_000) { column.append(number &* 0x9E37_79B9_7F4A_7C15) }
        #expect(column.count == 3_000_000)
        var differing = 0
        for number in 0..<3_000_000 where column[number] != UInt64(number) &* 0x9E37_79B9_7F4A_7C15 { differing += 1 }
        #expect(differing == 0)
    }

    @Test func aColumnMayBeginAsLarge() {
        var column = Column<UInt32>(capacity: 2_000_000)
        for number in 0..<UInt32(2_500_000) { column.append(number) }
        #expect(column[0] == 0 && column[1_999_999] == 1_999_999 && column[2_499_999] == 2_499_999)
    }

    @Test(arguments: 0..<4) func findsEachKeyInItsScopeOnly(seed: Int) {
        var dice = SeededNumbers(seed: UInt64(seed))
        var model: [Int: [String: Int]] = [:]
        var entries: [(scope: Int, key: String, value: Int)] = []
        for value in 0..<300 {
            let (scope, key) = (Int(dice.below(4)), String(dice.below(200), radix: 36))
            guard model[scope]?[key] == nil else { continue }
            model[scope, default: [:]][key] = value
            entries.append((scope, key, value))
        }
        let table = ByteTable(entries)
        for scope in 0..<5 {
            for number in 0..<220 {
                let key = String(number, radix: 36)
                let found = View.of(Array(key.utf8)) { table.value(of: $0, in: scope) }
                #expect(found == model[scope]?[key] ?? -1)
            }
        }
    }
}

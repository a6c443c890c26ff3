import TestSupport
import Testing

@testable import Storage

/// What is put into images comes out again, and what is cut short is said to be.
@Suite struct StateImageTests {
    private enum Piece: Equatable {
        case word(UInt64), number(Int), flag(Bool), bytes([UInt8]), text(String), numbers([Int]), column([UInt64])
    }

    private static func piece(_ dice: inout SeededNumbers) -> Piece {
        let length = Int(dice.below(20))
        switch dice.below(7) {
        case 0: return .word(dice.next())
        case 1: return .number(Int(truncatingIfNeeded: dice.next()))
        case 2: return .flag(dice.below(2) == 0)
        case 3: return .bytes((0..<length).map { _ in UInt8(truncatingIfNeeded: dice.next()) })
        case 4: return .text(String(repeating: "añ€", count: length))
        case 5: return .numbers((0..<length).map { _ in Int(truncatingIfNeeded: dice.next()) })
        default: return .column((0..<length).map { _ in dice.next() })
        }
    }

    private static func put(_ pieces: [Piece]) -> [UInt8] {
        let image = StateImage()
        // Columns are noted, not copied, so they live until the image was.
        var columns: [ColumnOwner] = []
        for piece in pieces {
            switch piece {
            case .word(let word): image.put(word)
            case .number(let number): image.put(number)
            case .flag(let flag): image.put(flag)
            case .bytes(let bytes): View.of(bytes) { image.put($0) }
            case .text(let text): image.put(text)
            case .numbers(let numbers): image.put(numbers)
            case .column(let words):
                columns.append(ColumnOwner(words))
                image.put(columns[columns.count - 1].column)
            }
        }
        return withExtendedLifetime(columns) { image.copied() }
    }

    private final class ColumnOwner {
        let column: Column<UInt64>
        init(_ words: [UInt64]) { column = Column(words) }
    }

    private static func read(_ pieces: [Piece], _ reader: StateReader) throws(StateFault) -> [Piece] {
        var read: [Piece] = []
        for piece in pieces {
            switch piece {
            case .word: read.append(.word(try reader.word()))
            case .number: read.append(.number(try reader.number()))
            case .flag: read.append(.flag(try reader.flag()))
            case .bytes: read.append(.bytes(try reader.bytes()))
            case .text: read.append(.text(try reader.text()))
            case .numbers: read.append(.numbers(try reader.numbers()))
            case .column:
                let column = try reader.column(of: UInt64.self)
                read.append(.column((0..<column.count).map { column[$0] }))
            }
        }
        return read
    }

    @Test(arguments: 0..<12) func givesBackWhatWasPutIn(seed: Int) throws {
        var dice = SeededNumbers(seed: UInt64(seed))
        let pieces = (0..<60).map { _ in Self.piece(&dice) }
        let bytes = Self.put(pieces)
        #expect(bytes.count % 8 == 0)
        let reader = StateReader(bytes)
        #expect(try Self.read(pieces, reader) == pieces)
        #expect(reader.left == 0)
    }

    @Test(arguments: 0..<4) func saysThatAnImageEndsTooEarlyWhereverItIsCut(seed: Int) {
        var dice = SeededNumbers(seed: UInt64(seed) + 50)
        let pieces = (0..<12).map { _ in Self.piece(&dice) }
        let bytes = Self.put(pieces)
        for length in 0..<bytes.count {
            #expect(throws: StateFault.truncated) { try Self.read(pieces, StateReader(Array(bytes[..<length]))) }
        }
    }

    @Test(arguments: 0..<6) func takesNoWordForMoreThanThereIs(seed: Int) {
        var dice = SeededNumbers(seed: UInt64(seed) + 90)
        let pieces = (0..<12).map { _ in Self.piece(&dice) }
        var bytes = Self.put(pieces)
        for _ in 0..<200 {
            let place = Int(dice.below(UInt64(bytes.count)))
            bytes[place] = UInt8(truncatingIfNeeded: dice.next())
            // Whatever comes of it, nothing is read beyond the end, and no memory is taken for what is not there.
            _ = try? Self.read(pieces, StateReader(bytes))
        }
    }

    @Test func tablesAreTheSameBehindTheirImage() throws {
        var dice = SeededNumbers(seed: 3)
        var table = ProbeTable<ProbeTableTests.Entry>()
        var row: [ProbeTableTests.Entry] = []
        for value in 1...2_000 {
            let entry = ProbeTableTests.Entry(hash: dice.next(), value: UInt32(value))
            row.append(entry)
            table.insert(entry)
        }
        let image = StateImage()
        table.add(to: image)
        let read = try ProbeTable<ProbeTableTests.Entry>(from: StateReader(image.copied()))
        #expect(read.count == row.count)
        for entry in row { #expect(read[read.find(entry.hash) { $0.value == entry.value }] == entry) }
    }
}

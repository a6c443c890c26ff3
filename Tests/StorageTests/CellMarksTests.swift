import TestSupport
import Testing

@testable import Storage

/// The marks of a stretch of bytes, held against a look at each byte.
@Suite struct CellMarksTests {
    private static let bytes: [UInt8] = [0x2C, 0x3B, 0x09, 0x0A, 0x0D, 0x22, 0x20, 0x41, 0x00, 0x7F, 0x80, 0xC3, 0xFF]

    @Test(arguments: [0x2C, 0x3B, 0x09] as [UInt8])
    func areThoseOfEachByte(delimiter: UInt8) {
        var random = SeededNumbers(seed: UInt64(delimiter))
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in CellMarksTests.bytes[random.below(CellMarksTests.bytes.count)] }
            let index = random.below(count + 1)
            var (delimiters, ends, others) = (UInt64(0), UInt64(0), UInt64(0))
            for (place, byte) in bytes[index...].prefix(64).enumerated() {
                if byte == delimiter { delimiters |= 1 << UInt64(place) }
                if byte == 0x0A { ends |= 1 << UInt64(place) }
                if byte == 0x22 || byte >= 0x80 { others |= 1 << UInt64(place) }
            }
            let found = View.of(bytes) { $0.cellMarks(at: index, delimiter: delimiter) }
            #expect(found.delimiters == delimiters && found.ends == ends && found.others == others, "\(count) \(index)")
        }
    }
}

import Foundation
import Storage
import Testing

/// Writes past the page cache, on the file system that temporary files are on.
@Suite struct DirectFileTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("journeyd-" + UUID().uuidString)
        .path

    private func block(_ count: Int) -> ByteBlock {
        let block = ByteBlock(capacity: count)
        block.append((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) })
        return block
    }

    /// What it takes are whole pages, where they lie right; what it does not take is left to others, and both are one
    /// file's content.
    @Test func wholePagesGoToTheirPlace() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try Descriptor(making: path)
        let direct = DirectFile(file)
        let (page, block) = (DirectFile.page, block(DirectFile.least + 100))
        var expected = [UInt8](repeating: 0, count: 3 * page)
        #expect(direct.write(block, from: 0, most: page - 1, at: 0) == 0)
        #expect(direct.write(block, from: 0, most: block.count, at: 8) == 0)
        let put = direct.write(block, from: page, most: 2 * page + 17, at: UInt64(3 * page))
        #expect(put == 2 * page || put == 0)
        if put > 0 { expected += block.bytes[page..<page + put].copied }
        // Memory that begins anywhere is for the file system to take or not.
        let other = direct.write(block, from: 3, most: page, at: UInt64(expected.count))
        #expect(other == page || other == 0)
        if other > 0 { expected += block.bytes[3..<3 + other].copied }
        let tail = ByteBlock(capacity: 16)
        tail.append(Array("behind it".utf8))
        #expect(tail.write(followedBy: block, 0, from: 0, to: file.number, at: UInt64(expected.count)) == 9)
        expected += tail.bytes.copied
        try file.synchronize()
        #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == expected)
    }
}

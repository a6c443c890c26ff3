package import Events
package import Storage

/// A record of the control topic: something that influenced a cell's output and does not stand in its input.
///
/// All numbers are of 64 bits, the least significant byte first:
///
///      0  8  "jdcell1" and a line's end
///      8  8  its number among the cell's control records, from 0
///     16  8  the offset of the first record of the input that comes behind it
///     24  8  what it says: 1 a configuration is followed from here on, 2 the clock has come to a time, 3 a bank has granted
///            a part of a budget
///     32  n  1: how many partitions the topic has, and a recorded configuration; 2: microseconds since 1970; 3: how much in
///            all, and the account (`LeaseAccount`)
///   32+n  8  the checksum (`Hash64`) of all bytes before
package struct ControlRecord: Sendable, Equatable {
    /// What it says.
    package enum Content: Sendable, Equatable {
        /// A configuration is followed from here on: its payload as the journal has it, and the topic's partitions.
        case configuration([UInt8], partitions: Int)
        /// The clock has come to this time.
        case time(Instant)
        /// So much was granted in all, for an account.
        case grant(Int, LeaseAccount)
    }

    /// Its number among the cell's control records, from 0.
    package let number: UInt64
    /// The offset of the first record of the input that comes behind it.
    package let offset: Int64
    package let content: Content

    package init(number: UInt64, offset: Int64, content: Content) {
        self.number = number
        self.offset = offset
        self.content = content
    }

    private static let magic = Array("jdcell1\n".utf8)
    private static let headSize = 32

    /// The record as it is written.
    package var bytes: [UInt8] {
        let block = ByteBlock(capacity: 64)
        block.append(Self.magic)
        block.append(word: number)
        block.append(word: UInt64(bitPattern: offset))
        switch content {
        case .configuration(let payload, let partitions):
            block.append(word: 1)
            block.append(word: UInt64(partitions))
            block.append(payload)
        case .time(let time):
            block.append(word: 2)
            block.append(word: UInt64(bitPattern: time.microseconds))
        case .grant(let total, let account):
            block.append(word: 3)
            block.append(word: UInt64(total))
            account.append(to: block)
        }
        return SealedRecord.sealed(block)
    }

    /// Reads a record; nil for what is none of journeyd's, or damaged.
    package init?(_ bytes: View<UInt8>) {
        guard let end = SealedRecord.end(of: bytes, magic: Self.magic, least: Self.headSize + 8) else { return nil }
        number = bytes.word(at: 8)
        offset = Int64(bitPattern: bytes.word(at: 16))
        let word = bytes.word(at: Self.headSize)
        let rest = bytes[Self.headSize + 8..<end]
        switch bytes.word(at: 24) {
        case 1:
            guard let partitions = Int(exactly: word), partitions > 0 else { return nil }
            content = .configuration(rest.copied, partitions: partitions)
        case 2:
            guard rest.isEmpty else { return nil }
            content = .time(Instant(microseconds: Int64(bitPattern: word)))
        case 3:
            guard let total = Int(exactly: word), let account = LeaseAccount(rest) else { return nil }
            content = .grant(total, account)
        default: return nil
        }
        guard offset >= 0 else { return nil }
    }
}

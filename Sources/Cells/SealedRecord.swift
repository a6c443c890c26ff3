import Events
import Storage

/// What the records of the control topic have in common: they begin with bytes that say what they
/// are, and end with the hash of all before it.
enum SealedRecord {
    /// How many bytes the hash has.
    private static let hashSize = 8

    /// A record's bytes, with the hash behind them.
    static func sealed(_ block: ByteBlock) -> [UInt8] {
        withExtendedLifetime(block) {
            block.append(word: Hash64.of(block.bytes))
            return block.bytes.copied
        }
    }

    /// Where the hash begins of a record of at least `least` bytes before it; nil for another sort
    /// of record, or a damaged one.
    static func end(of bytes: View<UInt8>, magic: [UInt8], least: Int) -> Int? {
        let end = bytes.count - hashSize
        guard end >= least, bytes[0..<magic.count].copied == magic, Hash64.of(bytes[0..<end]) == bytes.word(at: end)
        else { return nil }
        return end
    }
}

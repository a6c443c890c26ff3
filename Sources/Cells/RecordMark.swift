package import Events

/// What tells the last record that a cell has taken from another one at its place, as long as the
/// log has it: so a topic that was made anew is not taken for the one before.
///
/// Its text stands behind that of `CellPlace` in a committed offset's metadata: `OFFSET
/// MICROSECONDS BYTES`, with -1 bytes for a tombstone.
package struct RecordMark: Sendable, Equatable {
    package let offset: Int64
    /// Its timestamp.
    package let time: Instant
    /// How many bytes its value has; nil for a tombstone.
    package let size: Int?

    package init(offset: Int64, time: Instant, size: Int?) {
        self.offset = offset
        self.time = time
        self.size = size
    }

    /// What is committed of it.
    var words: String { "\(offset) \(time.microseconds) \(size ?? -1)" }

    /// The mark whose text is these words; nil where they are none.
    init?(_ words: some Collection<Substring>) {
        let numbers = words.compactMap { Int64($0) }
        guard words.count == 3, numbers.count == 3, numbers[0] >= 0, numbers[2] >= -1 else { return nil }
        self.init(
            offset: numbers[0], time: Instant(microseconds: numbers[1]), size: numbers[2] < 0 ? nil : Int(numbers[2]))
    }
}

/// How far a cell has come: what the group's committed offset says of it, with its metadata.
///
/// The text of the metadata is `journeyd 1 PARTITIONS CONTROLS`, and behind it that of a
/// `RecordMark` where the cell has taken a record.
package struct CellPlace: Sendable, Equatable {
    /// The offset of the next record of the input that is to be taken.
    package var offset: Int64
    /// How many control records stand before what comes next.
    package var controls: UInt64
    /// How many partitions the topic has.
    package let partitions: Int

    package init(offset: Int64, controls: UInt64, partitions: Int) {
        self.offset = offset
        self.controls = controls
        self.partitions = partitions
    }

    fileprivate static let name = "journeyd"
    fileprivate static let version = "1"

    /// What is committed beside the offset.
    /// - Parameter last: the last record that was taken.
    package func metadata(after last: RecordMark?) -> String {
        let words = "\(Self.name) \(Self.version) \(partitions) \(controls)"
        return last.map { "\(words) \($0.words)" } ?? words
    }
}

extension CommittedOffset {
    /// What a cell commits that has come to a place.
    package init(_ place: CellPlace, after last: RecordMark?) {
        self.init(offset: place.offset, metadata: place.metadata(after: last))
    }

    /// What it says of a cell; nil where another program committed it.
    package var cell: (place: CellPlace, last: RecordMark?)? {
        let words = metadata.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 4, words[0] == CellPlace.name, words[1] == CellPlace.version,
            let partitions = Int(words[2]), let controls = UInt64(words[3]), partitions > 0, offset >= 0
        else { return nil }
        let place = CellPlace(offset: offset, controls: controls, partitions: partitions)
        if words.count == 4 { return (place, nil) }
        return RecordMark(words[4...]).map { (place, $0) }
    }
}

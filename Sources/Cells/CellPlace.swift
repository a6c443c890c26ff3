/// How far a cell has come: what the group's committed offset says of it, with its metadata.
///
/// The text of the metadata is `journeyd 1 PARTITIONS CONTROLS`.
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

    private static let name = "journeyd"
    private static let version = "1"

    /// What is committed beside the offset.
    package var metadata: String { "\(Self.name) \(Self.version) \(partitions) \(controls)" }

    /// The place that an offset with its metadata says; nil where another program wrote that.
    package init?(offset: Int64, metadata: String) {
        let words = metadata.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 4, words[0] == Self.name, words[1] == Self.version, let partitions = Int(words[2]),
            let controls = UInt64(words[3]), partitions > 0, offset >= 0
        else { return nil }
        self.init(offset: offset, controls: controls, partitions: partitions)
    }
}

package import Storage

/// How long the files among the outputs are that hold all that follows from records before some position, and nothing that
/// follows from others. The payload of a `written` record: the number of files, then each one's name and length.
package struct OutputPlaces: Sendable, Equatable {
    /// Lengths in bytes, by the names by which the run writes the files.
    package private(set) var lengths: [String: UInt64]

    package init(_ lengths: [String: UInt64]) { self.lengths = lengths }

    /// The payload that says it.
    package var payload: ByteBlock {
        let block = ByteBlock(capacity: 64)
        block.append(word: UInt64(lengths.count))
        for (name, length) in lengths.sorted(by: { $0.key < $1.key }) {
            block.append(counted: Array(name.utf8))
            block.append(word: length)
        }
        return block
    }

    /// Reads a payload; nil where it is none.
    package init?(_ payload: View<UInt8>) {
        var reader = PayloadReader(payload)
        guard let count = reader.word() else { return nil }
        lengths = [:]
        for _ in 0..<count {
            guard let name = reader.text(), let length = reader.word() else { return nil }
            lengths[name] = length
        }
        guard reader.isAtEnd else { return nil }
    }

    /// What the journal says of the files at a snapshot's position; nil where it says nothing: then the snapshot was not
    /// finished.
    package init?(at position: UInt64, in disk: any Disk) throws(JournalFault) {
        let scan = try JournalScan(disk, from: position)
        while let record = try scan.next() {
            guard record.kind == .written, record.offset == position else { continue }
            if let places = OutputPlaces(record.payload.bytes) {
                self = places
                return
            }
        }
        return nil
    }
}

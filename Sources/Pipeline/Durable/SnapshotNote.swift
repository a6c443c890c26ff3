package import Events
package import Journal
package import Storage

/// Where a snapshot stands, and what must be known to go on from it besides the engine's own state.
package struct SnapshotNote: Sendable {
    /// The position of the first journal record whose effect is not in the snapshot.
    package let position: UInt64
    /// What the journal's records before that position say, the configuration included.
    package let context: JournalContext
    /// The longest line, in bytes, that was read; it stays as it was when the data directory was new.
    package let maxLine: Int
    package let shardCount: Int
    /// When it was taken, by the wall clock.
    package let taken: Instant

    package init(position: UInt64, context: JournalContext, maxLine: Int, shardCount: Int, taken: Instant) {
        self.position = position
        self.context = context
        self.maxLine = maxLine
        self.shardCount = shardCount
        self.taken = taken
    }

    /// The note as a section.
    package var part: ImageFile.Part {
        let image = StateImage()
        image.put(label: "note")
        image.put(position)
        image.put(maxLine)
        image.put(shardCount)
        image.put(taken)
        let payload = context.payload
        withExtendedLifetime(payload) { image.put(payload.bytes) }
        return ImageFile.Part(kind: EnginePart.note.rawValue, index: 0, image: image)
    }

    /// Reads the note of a snapshot that lies under the name of a position.
    package init(_ found: borrowing FoundImages, at position: UInt64) throws(StateFault) {
        guard found.layout == EnginePart.layout else {
            throw .unfit(
                "what is in it is laid out as version \(found.layout) does, and this journeyd knows version \(EnginePart.layout)"
            )
        }
        let reader = try found.reader(EnginePart.note.rawValue)
        try reader.expect(label: "note")
        self.position = try reader.word()
        guard self.position == position else { throw .unfit("it has the name of another") }
        maxLine = try reader.number()
        shardCount = try reader.number()
        taken = try reader.instant()
        let payload = try reader.bytes()
        guard maxLine > 0, (1...EnginePart.shardsMost).contains(shardCount),
            let context = View.of(payload, { JournalContext($0) }), context.configuration != nil
        else { throw .unfit("its note makes no sense") }
        self.context = context
    }
}

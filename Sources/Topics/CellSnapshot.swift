import Cells
import Events
import Journal
import Pipeline
import Storage

/// Where a snapshot of a cell stands, and what must be known to go on from it besides the engine's own state.
struct CellSnapshot {
    let place: CellPlace
    /// The offset in the control topic's partition from where on all control records stand that come behind the place.
    let controlOffset: Int64
    let maxLine: Int
    /// The configuration that is followed there, as control records have it.
    let configuration: [UInt8]

    private static let label = "cell"

    /// The note as a section.
    var part: ImageFile.Part {
        let image = StateImage()
        image.put(label: Self.label)
        image.put(UInt64(bitPattern: place.offset))
        image.put(place.controls)
        image.put(place.partitions)
        image.put(UInt64(bitPattern: controlOffset))
        image.put(maxLine)
        View.of(configuration) { image.put($0) }
        return ImageFile.Part(kind: EnginePart.note.rawValue, index: 0, image: image)
    }

    init(place: CellPlace, controlOffset: Int64, maxLine: Int, configuration: [UInt8]) {
        self.place = place
        self.controlOffset = controlOffset
        self.maxLine = maxLine
        self.configuration = configuration
    }

    /// Reads the note of a snapshot that lies under the name of an offset.
    init(_ found: borrowing FoundImages, at position: UInt64) throws(StateFault) {
        guard found.layout == EnginePart.layout else {
            throw .unfit(
                "what is in it is laid out as version \(found.layout) does, and this journeyd knows version \(EnginePart.layout)"
            )
        }
        let reader = try found.reader(EnginePart.note.rawValue)
        try reader.expect(label: Self.label)
        let offset = Int64(bitPattern: try reader.word())
        let controls = try reader.word()
        let partitions = try reader.number()
        controlOffset = Int64(bitPattern: try reader.word())
        maxLine = try reader.number()
        configuration = try reader.bytes()
        guard offset >= 0, UInt64(offset) == position, partitions > 0, controlOffset >= 0, maxLine > 0 else {
            throw .unfit("its note makes no sense")
        }
        place = CellPlace(offset: offset, controls: controls, partitions: partitions)
    }
}

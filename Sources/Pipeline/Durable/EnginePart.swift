import Decisions
import Events
import Journeys
import Storage

/// The parts of the engine in a snapshot, as its sections name them.
package enum EnginePart: UInt32, Sendable {
    /// The caller's own: where in its input the snapshot stands.
    case note = 1
    /// The numbers behind the names.
    case numbering = 2
    case sequencer = 3
    /// One for each shard.
    case shard = 4
    /// What was chosen and spent.
    case decisions = 5
    /// Rejected lines that are still to be written.
    case rejects = 6

    /// The version of what stands in the sections, with that of shards (`Shard.layout`) in its lower half. To be raised with
    /// every change of what any other of them means.
    package static let layout = 13 << 16 | UInt32(Shard.layout)
    /// More shards than any machine has cores only cost memory.
    package static let shardsMost = 256

    /// All parts, as sections.
    static func all(
        _ sequencer: StateImage, _ reports: [ShardReport], _ decisions: borrowing EngineMerge, _ rejects: RejectLog
    ) -> [ImageFile.Part] {
        var parts = [ImageFile.Part(kind: EnginePart.sequencer.rawValue, index: 0, image: sequencer)]
        func add(_ part: EnginePart, _ index: Int = 0, _ fill: (StateImage) -> Void) {
            let image = StateImage()
            fill(image)
            parts.append(ImageFile.Part(kind: part.rawValue, index: UInt32(index), image: image))
        }
        let numbering = Numbering(decisions.plan)
        add(.numbering) { numbering.add(to: $0) }
        for (index, report) in reports.enumerated() {
            guard case .image(let image) = report else { continue }
            parts.append(ImageFile.Part(kind: EnginePart.shard.rawValue, index: UInt32(index), image: image))
        }
        let choices = StateImage()
        decisions.add(to: choices)
        parts.append(ImageFile.Part(kind: EnginePart.decisions.rawValue, index: 0, image: choices))
        add(.rejects) { rejects.add(to: $0) }
        return parts
    }
}

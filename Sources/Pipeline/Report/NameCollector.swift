import Analytics
import Events
import Storage

/// Finds the names that batches have while they are near, right behind the scanner, so that each
/// shard looks through a batch for new names only where there are any. One for each scanner.
final class NameCollector {
    /// Names of one sort, and those among them that the batch at hand has.
    private final class Names {
        private var known = NumberedNames()
        private var memory = NameMemory()
        /// By number.
        private var seen: UInt64 = 0
        /// Whether there are numbers for all of them.
        private var isComplete = true

        func begin() { (seen, isComplete) = (0, true) }

        @inline(__always)
        func note(_ name: View<UInt8>) {
            let number = memory.number(of: name) { known.obtain($0) }
            if number < NumberedNames.other { seen |= 1 << UInt64(number) } else { isComplete = false }
        }

        var found: [[UInt8]]? {
            isComplete ? known.names.indices.filter { seen >> UInt64($0) & 1 == 1 }.map { known.names[$0] } : nil
        }
    }

    private let types: Names?
    private let channels = Names()

    init(_ settings: ReportSettings) { types = settings.catalogue == nil ? Names() : nil }

    /// Notes a batch's names with it, unless there are too many.
    func note(_ batch: EventBatch) {
        types?.begin()
        channels.begin()
        for index in 0..<batch.count {
            let row = batch.row(index)
            types?.note(batch.text(row.typeName))
            if !row.channel.isAbsent { channels.note(batch.text(row.channel)) }
        }
        let names = types?.found
        if let ways = channels.found, names != nil || types == nil {
            batch.names.set(BatchNames(types: names, channels: ways))
        }
    }
}

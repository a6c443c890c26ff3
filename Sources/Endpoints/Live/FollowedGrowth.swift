import Events
import Storage

/// One of the files that have, or had, a followed file's name, and how far it is read.
final class FollowedGrowth {
    /// What one read came to.
    enum Read {
        case lines(InputReader.Piece)
        /// Something, but no whole line.
        case some
        /// Nothing for now.
        case nothing
        /// It is not what was read before: it was emptied, and something else may have been written since.
        case emptied
    }

    private(set) var descriptor: Descriptor
    let identity: Descriptor.Identity?
    private var source: LineSource
    private var framer: Framer
    /// What makes lines of it where it is a table, and what that is read into.
    private let table: TableStream?
    private let raw = ByteBlock(capacity: 64)
    /// How many bytes have been read, passed over ones included.
    private(set) var offset: UInt64
    /// Where the framer's counting began; may wrap round.
    private var base: UInt64
    /// The last bytes that were read, or found to be the same as were read before.
    private var last: [UInt8] = []
    /// How large it was when last looked at.
    private(set) var sizeSeen: UInt64
    /// Whether nothing but NUL bytes has come so far.
    private var isLeading: Bool
    /// How many of those there were since they were last asked for.
    private var leadingCount: UInt64 = 0
    private var isFirst: Bool
    /// Whether its end was come to while there was one behind it.
    var isLingering = false
    /// Whether it is a copy of one that was emptied, so that nobody writes to it.
    private(set) var isCopy = false
    /// When something last came of it, by a clock that is never set.
    var lastGrowth = System.steadyClock
    /// When it had last been written to as it was last seen to have the name; what has it afterwards is written to later.
    var modified: Int64
    /// The number of its watch; negative where it has none.
    var watched: Int32 = -1

    private static let tablePieceSize = 128 << 10

    /// A file to be read from some place on. The first line of one that is a table is its header, wherever reading begins.
    init(
        _ descriptor: Descriptor, path: String, format: InputFormat, table settings: TableSettings?,
        from start: InputStart, lineLimit: Int
    ) {
        self.descriptor = descriptor
        identity = descriptor.identity
        table = settings.map { TableStream($0, lineLimit: lineLimit) }
        table?.begin(of: descriptor, upTo: start.offset)
        source = LineSource(
            path, linesBefore: start.linesBefore, file: identity,
            format: table?.header.map { format.ofRows(of: $0) } ?? format)
        framer = Framer(lineLimit: lineLimit)
        offset = start.offset
        base = start.offset
        sizeSeen = descriptor.size
        modified = descriptor.modified
        isLeading = start.offset == 0
        isFirst = start.offset == 0
        last = bytes(before: start.offset)
    }

    /// Where the last whole line ends, or row.
    private var end: UInt64 {
        guard let table else { return base &+ framer.completeCount }
        // Before its header has come it is begun anew by whoever reads on.
        return table.hasBegun ? offset - table.openCount : 0
    }

    /// The place up to which its lines are read.
    var place: FollowedPlace {
        let end = end
        let mark = bytes(before: end)
        return FollowedPlace(
            file: identity, start: InputStart(offset: end, linesBefore: source.lineCount),
            mark: View.of(mark) { PlaceMark(behind: $0) }, modified: modified)
    }

    /// How many bytes of an unfinished line have been read, and of what was there behind them.
    var lostCount: UInt64 {
        let end = end
        return max(sizeSeen, offset) > end ? max(sizeSeen, offset) - end : 0
    }

    var hasUnfinishedLine: Bool { offset > end }

    /// How many NUL bytes its beginning had, once they are over.
    func takeLeadingCount() -> UInt64 {
        guard !isLeading else { return 0 }
        defer { leadingCount = 0 }
        return leadingCount
    }

    /// Whether another file has what was read of this one.
    func isRead(in file: Descriptor) -> Bool {
        guard file.identity != identity, !last.isEmpty, file.size >= offset else { return false }
        let block = ByteBlock(capacity: last.count)
        let got = block.read(from: file.number, at: offset - UInt64(last.count), most: last.count)
        return got == last.count && View.of(last) { $0.holdsSameBytes(as: block.bytes) }
    }

    /// Goes on with a copy of it.
    func goOn(in copy: Descriptor) {
        descriptor = copy
        isCopy = true
    }

    private func bytes(before place: UInt64) -> [UInt8] {
        let count = Int(min(place, UInt64(PlaceMark.bytesMost)))
        let block = ByteBlock(capacity: count)
        let got = block.read(from: descriptor.number, at: place - UInt64(count), most: count)
        return got == count ? block.bytes.copied : []
    }

    /// Reads once. What was read before and what is new are looked at in the same call, so that one is known to follow the
    /// other.
    func read() throws(SystemError) -> Read {
        let block = room()
        let before = block.count
        let (got, isSame) = block.read(from: descriptor.number, at: offset, behind: last)
        if !isSame { return .emptied }
        if got < 0 {
            let error = SystemError(code: Int32(-got))
            if error.isPassing { return .nothing }
            throw error
        }
        if got == 0 {
            sizeSeen = offset
            // Of one that was read only in part so far nothing is known before its place.
            return last.isEmpty && descriptor.size < offset ? .emptied : .nothing
        }
        offset += UInt64(got)
        lastGrowth = System.steadyClock
        sizeSeen = max(offset, block.count == block.capacity ? descriptor.size : offset)
        note(block.bytes[before..<block.count])
        if isLeading { passOverNothing(in: block, from: before) }
        if let table {
            table.take(block.bytes, into: framer.room())
            nameHeader()
        }
        guard let whole = framer.whole() else { return .some }
        return .lines(piece(whole))
    }

    /// The block to read into, behind its content.
    private func room() -> ByteBlock {
        if table == nil { return framer.room() }
        raw.truncate(to: 0)
        raw.reserve(FollowedGrowth.tablePieceSize)
        return raw
    }

    /// Notes the header of a table, by which its rows have to be read. No line has come before.
    private func nameHeader() {
        guard source.format.table == nil, let header = table?.header else { return }
        source = LineSource(
            source.name, linesBefore: source.lineCount, file: identity, format: source.format.ofRows(of: header))
    }

    /// Keeps the last bytes that were read.
    private func note(_ new: View<UInt8>) {
        let kept = PlaceMark.bytesMost
        last.removeFirst(min(last.count, max(0, last.count + new.count - kept)))
        last.append(new[max(0, new.count - kept)..<new.count])
    }

    /// A writer that goes on at its place in a file that was emptied leaves NUL bytes at the beginning.
    private func passOverNothing(in block: ByteBlock, from start: Int) {
        var end = start
        while end < block.count, block.bytes[end] == 0 { end += 1 }
        let passed = UInt64(end - start)
        isLeading = end == block.count
        block.remove(start..<end)
        base &+= passed
        leadingCount += passed
        guard isLeading, let next = descriptor.nextData(from: offset), next > offset else { return }
        leadingCount += next - offset
        base &+= next - offset
        offset = next
        last = []
    }

    /// The last line, if it has no end: nothing more comes.
    func rest() -> InputReader.Piece? {
        guard let table else { return framer.rest().map { piece($0) } }
        table.end(into: framer.room())
        nameHeader()
        return framer.whole().map { piece($0) }
    }

    private func piece(_ block: ByteBlock) -> InputReader.Piece {
        defer { isFirst = false }
        return InputReader.Piece(
            block: block, arrival: .now, lines: .all(of: source, isFirst: isFirst), end: end)
    }
}

package import Endpoints
package import Events
package import Storage

/// A partition: what it takes, in order, and what follows from it.
///
/// A cell begins at a place at or before the one that is committed, and repeats, muted, what lies between: records of the
/// input and, each before the record that it stands before, the control records. From the committed place on it is live.
///
/// Invariant: all that was taken is in the machine but for `piece`, and `place` counts both.
package final class Cell {
    /// How many bytes of lines are gathered at most before they are handed on.
    private static let pieceMost = 256 << 10

    package let partition: Int
    package let machine: any CellMachine
    private let partitioner: Partitioner
    /// How far it has come, with all that it was handed.
    package private(set) var place: CellPlace
    /// The last record that was taken; nil where none was.
    package private(set) var last: RecordMark?
    /// The committed place, up to which it repeats.
    package let committed: CellPlace
    /// The control records up to there that are still to be repeated, in order.
    private var repeated: ArraySlice<ControlRecord>
    /// Whether what follows now is news.
    package private(set) var isLive = false
    /// Whether all that the partition has was taken when it was last looked at.
    package private(set) var isAtEnd = false
    /// How many records were tombstones.
    package private(set) var tombstones: UInt64 = 0
    /// The latest time that a record had, or to which a clock had come.
    package private(set) var latest = Instant.distantPast
    private var piece = ByteBlock(capacity: 4096)
    private var pieceFirst: Int64 = 0
    private var pieceCount = 0
    private var pieceTime = Instant(microseconds: 0)

    /// A cell at `place`, whose machine knows what lies before.
    /// - Parameters:
    ///   - committed: the place up to which it repeats.
    ///   - last: the last record before that place.
    ///   - repeated: the control records from the one on that comes next, up to that place.
    package init(
        partition: Int, machine: any CellMachine, partitioner: Partitioner, at place: CellPlace,
        upTo committed: CellPlace, after last: RecordMark?, repeating repeated: [ControlRecord]
    ) {
        self.partition = partition
        self.machine = machine
        self.partitioner = partitioner
        self.place = place
        self.committed = committed
        self.last = last
        self.repeated = repeated[...]
        if place == committed { isLive = true }
    }

    /// Takes the record at an offset; one that was taken already is passed over.
    package func take(offset: Int64, time: Instant, key: View<UInt8>?, value: View<UInt8>?) throws(CellFault) {
        guard offset >= place.offset else { return }
        if !isLive { try comeTo(offset) }
        isAtEnd = false
        latest = max(latest, time)
        defer { place.offset = offset + 1 }
        last = RecordMark(offset: offset, time: time, size: value?.count)
        guard let value else {
            tombstones += 1
            return
        }
        let found = key.map { partitioner.partition(of: $0, among: place.partitions) }
        guard found == partition else {
            handOn()
            append(value, offset, time)
            let record = CellPiece(block: piece, first: offset, lineCount: 1, arrival: time)
            clear()
            let detail =
                found.map {
                    "by \(partitioner.rawValue) its key belongs to partition \($0), and it stands in \(partition)"
                } ?? "it has no key, and the customer's id must be it"
            machine.rejectMisplaced(record, detail)
            return
        }
        let isNext = offset == pieceFirst + Int64(pieceCount) && time == pieceTime && piece.count < Self.pieceMost
        if pieceCount > 0, !isNext { handOn() }
        append(value, offset, time)
    }

    /// The partition's end lies at `offset`, for now.
    package func end(at offset: Int64) throws(CellFault) {
        if !isLive, offset >= place.offset { try comeTo(offset) }
        place.offset = max(place.offset, offset)
        isAtEnd = isLive
    }

    /// Lets time go on, where that changes anything: only at the end of the partition.
    /// - Returns: the control record that says so; nil where nothing happens.
    package func step(to now: Instant) -> ControlRecord? {
        guard isLive, isAtEnd else { return nil }
        handOn()
        guard machine.moves(at: now) else { return nil }
        machine.step(to: now)
        latest = max(latest, now)
        return note(.time(now))
    }

    /// Says how far the clock has come as the process ends, whether or not anything happens then: who takes the partition's
    /// records elsewhere goes by it.
    /// - Returns: the control record that says so; nil where the cell is not at the end of its partition.
    package func close(at now: Instant) -> ControlRecord? {
        guard isLive, isAtEnd else { return nil }
        handOn()
        machine.step(to: now)
        return note(.time(now))
    }

    /// Follows another configuration from here on.
    /// - Returns: the control record that says so.
    package func follow(_ configuration: [UInt8]) throws(CellFault) -> ControlRecord {
        precondition(isLive, "what is repeated has its own configurations")
        handOn()
        try machine.follow(configuration)
        return note(.configuration(configuration, partitions: place.partitions))
    }

    /// Has been granted so much in all for an account, from here on.
    /// - Returns: the control record that says so.
    package func grant(_ total: Int, for account: LeaseAccount) -> ControlRecord {
        precondition(isLive, "what is repeated has its own grants")
        handOn()
        machine.grant(total, for: account)
        return note(.grant(total, account))
    }

    /// The control record with which a cell begins of which nothing was committed.
    package func begin() -> ControlRecord {
        precondition(place.controls == 0 && isLive, "a cell begins once")
        return note(.configuration(machine.configuration, partitions: place.partitions))
    }

    /// What has followed; nothing while it repeats.
    package func takeOutput() -> CellOutput {
        handOn()
        let output = machine.takeOutput()
        return isLive ? output : CellOutput()
    }

    private func note(_ content: ControlRecord.Content) -> ControlRecord {
        let record = ControlRecord(number: place.controls, offset: place.offset, content: content)
        place.controls += 1
        return record
    }

    /// While it repeats: has the control records that stand before `offset` their effect, and is live once all that was
    /// committed is repeated.
    private func comeTo(_ offset: Int64) throws(CellFault) {
        let reached = min(offset, committed.offset)
        while let next = repeated.first, next.offset <= reached {
            handOn()
            place.offset = max(place.offset, next.offset)
            switch next.content {
            case .time(let time):
                latest = max(latest, time)
                machine.step(to: time)
            case .configuration(let configuration, _): try machine.follow(configuration)
            case .grant(let total, let account): machine.grant(total, for: account)
            }
            place.controls += 1
            repeated.removeFirst()
        }
        guard offset >= committed.offset else { return }
        handOn()
        _ = machine.takeOutput()
        _ = machine.takeWishes()
        place.offset = committed.offset
        guard place == committed else {
            throw CellFault(
                "partition \(partition): the control topic has \(place.controls) records up to offset \(place.offset), "
                    + "and \(committed.controls) were committed; bring it back, or begin with another group")
        }
        isLive = true
    }

    private func append(_ value: View<UInt8>, _ offset: Int64, _ time: Instant) {
        if pieceCount == 0 { (pieceFirst, pieceTime) = (offset, time) }
        piece.append(record: value)
        pieceCount += 1
    }

    private func handOn() {
        guard pieceCount > 0 else { return }
        machine.take(CellPiece(block: piece, first: pieceFirst, lineCount: pieceCount, arrival: pieceTime))
        clear()
        // What is repeated has been said.
        if !isLive { _ = machine.takeOutput() }
    }

    private func clear() {
        piece = ByteBlock(capacity: 4096)
        pieceCount = 0
    }
}

extension ByteBlock {
    /// Appends a record as one line. Where a line ends within it a tab stands: between values both are white space, and
    /// within a text neither may stand.
    package func append(record value: View<UInt8>) {
        let newline = UInt8(ascii: "\n")
        var rest = value
        while true {
            let end = rest.firstIndex(of: newline, from: 0)
            append(rest[0..<min(end, rest.count)])
            guard end < rest.count else { break }
            append(UInt8(ascii: "\t"))
            rest = rest[end + 1..<rest.count]
        }
        append(newline)
    }
}

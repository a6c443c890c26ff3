package import Events
import Storage
import Synchronization

/// Writes the journal: one task appends records, any other makes sure of what was appended.
///
/// - What `append` has returned from has been handed to the system: it outlasts the process, not the loss of power.
/// - What is before `durable` outlasts that too.
/// - After the first failure nothing is written and nothing becomes durable any more: every call fails alike. A failed
///   fsync in particular is never tried again as if the first had not been.
///
/// Appending holds the lock while it writes; making sure does not, so that the stream goes on meanwhile. Where somebody
/// makes sure of the journal again and again, nor does it wait for that at the end of a segment: the next one says then
/// that it was begun before the full one was durable. Otherwise, and where `unsureMost` full ones wait already, a full
/// segment is made sure of before the next is begun.
package final class JournalWriter: Sendable {
    /// How many full segments may have to be made sure of yet.
    private static let unsureMost = 2
    /// Of how many files that had one name the places are kept.
    private static let filesOfNameMost = 64

    private struct State {
        var file: (any DiskFile)?
        /// The full segments that are not durable yet, oldest first.
        var unsure: [any DiskFile] = []
        /// Whether the name of the current segment may not outlast the loss of power yet.
        var isNameUnsure = false
        /// Up to which position records say that the journal is durable, and those that are durable themselves.
        var claimed: UInt64
        var durableClaim: UInt64
        /// The position of the current segment's first record, and of the next record.
        var segment: UInt64
        var end: UInt64
        var durable: UInt64
        var context: JournalContext
        var fault: JournalFault?

        /// Where in the current segment the next record begins.
        var offset: UInt64 { UInt64(JournalFormat.segmentHeader) + end - segment }

        /// How many words of zero stand before the record's payload, if it is the next. What came live goes by way of
        /// the system's cache, which takes a burst faster than many a disk does.
        func lead(of record: JournalRecord) -> Int {
            record.isLive ? 0 : JournalFormat.lead(ofPayload: record.payload.count, at: offset)
        }
    }

    private let disk: any Disk
    package let settings: JournalSettings
    private let state: Mutex<State>
    /// Held by whoever makes sure of something, so that two do not get in each other's way.
    private let turn = Mutex(())

    /// A writer that goes on where a journal ended.
    package init(_ disk: any Disk, after opening: JournalOpening, settings: JournalSettings) throws(JournalFault) {
        self.disk = disk
        self.settings = settings
        try JournalWriter.secure(disk, after: opening)
        let file = try opening.last.map { last throws(JournalFault) in
            try disk.open(JournalFormat.name(first: last.first), forReading: false)
        }
        state = Mutex(
            State(
                file: file, claimed: opening.durable, durableClaim: opening.durable,
                segment: opening.last?.first ?? opening.end, end: opening.end, durable: opening.end,
                context: opening.context))
    }

    /// Makes sure of what an earlier process wrote and may not have made sure of. It is written once more: where an fsync
    /// failed then, the system takes it for done, and would say so now.
    private static func secure(_ disk: any Disk, after opening: JournalOpening) throws(JournalFault) {
        for first in try JournalScan.segments(of: disk) {
            let isLast = first == opening.last?.first
            let file = try disk.open(JournalFormat.name(first: first), forReading: false)
            let length = isLast ? opening.last?.length ?? 0 : file.size
            let held = length - min(length, UInt64(JournalFormat.segmentHeader))
            guard first + held > opening.durable || isLast else { continue }
            let known = opening.durable > first ? opening.durable - first + UInt64(JournalFormat.segmentHeader) : 0
            var offset = min(known, length)
            while offset < length {
                let block = ByteBlock(capacity: 1 << 20)
                let most = Int(min(length - offset, 1 << 20))
                if try file.read(into: block, at: offset, most: most) == 0 { break }
                try write(block, ByteBlock(capacity: 0), 0, to: file, at: offset)
                offset += UInt64(block.count)
            }
            try file.synchronize()
        }
        try disk.synchronizeNames()
    }

    /// The position of the next record.
    package var end: UInt64 { state.withLock { $0.end } }

    /// Up to which position the journal outlasts the loss of power.
    package var durable: UInt64 { state.withLock { $0.durable } }

    /// What is known by now.
    package var context: JournalContext { state.withLock { $0.context } }

    /// The position of the next record, and what is known there.
    package var place: (end: UInt64, context: JournalContext) { state.withLock { ($0.end, $0.context) } }

    /// Writes a record behind those before it.
    /// - Returns: the position behind it.
    @discardableResult
    package func append(_ record: JournalRecord) throws(JournalFault) -> UInt64 { try append { _ in record } }

    /// Forgets the sources that cannot be read on from a place, such as connections, and those that had a followed file's
    /// name long ago, and gives the others new numbers, so that their table does not grow for ever.
    package func forgetSources() throws(JournalFault) {
        try append { context in
            var context = context
            var counts: [ByteName: Int] = [:]
            context.sources = Array(
                context.sources.reversed().filter { source in
                    if source.offset == 0 { return false }
                    if source.file != nil { counts[ByteName(source.name), default: 0] += 1 }
                    return counts[ByteName(source.name), default: 0] <= JournalWriter.filesOfNameMost
                }.reversed())
            return JournalRecord(.context, payload: context.payload)
        }
    }

    /// Writes down what is known by now, so that nobody has to make it out of the records before.
    /// - Returns: the journal's position behind that.
    package func noteContext() throws(JournalFault) -> UInt64 {
        try append { JournalRecord(.context, payload: $0.payload) }
    }

    @discardableResult
    private func append(_ make: (JournalContext) -> JournalRecord) throws(JournalFault) -> UInt64 {
        while true {
            let end = try change { state throws(JournalFault) in
                try append(make(state.context), to: &state) ? state.end : nil
            }
            if let end { return end }
            try synchronize()
        }
    }

    /// Writes a record, in a new segment where the current one is full.
    /// - Returns: whether it did: nothing is done where something is to be made sure of first.
    private func append(_ record: JournalRecord, to state: inout State) throws(JournalFault) -> Bool {
        let held = state.end - state.segment
        let size = UInt64(JournalFormat.size(payload: record.payload.count, lead: state.lead(of: record)))
        if state.file == nil || held > 0 && held + size > settings.segment {
            let unsureMost = settings.fsync == .interval ? JournalWriter.unsureMost : 0
            let isUnsure = state.durable < state.end
            guard state.unsure.count + (isUnsure ? 1 : 0) <= unsureMost else { return false }
            if isUnsure, let file = state.file { state.unsure.append(file) }
            try begin(&state)
        }
        try write(record, &state)
        precondition(state.context.follow(record), "a record that does not follow from those before it")
        return true
    }

    /// Makes sure of everything that was appended before the call.
    /// - Returns: up to which position the journal is durable now.
    @discardableResult
    package func synchronize() throws(JournalFault) -> UInt64 {
        try turn.withLock { _ throws(JournalFault) in try makeSure() }
    }

    private func makeSure() throws(JournalFault) -> UInt64 {
        let due = try change { state throws(JournalFault) in
            let files = state.unsure + (state.file.map { [$0] } ?? [])
            return (
                files: state.durable < state.end ? files : [], full: state.unsure.count,
                isNameUnsure: state.isNameUnsure,
                end: state.end, claimed: state.claimed
            )
        }
        if due.files.isEmpty { return due.end }
        var fault: JournalFault?
        do throws(JournalFault) {
            for file in due.files { try file.synchronize() }
            if due.isNameUnsure { try disk.synchronizeNames() }
        } catch {
            fault = error
        }
        return try change { state throws(JournalFault) in
            if let fault { throw fault }
            // Whether another segment was begun meanwhile shows in the number of those that wait now.
            if state.unsure.count == due.full { state.isNameUnsure = false }
            state.unsure.removeFirst(due.full)
            state.durable = due.end
            state.durableClaim = due.claimed
            return due.end
        }
    }

    /// Removes the oldest segments, as far as nothing from `needed` on is in them, and the settings do not keep them.
    /// - Returns: how many were removed.
    @discardableResult
    package func retain(from needed: UInt64, now: Instant) throws(JournalFault) -> Int {
        let (end, claim) = state.withLock { ($0.end, $0.durableClaim) }
        let segments = try JournalScan.segments(of: disk)
        var removed = 0
        for (index, first) in segments.enumerated().dropLast() {
            // What is the oldest then must be known to follow from nothing that was lost.
            guard segments[index + 1] <= needed, segments[index + 1] < claim else { break }
            let isTooMuch = settings.keepSize.map { end - segments[index + 1] >= $0 } ?? false
            // A segment is as old as the next one's beginning: that is when its last record came.
            let made = isTooMuch ? nil : try JournalScan.made(of: disk, segments[index + 1])
            let isTooOld = settings.keepAge.flatMap { age in made.map { $0.advanced(by: age) < now } } ?? false
            guard isTooMuch || isTooOld else { break }
            // One after the other, so that none is missing between two others, whenever the power is lost.
            try disk.remove(JournalFormat.name(first: first))
            try disk.synchronizeNames()
            removed += 1
        }
        return removed
    }

    /// Runs a change under the lock; its failure is the last thing that happens to the journal.
    private func change<Value: Sendable>(_ body: (inout State) throws(JournalFault) -> Value) throws(JournalFault)
        -> Value
    {
        try state.withLock { state throws(JournalFault) in
            if let fault = state.fault { throw fault }
            do throws(JournalFault) {
                return try body(&state)
            } catch {
                state.fault = error
                throw error
            }
        }
    }

    private func begin(_ state: inout State) throws(JournalFault) {
        let file = try disk.make(JournalFormat.name(first: state.end))
        let header = JournalFormat.segmentHeader(
            first: state.end, followsDurable: state.durable == state.end, made: Instant.now)
        try JournalWriter.write(header, ByteBlock(capacity: 0), 0, to: file, at: 0)
        state.isNameUnsure = true
        state.file = file
        state.segment = state.end
        try write(JournalRecord(.context, payload: state.context.payload), &state)
    }

    private func write(_ record: JournalRecord, _ state: inout State) throws(JournalFault) {
        guard let file = state.file else { return }
        var record = record
        record.lead = state.lead(of: record)
        let header = ByteBlock(capacity: JournalFormat.recordHeader + record.lead * 8)
        JournalFormat.append(header: record, position: state.end, durable: state.durable, to: header)
        let padded = JournalFormat.padded(record.payload.count)
        try JournalWriter.write(header, record.payload, padded, to: file, at: state.offset)
        state.end += UInt64(header.count + padded)
        state.claimed = state.durable
    }

    /// Writes all of two blocks, however many calls that takes.
    private static func write(
        _ head: ByteBlock, _ body: ByteBlock, _ bodyCount: Int, to file: any DiskFile, at offset: UInt64
    )
        throws(JournalFault)
    {
        var done = 0
        while done < head.count + bodyCount {
            done += try file.write(head, body, bodyCount: bodyCount, from: done, at: offset + UInt64(done))
        }
    }
}

extension Instant {
    /// The wall clock.
    static var now: Instant { Instant(microseconds: System.wallClock) }
}

extension JournalScan {
    /// When a segment was made; nil where its header is not valid.
    static func made(of disk: any Disk, _ first: UInt64) throws(JournalFault) -> Instant? {
        let file = try disk.open(JournalFormat.name(first: first), forReading: true)
        let block = ByteBlock(capacity: JournalFormat.segmentHeader)
        while block.count < JournalFormat.segmentHeader {
            let most = JournalFormat.segmentHeader - block.count
            if try file.read(into: block, at: UInt64(block.count), most: most) == 0 { return nil }
        }
        return JournalFormat.SegmentHeader(block.bytes).map(\.made)
    }
}

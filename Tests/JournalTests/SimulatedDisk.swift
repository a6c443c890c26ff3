import Journal
import Storage
import Synchronization
import TestSupport

/// A disk in memory that does what disks do at their worst.
///
/// What was written is seen by every reader at once, and outlasts the loss of power only where it was made sure of. Of the
/// rest any sectors may be there, in any choice, and the file may have any length in between. Names are no better. Writes
/// may be short. A failed fsync takes what it should have made sure of for done, as kernels do: it is still seen, says
/// nothing the next time, and does not outlast the loss of power unless it is written again.
final class SimulatedDisk: Disk {
    static let sector = 64

    /// What an operation may do instead of succeeding.
    enum Mishap: CaseIterable { case noSpace, writeFails, fsyncFails }

    final class Content: Sendable {
        struct State {
            var seen: [UInt8] = []
            var durable: [UInt8] = []
            /// The sectors that the next fsync makes sure of.
            var dirty: Set<Int> = []
        }

        let state = Mutex(State())
    }

    private struct State {
        var chance: SeededNumbers
        var seen: [String: Content] = [:]
        var durable: [String: Content] = [:]
        /// How many operations there are until the next mishap.
        var countdown = Int.max
        var mishap = Mishap.noSpace
        var hasFailed = false
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(chance: SeededNumbers(seed: seed))) }

    /// Has an operation fail, so many operations from now.
    func arrange(_ mishap: Mishap?, after operations: Int) {
        state.withLock { state in
            state.countdown = mishap == nil ? .max : operations
            state.mishap = mishap ?? .noSpace
            state.hasFailed = false
        }
    }

    /// Whether what was arranged has happened.
    var hasFailed: Bool { state.withLock { $0.hasFailed } }

    /// Takes the power away, and brings it back.
    func losePower() {
        state.withLock { state in
            for name in Set(state.seen.keys).union(state.durable.keys) where state.seen[name] !== state.durable[name] {
                if state.chance.isTrue(of: 2) { state.durable[name] = state.seen[name] }
            }
            for content in state.durable.values { SimulatedDisk.lose(content, &state.chance) }
            state.seen = state.durable
        }
    }

    private static func lose(_ content: Content, _ chance: inout SeededNumbers) {
        content.state.withLock { file in
            let lengths = [file.seen.count, file.durable.count].sorted()
            let length = Int.random(in: lengths[0]...lengths[1], using: &chance)
            var left = [UInt8](repeating: 0, count: length)
            for start in stride(from: 0, to: length, by: sector) {
                let isWritten = file.dirty.contains(start / sector) && chance.isTrue(of: 2)
                let source = isWritten ? file.seen : file.durable
                let end = max(start, min(start + sector, length, source.count))
                for index in start..<end { left[index] = source[index] }
            }
            file = Content.State(seen: left, durable: left)
        }
    }

    /// Changes a byte of a file where it lies.
    func spoil(_ name: String, at offset: Int) {
        state.withLock { state in
            state.seen[name]?.state.withLock { file in
                file.seen[offset] ^= 0x40
                file.durable = file.seen
            }
        }
    }

    func content(of name: String) -> [UInt8] { state.withLock { $0.seen[name]?.state.withLock { $0.seen } } ?? [] }

    // MARK: Disk

    func names() throws(JournalFault) -> [String] { state.withLock { $0.seen.keys.sorted() } }

    func make(_ name: String) throws(JournalFault) -> any DiskFile {
        if step([.noSpace]) != nil { throw JournalFault("making it", name, .noSpace) }
        let content = Content()
        state.withLock { state in
            precondition(state.seen[name] == nil, "made twice")
            state.seen[name] = content
        }
        return SimulatedFile(disk: self, name: name, content: content)
    }

    func open(_ name: String, forReading: Bool) throws(JournalFault) -> any DiskFile {
        guard let content = state.withLock({ $0.seen[name] }) else {
            throw JournalFault("opening", name, .noSuchFile)
        }
        return SimulatedFile(disk: self, name: name, content: content)
    }

    func remove(_ name: String) throws(JournalFault) { state.withLock { $0.seen[name] = nil } }

    func synchronizeNames() throws(JournalFault) {
        if step([.fsyncFails]) != nil { throw JournalFault("fsync", "the folder", .device) }
        state.withLock { $0.durable = $0.seen }
    }

    /// Counts an operation; the mishap that it meets, where it is one of `possible`.
    fileprivate func step(_ possible: [Mishap]) -> Mishap? {
        state.withLock { state in
            if state.countdown != .max { state.countdown = max(0, state.countdown - 1) }
            guard state.countdown == 0, possible.contains(state.mishap) else { return nil }
            state.countdown = .max
            state.hasFailed = true
            return state.mishap
        }
    }

    /// How much of a write is done at once.
    fileprivate func part(of count: Int) -> Int {
        state.withLock { state in
            count > 1 && state.chance.isTrue(of: 4) ? Int.random(in: 1..<count, using: &state.chance) : count
        }
    }
}

private struct SimulatedFile: DiskFile {
    let disk: SimulatedDisk
    let name: String
    let content: SimulatedDisk.Content

    var size: UInt64 { content.state.withLock { UInt64($0.seen.count) } }

    func write(_ head: ByteBlock, _ body: ByteBlock, bodyCount: Int, from start: Int, at offset: UInt64)
        throws(JournalFault) -> Int
    {
        var bytes = head.bytes.copied + body.padded[0..<bodyCount].copied
        bytes.removeFirst(start)
        let mishap = disk.step([.noSpace, .writeFails])
        // A full disk takes what still fits; the next write finds no room.
        let count = disk.part(of: bytes.count)
        if mishap == .writeFails { throw JournalFault("writing", name, .device) }
        content.state.withLock { file in
            let end = Int(offset) + count
            if file.seen.count < end { file.seen += [UInt8](repeating: 0, count: end - file.seen.count) }
            file.seen.replaceSubrange(Int(offset)..<end, with: bytes.prefix(count))
            if count > 0 { file.dirty.formUnion(Int(offset) / SimulatedDisk.sector...(end - 1) / SimulatedDisk.sector) }
        }
        if mishap == .noSpace { throw JournalFault("writing", name, .noSpace) }
        return count
    }

    func read(into block: ByteBlock, at offset: UInt64, most: Int) throws(JournalFault) -> Int {
        let bytes = content.state.withLock { file in
            Int(offset) < file.seen.count ? Array(file.seen[Int(offset)...].prefix(most)) : []
        }
        block.append(bytes)
        return bytes.count
    }

    func truncate(to length: UInt64) throws(JournalFault) {
        content.state.withLock { file in file.seen = Array(file.seen.prefix(Int(length))) }
    }

    func synchronize() throws(JournalFault) {
        let fails = disk.step([.fsyncFails]) != nil
        content.state.withLock { file in
            let dirty = file.dirty
            file.dirty = []
            if fails { return }
            let missing = file.seen.count - file.durable.count
            if missing > 0 { file.durable += [UInt8](repeating: 0, count: missing) }
            if missing < 0 { file.durable.removeLast(-missing) }
            for sector in dirty {
                let start = sector * SimulatedDisk.sector
                for index in start..<max(start, min(start + SimulatedDisk.sector, file.seen.count)) {
                    file.durable[index] = file.seen[index]
                }
            }
        }
        if fails { throw JournalFault("fsync", name, .device) }
    }
}

import Storage

/// Lines that wait in memory, and do not outlast the run. Places count lines.
final class MemoryStore: LineStore {
    /// What a line takes beside its bytes.
    private static let overhead = 64

    private let limit: Int
    /// The lines from `front` on, behind `gone` empty ones.
    private var lines: [[UInt8]] = []
    private var gone = 0
    private(set) var byteCount = 0
    private(set) var front: UInt64 = 0

    init(limit: Int) { self.limit = limit }

    var lineCount: Int { lines.count - gone }

    func add(_ added: [View<UInt8>], from start: Int) -> Int {
        var index = start
        while index < added.count {
            let size = added[index].count + MemoryStore.overhead
            if byteCount + size > limit { break }
            lines.append(added[index].copied)
            byteCount += size
            index += 1
        }
        return index
    }

    func dropOldest() -> Int? {
        if lineCount == 0 { return nil }
        removeFirst(1)
        return 1
    }

    func parcel(from place: UInt64, mostLines: Int, mostBytes: Int) -> Parcel? {
        var bytes: [UInt8] = []
        var parts: [Parcel.Line] = []
        var next = max(place, front)
        while next < front + UInt64(lineCount), parts.count < mostLines, parts.isEmpty || bytes.count < mostBytes {
            let start = bytes.count
            bytes += lines[gone + Int(next - front)]
            next += 1
            parts.append(Parcel.Line(start: start, end: bytes.count, next: next))
        }
        return parts.isEmpty ? nil : Parcel(bytes: bytes, lines: parts)
    }

    func release(before place: UInt64) {
        if place > front { removeFirst(min(Int(place - front), lineCount)) }
    }

    func takeDamage() -> Int { 0 }

    func settle() {}

    private func removeFirst(_ count: Int) {
        for index in gone..<gone + count {
            byteCount -= lines[index].count + MemoryStore.overhead
            lines[index] = []
        }
        gone += count
        front += UInt64(count)
        // Moving the rest forward is paid for by the lines that have gone.
        if gone > 1024, gone * 2 > lines.count {
            lines.removeFirst(gone)
            gone = 0
        }
    }
}

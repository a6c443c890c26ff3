/// Memory for values that live no longer than one piece of work: text put together by an expression, a list it made.
///
/// Allocation moves a mark; `reset` moves it back. Chunks never move, so views stay valid until the reset.
/// At most `limit` bytes are handed out between two resets; beyond that, allocation answers nil and the caller reports
/// a failed evaluation, so hostile input cannot take more memory than that.
@safe
public struct Scratch: ~Copyable {
    @safe private struct Chunk {
        let base: UnsafeMutableRawPointer
        let size: Int
    }

    /// The most bytes handed out between two resets.
    public let limit: Int
    /// Bytes handed out since the last reset.
    public internal(set) var used = 0
    private var chunks: [Chunk] = []
    private var current = 0
    private var offset = 0

    /// Scratch memory that hands out at most `limit` bytes between two resets.
    public init(limit: Int = 16 << 20) {
        self.limit = limit
    }

    deinit {
        for chunk in chunks { unsafe chunk.base.deallocate() }
    }

    /// Takes all memory back. Views made since the last reset must no longer be used. Keeps one chunk for the next work.
    @inlinable @inline(__always)
    public mutating func reset() {
        if used != 0 { takeBack() }
    }

    @usableFromInline
    mutating func takeBack() {
        used = 0
        offset = 0
        current = 0
        while chunks.count > 1 {
            unsafe chunks.removeLast().base.deallocate()
        }
    }

    /// A copy of `source` that lives until the next reset, or nil beyond the limit.
    public mutating func copy<Element: BitwiseCopyable>(_ source: borrowing [Element]) -> View<Element>? {
        unsafe make(count: source.count) { buffer in
            for index in 0..<source.count { unsafe buffer[index] = source[index] }
            return source.count
        }
    }

    /// Room for `count` elements that `fill` writes; it returns how many of them it used. Nil beyond the limit.
    public mutating func make<Element: BitwiseCopyable>(
        count: Int, _ fill: (UnsafeMutablePointer<Element>) -> Int
    ) -> View<Element>? {
        if count == 0 { return View() }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard !overflow, let raw = unsafe take(bytes) else { return nil }
        let typed = unsafe raw.bindMemory(to: Element.self, capacity: count)
        let written = unsafe fill(typed)
        precondition(written <= count)
        return unsafe View(base: UnsafePointer(typed), count: written)
    }

    private mutating func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let size = (bytes + 15) & ~15
        guard size >= bytes, used + size <= limit else { return nil }
        used += size
        while true {
            if current < chunks.count {
                let chunk = chunks[current]
                if offset + size <= chunk.size {
                    defer { offset += size }
                    return unsafe chunk.base + offset
                }
                current += 1
                offset = 0
            } else {
                let room = max(size, 64 << 10)
                unsafe chunks.append(Chunk(base: .allocate(byteCount: room, alignment: 16), size: room))
                current = chunks.count - 1
                offset = 0
            }
        }
    }
}

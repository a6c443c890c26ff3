import Glibc

/// An arena's image: the number of its chunks, where its fresh words lie, how many words are in use, the heads of its
/// lists of freed blocks; then how many words follow, and these. Words behind them were never handed out, and are zero.
extension Arena {
    /// Puts the arena into an image, without what stood in freed blocks.
    public func add(to image: StateImage) {
        clearFreed()
        let state = unsafe counters.pointee
        let isNewestLast = state.freshEnd == state.chunks << Arena.chunkShift
        let used = isNewestLast ? min(state.fresh, state.freshEnd) : state.chunks << Arena.chunkShift
        for number in [state.chunks, state.fresh, state.freshEnd, state.wordsInUse] { image.put(number) }
        for index in 0..<Arena.classLimit { image.put(unsafe UInt64(freeLists[index])) }
        image.put(used)
        for chunk in 0..<state.chunks {
            guard let base = unsafe chunks[chunk] else { continue }
            let words = min(Arena.chunkWords, used - chunk << Arena.chunkShift)
            if words > 0 { unsafe image.add(UnsafeRawPointer(base), count: words * 8) }
        }
    }

    /// Overwrites what stood in freed blocks with zeros, but for what links them.
    /// Cost: a pass over the freed blocks.
    func clearFreed() {
        for sizeClass in 0..<Arena.classLimit {
            let power = 1 << (sizeClass / 2)
            let capacity = sizeClass % 2 == 0 ? power : power / 2 * 3
            var handle = unsafe freeLists[sizeClass]
            while handle != 0 {
                let start = Arena.word(handle)
                handle = UInt32(truncatingIfNeeded: self[start])
                unsafe (place(of: start) + 1).update(repeating: 0, count: capacity - 1)
            }
        }
    }

    /// Makes this arena, which must never have been used, what an image says. All handles mean what they meant.
    public func restore(from reader: StateReader) throws(StateFault) {
        precondition(unsafe counters.pointee.chunks == 0, "only an unused arena takes in an image")
        var state = Counters()
        state.hashKey = hashKey
        state.chunks = try reader.number()
        state.fresh = try reader.number()
        state.freshEnd = try reader.number()
        state.wordsInUse = try reader.number()
        for index in 0..<Arena.classLimit { unsafe freeLists[index] = UInt32(truncatingIfNeeded: try reader.word()) }
        let used = try reader.count(of: 8)
        guard state.chunks >= 0, state.chunks <= Arena.chunkLimit, used <= state.chunks << Arena.chunkShift,
            used >= (state.chunks - 1) << Arena.chunkShift, state.fresh <= max(2, state.freshEnd),
            state.freshEnd <= state.chunks << Arena.chunkShift
        else { throw .unfit("an arena's numbers do not fit each other") }
        if state.chunks == 0 { return }
        // All in one run, so that a block of several chunks finds them next to each other again.
        guard let raw = unsafe calloc(state.chunks << Arena.chunkShift, 8) else {
            throw .unreadable("there is not enough memory for the state")
        }
        let base = unsafe raw.bindMemory(to: UInt64.self, capacity: state.chunks << Arena.chunkShift)
        for index in 0..<state.chunks { unsafe chunks[index] = base + index << Arena.chunkShift }
        unsafe counters.pointee = state
        try unsafe reader.read(into: raw, count: used * 8)
    }
}

import Glibc
import Synchronization

/// An arena's image: where its fresh words lie, how many words are in use, its owner's count, the heads of its lists of freed
/// blocks; the numbers of its chunks; then how many words follow, and these, chunk by chunk. Words behind the fresh ones of
/// the newest chunk were never handed out, and are zero.
///
/// Of arenas of one space all are put into images together, and read back together: one's blocks may lie in another's
/// chunks.
extension Arena {
    /// Puts the arena into an image, without what stood in freed blocks.
    public func add(to image: StateImage) {
        clearFreed()
        let state = unsafe counters.pointee
        for number in [state.fresh, state.freshEnd, state.wordsInUse, state.tally] { image.put(number) }
        for index in 0..<Arena.classLimit { image.put(unsafe UInt64(freeLists[index])) }
        image.put(state.owned)
        image.put(state.owned.reduce(0) { $0 + Arena.used(ofChunk: $1, state) })
        for chunk in state.owned {
            guard let base = unsafe chunks[chunk] else { continue }
            unsafe image.add(UnsafeRawPointer(base), count: Arena.used(ofChunk: chunk, state) * 8)
        }
    }

    /// How many words of a chunk may have been handed out.
    private static func used(ofChunk chunk: Int, _ state: Counters) -> Int {
        let isNewest = state.freshEnd == (chunk + 1) << chunkShift
        return isNewest ? min(state.fresh, state.freshEnd) - chunk << chunkShift : chunkWords
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

    /// Makes this arena, which must never have been used, what an image says. All handles mean what
    /// they meant. Nothing may use the space meanwhile.
    public func restore(from reader: StateReader) throws(StateFault) {
        precondition(unsafe counters.pointee.owned.isEmpty, "only an unused arena takes in an image")
        var state = unsafe counters.pointee
        state.fresh = try reader.number()
        state.freshEnd = try reader.number()
        state.wordsInUse = try reader.number()
        state.tally = try reader.number()
        for index in 0..<Arena.classLimit { unsafe freeLists[index] = UInt32(truncatingIfNeeded: try reader.word()) }
        state.owned = try reader.numbers()
        let used = try reader.count(of: 8)
        let isFit =
            zip(state.owned, state.owned.dropFirst()).allSatisfy { $0 < $1 }
            && state.owned.first ?? 0 >= 0 && state.owned.last ?? 0 < Arena.chunkLimit
            && state.fresh >= 2 && state.fresh <= max(2, state.freshEnd)
            && state.freshEnd - state.fresh <= Arena.chunkWords
            && (state.freshEnd == 0 || state.owned.contains { ($0 + 1) << Arena.chunkShift == state.freshEnd })
        guard isFit, used == state.owned.reduce(0, { $0 + Arena.used(ofChunk: $1, state) }) else {
            throw .unfit("an arena's numbers do not fit each other")
        }
        guard let last = state.owned.last else { return }
        for chunk in state.owned where unsafe chunks[chunk] != nil {
            throw .unfit("two arenas have one chunk")
        }
        let count = unsafe chunkCount.pointee.load(ordering: .relaxed)
        unsafe chunkCount.pointee.store(max(count, last + 1), ordering: .relaxed)
        unsafe counters.pointee = state
        // Neighbours in one run, so that a block of several chunks finds them next to each other again.
        var index = 0
        while index < state.owned.count {
            var end = index + 1
            while end < state.owned.count, state.owned[end] == state.owned[end - 1] + 1,
                state.owned[end] != reach >> Arena.chunkShift
            { end += 1 }
            let first = state.owned[index]
            guard let base = unsafe makeChunks(first..<first + end - index) else {
                throw .unreadable("there is not enough memory for the state")
            }
            for chunk in index..<end {
                let place = unsafe base + (chunk - index) << Arena.chunkShift
                let words = Arena.used(ofChunk: state.owned[chunk], state)
                try unsafe reader.read(into: UnsafeMutableRawPointer(place), count: words * 8)
            }
            index = end
        }
    }
}

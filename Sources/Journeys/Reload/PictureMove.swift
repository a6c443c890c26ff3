import Storage

/// What becomes of the customers' scores and segments.
struct PictureMove {
    private let map: StateMap
    private let arena: Arena
    private let oldScores: Int
    private let oldSegments: Int
    private let scores: Int
    private let segments: Int
    /// Whether scores or segments are to be decided anew at each customer's next event.
    private let isStale: Bool
    /// Whether the blocks must be touched at all.
    let changes: Bool

    init(_ map: StateMap, from old: borrowing Shard, to new: borrowing Shard) {
        self.map = map
        arena = new.context.scope.arena
        (oldScores, oldSegments) = (old.picture.scoreCount, old.picture.itemCount - old.picture.scoreCount)
        (scores, segments) = (new.picture.scoreCount, new.picture.itemCount - new.picture.scoreCount)
        var before: Set<Int> = []
        for (index, target) in (map.scores + map.segments.map { $0.map { $0 + new.picture.scoreCount } }).enumerated() {
            if let target, old.plan.use.items[index] { before.insert(target) }
        }
        isStale = new.plan.use.items.indices.contains { new.plan.use.items[$0] && !before.contains($0) }
        let isSame = map.scores == Array(0..<scores) && map.segments == Array(0..<segments)
        changes = isStale || !isSame || old.picture.hasItems != new.picture.hasItems
    }

    /// Moves a customer's block, or frees it; false where there is none any more.
    func move(_ cell: Int, _ dropped: inout Dropped, keeps: Bool) -> Bool {
        let handle = UInt32(truncatingIfNeeded: arena[cell])
        let old = PictureState(arena: arena, base: Arena.word(handle), scoreCount: oldScores)
        for (score, target) in map.scores.enumerated() where target == nil && old.isPresent(score) {
            dropped.scores[score] += 1
        }
        for (segment, target) in map.segments.enumerated() where target == nil && old.isIn(segment) {
            dropped.segments[segment] += 1
        }
        if keeps {
            let block = arena.allocate(PictureState.words(scores: scores, segments: segments))
            let new = PictureState(arena: arena, base: Arena.word(block), scoreCount: scores)
            new.begin()
            for (score, target) in map.scores.enumerated() {
                guard let target else { continue }
                new.setValue(target, old.lastValue(score))
                new.setPresent(target, old.isPresent(score))
            }
            for (segment, target) in map.segments.enumerated() {
                guard let target else { continue }
                new.setIn(target, old.isIn(segment))
            }
            new.isStale = isStale || old.isStale
            arena[cell] = UInt64(block)
        }
        arena.free(handle, words: PictureState.words(scores: oldScores, segments: oldSegments))
        return keeps
    }
}

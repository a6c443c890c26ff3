import Events
import Storage

/// The events that a partial match has bound, the last one first: links in the arena, of which matches that began alike
/// share those that they have in common.
///
/// A link is four words: 0 how many hold it (low half) and how many events the chain has (high half); 1 its event (low
/// half) and the link before (high half); 2 its step (low half), the rest free for who builds on it (`Strands`); 3 the
/// number of its event in the order in which the shard took events. A link holds its event and the link before.
struct Chain {
    static let words = 4

    let arena: Arena

    /// A new link, held once.
    /// - Parameter takesHold: whether it takes over a hold on the link before it.
    func make(
        event: UInt32, step: StepNumber, number: UInt64, behind parent: UInt32, takesHold: Bool = false
    ) -> UInt32 {
        let link = arena.allocateUncleared(Chain.words)
        let base = Arena.word(link)
        StoredEvent.retain(event, in: arena)
        if parent != 0, !takesHold { retain(parent) }
        let length = parent == 0 ? 1 : count(parent) + 1
        arena[base] = 1 | UInt64(length) << 32
        arena[base + 1] = UInt64(event) | UInt64(parent) << 32
        arena[base + 2] = UInt64(step.bits)
        arena[base + 3] = number << 1
        return link
    }

    func retain(_ link: UInt32) { arena[Arena.word(link)] += 1 }

    /// Lets go of a chain; frees what nobody holds any more.
    func release(_ link: UInt32) {
        var link = link
        while link != 0 {
            let base = Arena.word(link)
            if arena[base] & 0xFFFF_FFFF > 1 {
                arena[base] -= 1
                return
            }
            StoredEvent.release(event(link), in: arena)
            let parent = parent(link)
            arena.free(link, words: Chain.words)
            link = parent
        }
    }

    /// Lets go of what a link's chain bound before it; the link goes on as if it had not.
    func cut(_ link: UInt32) {
        let before = parent(link)
        if before == 0 { return }
        arena[Arena.word(link) + 1] &= 0xFFFF_FFFF
        release(before)
    }

    /// How many events are bound.
    func count(_ link: UInt32) -> Int { Int(arena[Arena.word(link)] >> 32) }
    func event(_ link: UInt32) -> UInt32 { UInt32(truncatingIfNeeded: arena[Arena.word(link) + 1]) }
    func parent(_ link: UInt32) -> UInt32 { UInt32(arena[Arena.word(link) + 1] >> 32) }
    func step(_ link: UInt32) -> StepNumber {
        StepNumber(bits: UInt32(truncatingIfNeeded: arena[Arena.word(link) + 2]))
    }
    /// The event's number in the order in which the shard took events.
    func number(_ link: UInt32) -> UInt64 { arena[Arena.word(link) + 3] >> 1 }

    func time(_ link: UInt32) -> Instant { StoredEvent.taken(event(link), in: arena) }
    func place(_ link: UInt32) -> UInt64 { StoredEvent.place(event(link), in: arena) }
}

import Events
import Storage

/// The first event of partial matches, in the list of its cohort's.
///
/// The block: where it joined; 3 the next beginning (low half) and the one before (high half); 4
/// the first link (low half, held), and in bit 63 whether a match has come of it that is about to
/// be told; 5 how often the key state's cohorts had bound an event when it began.
struct Beginning {
    static let words = Joining.words + 3

    let arena: Arena
    let handle: UInt32

    private var base: Int { Arena.word(handle) + Joining.words }
    var joining: Joining { Joining(arena: arena, handle: handle) }

    static func make(link: UInt32, boundBefore: UInt64, in arena: Arena) -> Beginning {
        let beginning = Beginning(arena: arena, handle: arena.allocate(words))
        Chain(arena: arena).retain(link)
        arena[beginning.base + 1] = UInt64(link)
        arena[beginning.base + 2] = boundBefore
        return beginning
    }

    var next: UInt32 {
        get { UInt32(truncatingIfNeeded: arena[base]) }
        nonmutating set { arena[base] = arena[base] & ~0xFFFF_FFFF | UInt64(newValue) }
    }
    var before: UInt32 {
        get { UInt32(arena[base] >> 32) }
        nonmutating set { arena[base] = arena[base] & 0xFFFF_FFFF | UInt64(newValue) << 32 }
    }

    var link: UInt32 { UInt32(truncatingIfNeeded: arena[base + 1]) }
    /// The event's number in the order in which the shard took events.
    var number: UInt64 { Chain(arena: arena).number(link) }

    /// How often the key state's cohorts had bound an event when it began: what it has bound since is no more than they did.
    var boundBefore: UInt64 { arena[base + 2] }

    var isLeaving: Bool {
        get { arena[base + 1] >> 63 != 0 }
        nonmutating set { arena[base + 1] = UInt64(link) | (newValue ? 1 << 63 : 0) }
    }

    /// Frees the block and what it holds.
    func free() {
        joining.free()
        Chain(arena: arena).release(link)
        arena.free(handle, words: Beginning.words)
    }
}

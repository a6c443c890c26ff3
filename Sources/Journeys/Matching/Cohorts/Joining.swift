import Storage

/// Where a beginning, or a cohort with all its beginnings, joined another cohort: from then on what it binds is what that
/// cohort's links say, and before then what its own links say. A table names for each link that the upper cohort had at
/// the time the own link that stands in the same situation.
///
/// The first three words of a beginning's and of a cohort's block: 0 the cohort above (low half) and the table's handle
/// (high half), 0 where the links above are its own; 1 the entries of the table; 2 the number of the event at which it
/// joined. A table has one word an entry: the link above (low half) and the own link (high half), both held.
struct Joining {
    static let words = 3

    let arena: Arena
    let handle: UInt32

    private var base: Int { Arena.word(handle) }

    /// The cohort that it belongs to.
    var up: UInt32 {
        get { UInt32(truncatingIfNeeded: arena[base]) }
        nonmutating set { arena[base] = arena[base] & ~0xFFFF_FFFF | UInt64(newValue) }
    }

    private var table: UInt32 { UInt32(arena[base] >> 32) }
    private var count: Int { Int(arena[base + 1]) }

    /// Whether its links end in a table rather than being the cohort's own.
    var isJoined: Bool { count > 0 }

    /// Whether a link is no newer than the joining, so that it stands in the table.
    func knows(_ link: UInt32) -> Bool { isJoined && Chain(arena: arena).number(link) <= arena[base + 2] }

    /// The own link for one of the cohort above.
    func own(_ link: UInt32) -> UInt32 {
        for index in 0..<count {
            let pair = arena[Arena.word(table) + index]
            if UInt32(truncatingIfNeeded: pair) == link { return UInt32(pair >> 32) }
        }
        preconditionFailure("a cohort's links lead through those that it had when it was joined")
    }

    /// Joins a cohort that is like the own one; takes over the holds on that one's links.
    func join(_ above: Cohort, with own: Cohort, at number: UInt64) {
        let chains = Chain(arena: arena)
        let count = above.entryCount
        let table = arena.allocate(count)
        for index in 0..<count {
            let link = above.link(index)
            chains.retain(link)
            arena[Arena.word(table) + index] = UInt64(link) | UInt64(own.link(index)) << 32
        }
        arena[base] = UInt64(above.handle) | UInt64(table) << 32
        arena[base + 1] = UInt64(count)
        arena[base + 2] = number
    }

    /// Lets go of what the links above bound before the joining: nobody else needs it.
    func cut() {
        let chains = Chain(arena: arena)
        for index in 0..<count { chains.cut(UInt32(truncatingIfNeeded: arena[Arena.word(table) + index])) }
    }

    /// Frees the table.
    func free() {
        guard isJoined else { return }
        let chains = Chain(arena: arena)
        for index in 0..<count {
            let pair = arena[Arena.word(table) + index]
            chains.release(UInt32(truncatingIfNeeded: pair))
            chains.release(UInt32(pair >> 32))
        }
        arena.free(table, words: count)
        arena[base + 1] = 0
    }
}

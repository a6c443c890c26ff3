import Storage

/// The cohorts of one key state, in a queue that the key state's list 1 names.
struct CohortList {
    private static let ring = Ring(header: Ring.firstOwn, width: 1)

    let keyState: KeyState

    private var arena: Arena { keyState.arena }
    private var list: UInt32 { keyState.list(1) }

    var count: Int { list == 0 ? 0 : CohortList.ring.count(list, in: arena) }

    @inline(__always)
    func cohort(_ index: Int) -> Cohort {
        let word = arena[CohortList.ring.entry(index, of: list, in: arena)]
        return Cohort(arena: arena, handle: UInt32(truncatingIfNeeded: word))
    }

    func append(_ cohort: Cohort) {
        if list == 0 { keyState.setList(1, CohortList.ring.make(in: arena)) }
        keyState.setList(1, CohortList.ring.push(UInt64(cohort.handle), onto: list, in: arena))
    }

    /// Takes one out, for the present; to be followed by `close`.
    func leave(_ index: Int) { arena[CohortList.ring.entry(index, of: list, in: arena)] = 0 }

    /// Closes the gaps that are left.
    func close() {
        let all = count
        var kept = 0
        for index in 0..<all {
            let word = arena[CohortList.ring.entry(index, of: list, in: arena)]
            if word == 0 { continue }
            if kept < index { arena[CohortList.ring.entry(kept, of: list, in: arena)] = word }
            kept += 1
        }
        if kept < all { CohortList.ring.dropLast(all - kept, of: list, in: arena) }
        if kept == 0, list != 0 {
            CohortList.ring.free(list, in: arena)
            keyState.setList(1, 0)
        }
    }

    /// Lets go of all partial matches.
    func free() {
        for index in 0..<count {
            let cohort = cohort(index)
            while cohort.count > 0 { cohort.remove(cohort.first) }
            cohort.free()
            leave(index)
        }
        close()
    }
}

/// What is found out about the cohorts of a key state as they are gone through.
struct CohortTally {
    /// How many partial matches they have.
    private(set) var partialCount = 0
    /// Whether one waits for nothing, or has no beginnings.
    private(set) var isAnyOver = false
    /// Whether two may be alike: of a few those of one signature, of many any.
    private(set) var areAlike = false
    private var signatures = InlineArray<8, UInt64>(repeating: 0)
    private var seen = 0

    /// Begins again, with so many partial matches that are known.
    mutating func reset(partialCount: Int = 0) {
        self.partialCount = partialCount
        (isAnyOver, areAlike, seen) = (false, false, 0)
    }

    mutating func add(_ cohort: Cohort) {
        let partialCount = cohort.partialCount
        if partialCount == 0 { isAnyOver = true }
        self.partialCount += partialCount
        compare(cohort)
    }

    /// Holds a cohort against those that were seen.
    mutating func compare(_ cohort: Cohort) {
        if areAlike { return }
        areAlike = seen == 8
        let signature = cohort.signature
        for other in 0..<seen where signatures[other] == signature { areAlike = true }
        if areAlike { return }
        signatures[seen] = signature
        seen += 1
    }
}

import Storage

/// The cohorts of one matcher, in a queue that the matcher's list 1 names.
struct CohortList {
    private static let ring = Ring(header: Ring.firstOwn, width: 1)

    let matcher: Matcher

    private var arena: Arena { matcher.arena }
    private var list: UInt32 { matcher.list(1) }

    var count: Int { list == 0 ? 0 : CohortList.ring.count(list, in: arena) }

    @inline(__always)
    func cohort(_ index: Int) -> Cohort {
        let word = arena[CohortList.ring.entry(index, of: list, in: arena)]
        return Cohort(arena: arena, handle: UInt32(truncatingIfNeeded: word))
    }

    func append(_ cohort: Cohort) {
        if list == 0 { matcher.setList(1, CohortList.ring.make(in: arena)) }
        matcher.setList(1, CohortList.ring.push(UInt64(cohort.handle), onto: list, in: arena))
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
            matcher.setList(1, 0)
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

import Storage

/// The cohorts of one matcher, in a queue that the matcher's list 1 names.
struct CohortList {
    private static let ring = Ring(header: Ring.firstOwn, width: 1)

    let matcher: Matcher

    private var arena: Arena { matcher.arena }
    private var list: UInt32 { matcher.list(1) }

    var count: Int { list == 0 ? 0 : CohortList.ring.count(list, in: arena) }

    func cohort(_ index: Int) -> Cohort {
        let word = arena[CohortList.ring.entry(index, of: list, in: arena)]
        return Cohort(arena: arena, handle: UInt32(truncatingIfNeeded: word))
    }

    func append(_ cohort: Cohort) {
        if list == 0 { matcher.setList(1, CohortList.ring.make(in: arena)) }
        matcher.setList(1, CohortList.ring.push(UInt64(cohort.handle), onto: list, in: arena))
    }

    /// Takes out those for which `isGone` says so; frees the queue where none is left.
    func remove(where isGone: (_ cohort: Cohort) -> Bool) {
        guard list != 0 else { return }
        for _ in 0..<count {
            let cohort = cohort(0)
            CohortList.ring.popFront(list, in: arena)
            if !isGone(cohort) { _ = CohortList.ring.push(UInt64(cohort.handle), onto: list, in: arena) }
        }
        if count == 0 {
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
        }
        remove { _ in true }
    }

    /// How many partial matches there are.
    var partialCount: Int {
        (0..<count).reduce(0) { sum, index in
            let cohort = cohort(index)
            return sum + cohort.count * cohort.entryCount
        }
    }
}

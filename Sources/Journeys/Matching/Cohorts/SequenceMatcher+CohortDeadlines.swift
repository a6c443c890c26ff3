import Events
import Storage

/// Cohorts as time passes. As for all general sequences, a key state has at most two deadlines among the shard's.
extension SequenceMatcher {
    /// Sees to it that the deadlines stand.
    mutating func armCohorts(_ cohorts: CohortList) {
        let chains = Chain(arena: arena)
        let keyState = cohorts.keyState
        if form.within != .max, keyState.endOfWithin == nil {
            var oldest: UInt32 = 0
            for place in 0..<cohorts.count {
                let cohort = cohorts.cohort(place)
                if !isBound(cohort) { continue }
                let link = cohort.beginning(cohort.first).link
                if oldest == 0 || chains.number(link) < chains.number(oldest) { oldest = link }
            }
            if oldest != 0 {
                let due = chains.time(oldest).advanced(by: form.within)
                keyState.endOfWithin = due
                arm(due, place: chains.place(oldest), keyState)
            }
        }
        if pattern.closing == .wait, keyState.armed == nil {
            var next: UInt32 = 0
            for place in 0..<cohorts.count {
                let cohort = cohorts.cohort(place)
                var beginning = cohort.first
                while beginning != 0 {
                    for index in 0..<cohort.entryCount where awaitsEnd(cohort.situation(index)) {
                        let link = cohort.ownLink(cohort.link(index), of: beginning)
                        if next == 0 || chains.number(link) < chains.number(next) { next = link }
                    }
                    beginning = cohort.isUnordered ? cohort.beginning(beginning).next : 0
                }
            }
            if next != 0 {
                let due = chains.time(next).advanced(by: pattern.wait)
                keyState.armed = due
                arm(due, place: chains.place(next), keyState)
            }
        }
    }

    /// Whether the end of `within` means anything to a cohort.
    private func isBound(_ cohort: Cohort) -> Bool {
        if pattern.closing != .wait { return cohort.entryCount > 0 }
        for index in 0..<cohort.entryCount where isBound(cohort.situation(index)) { return true }
        return false
    }

    /// A deadline has come.
    mutating func expireCohorts(_ entry: Deadlines.Entry, _ context: inout EvaluationContext) {
        guard let (keyState, _, _) = takeDue(entry, context) else { return }
        work.begin(conditions: 0)
        let cohorts = CohortList(keyState: keyState)
        let count = cohorts.count
        if pattern.closing == .wait {
            for place in 0..<count { completeWaiting(cohorts.cohort(place)) }
        }
        if form.within != .max {
            for place in 0..<count {
                let cohort = cohorts.cohort(place)
                if isBound(cohort) { expire(cohort, cohorts) }
            }
        }
        // What has only lost beginnings is like no other that it was not like before.
        settleCohorts(keyState, isTallied: false, mayJoin: cohorts.count > count, &context)
    }

    /// The time of the closing `not … for` is over for some of a cohort's beginnings.
    private mutating func completeWaiting(_ cohort: Cohort) {
        let waiting = (0..<cohort.entryCount).filter { awaitsEnd(cohort.situation($0)) }
        guard !waiting.isEmpty else { return }
        let chains = Chain(arena: arena)
        var beginning = cohort.first
        while beginning != 0 {
            let due = waiting.filter { index in
                chains.time(cohort.ownLink(cohort.link(index), of: beginning)).advanced(by: pattern.wait) <= now
            }
            if due.isEmpty, !cohort.isUnordered { return }
            if !due.isEmpty { complete(beginning, of: cohort, due) }
            beginning = cohort.beginning(beginning).next
        }
    }

    /// A beginning has a match: of some entries the one that comes first.
    private mutating func complete(_ beginning: UInt32, of cohort: Cohort, _ entries: [Int]) {
        var best = entries[0]
        for index in entries.dropFirst() where cohort.precedence(index, best).isFirst { best = index }
        let link = cohort.link(best)
        Chain(arena: arena).retain(link)
        cohort.beginning(beginning).isLeaving = true
        work.matches.append(
            MatchWork.Match(
                number: cohort.beginning(beginning).number, beginning: beginning, cohort: cohort.handle, link: link))
    }

    /// `within` is over for the oldest of a cohort's beginnings.
    private mutating func expire(
        _ cohort: Cohort, _ cohorts: CohortList
    ) {
        let chains = Chain(arena: arena)
        guard chains.time(cohort.beginning(cohort.first).link).advanced(by: form.within) <= now else { return }
        var waiting: [Int] = []
        if pattern.closing == .wait || pattern.closing == .within {
            waiting = (0..<cohort.entryCount).filter { awaitsEnd(cohort.situation($0)) }
        }
        var beginning = cohort.first
        while beginning != 0 {
            let current = cohort.beginning(beginning)
            let next = current.next
            guard chains.time(current.link).advanced(by: form.within) <= now else { return }
            if current.isLeaving {
                beginning = next
                continue
            }
            if waiting.isEmpty {
                if pattern.emitsPartial {
                    work.lapsed.append(
                        MatchWork.Match(number: current.number, beginning: beginning, cohort: cohort.handle, link: 0))
                } else {
                    cohort.remove(beginning)
                }
            } else if pattern.closing == .wait {
                // It may bind nothing more, but its absence runs to its end.
                cohorts.append(waitOnly(separate(beginning, of: cohort, keeping: waiting)))
            } else {
                complete(beginning, of: cohort, waiting)
            }
            beginning = next
        }
    }

    /// Closes all ways of a cohort but the one to the end of its closing absence; where that makes two entries alike, the
    /// one whose absence ends first is kept.
    private func waitOnly(_ cohort: Cohort) -> Cohort {
        let chains = Chain(arena: arena)
        var kept: [(index: Int, situation: Situation)] = []
        for index in 0..<cohort.entryCount {
            let old = cohort.situation(index)
            let situation = Situation(
                node: old.node, isFresh: false, count: old.count, waits: Situation.end, free: 0)
            if let rival = kept.firstIndex(where: { $0.situation == situation }) {
                let precedence = cohort.precedence(index, kept[rival].index)
                if precedence.hasEarlierLast ?? precedence.isFirst { kept[rival].index = index }
            } else {
                kept.append((index, situation))
            }
        }
        kept.sort { ($0.situation.head, $0.situation.waits) < ($1.situation.head, $1.situation.waits) }
        let entries = kept.map { Cohort.Entry(situation: $0.situation, link: cohort.link($0.index)) }
        for entry in entries { chains.retain(entry.link) }
        let standing = kept.map { one in kept.map { cohort.precedence(one.index, $0.index) } }
        cohort.setEntries(entries) { standing[$0][$1] }
        return cohort
    }
}

import Storage

/// What a snapshot of an earlier version has in another form.
extension Shard {
    /// The version of the arena from which on partial matches of general sequences are kept as strands.
    static let strandLayout: UInt64 = 4

    /// Makes strands of the chains in which versions before `strandLayout` kept the partial matches of general sequences.
    mutating func convertChains() {
        var place = 0
        while let location = scene.customers.next(from: place) {
            place = location.entry + 1
            scene.location = location
            for moment in 0..<dispatch.moments.count {
                let form = dispatch.moments[moment]
                guard form.pattern >= 0, !dispatch.patterns.forms[Int(form.pattern)].sharesFuture,
                    let cell = cell(kind(ofMoment: moment))
                else { continue }
                let held = UInt32(truncatingIfNeeded: scene.arena[cell])
                for handle in form.by >= 0 ? MatcherTable(arena: scene.arena).all(held) : [held] {
                    EarlierGroups(matcher: Matcher(arena: scene.arena, handle: handle)).convert()
                }
            }
        }
        scene.location = .none
    }
}

/// The groups of a matcher as they were: queues of chains, each with a first link of its own that names its event. In its
/// lowest bit the number of such a link said whether a match came of it, and each link's third word named the first one.
private struct EarlierGroups {
    private static let index = Ring(header: Ring.firstOwn, width: 1)
    private static let earlier = Ring(header: Ring.firstOwn + 4, width: 1)

    let matcher: Matcher

    private var arena: Arena { matcher.arena }

    private func first(_ link: UInt32) -> UInt32 { UInt32(arena[Arena.word(link) + 2] >> 32) }

    func convert() {
        let list = matcher.list(1)
        if list == 0 { return }
        let groups = (0..<EarlierGroups.index.count(list, in: arena)).map {
            EarlierGroups.index.entry($0, of: list, in: arena)
        }
        let chains = groups.map { self.chains(of: UInt32(truncatingIfNeeded: arena[$0])) }
        let ordinals = keepFirsts(of: Set(chains.joined().map(first)))
        let strands = chains.map { $0.map { (link: $0, start: ordinals[first($0)] ?? 0) } }
        for link in chains.joined() { forgetFirst(link) }
        for link in ordinals.keys {
            let base = Arena.word(link)
            StoredEvent.release(UInt32(truncatingIfNeeded: arena[base + 1]), in: arena)
            (arena[base + 1], arena[base + 3]) = (0, 0)
        }
        for (place, group) in zip(groups, strands) {
            arena[place] = UInt64(ring(of: group, like: UInt32(truncatingIfNeeded: arena[place])))
        }
    }

    private func chains(of group: UInt32) -> [UInt32] {
        (0..<EarlierGroups.earlier.count(group, in: arena)).map {
            UInt32(truncatingIfNeeded: arena[EarlierGroups.earlier.entry($0, of: group, in: arena)])
        }
    }

    /// Keeps the events of first links; answers their ordinals.
    private func keepFirsts(of links: Set<UInt32>) -> [UInt32: UInt64] {
        let firsts = FirstEvents(matcher: matcher)
        var ordinals: [UInt32: UInt64] = [:]
        var last: (number: UInt64, start: UInt64)?
        for (number, link) in links.map({ (arena[Arena.word($0) + 3], $0) }).sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) })
        {
            let event = UInt32(truncatingIfNeeded: arena[Arena.word(link) + 1])
            let isSame = last?.number == number >> 1
            let start = isSame ? last?.start ?? 0 : firsts.add(event, number: number >> 1)
            if number & 1 != 0 { firsts.markMatched(start) }
            ordinals[link] = start
            last = (number >> 1, start)
        }
        return ordinals
    }

    private func forgetFirst(_ link: UInt32) {
        let chains = Chain(arena: arena)
        var link = link
        while link != 0, first(link) != 0 {
            arena[Arena.word(link) + 2] &= 0xFFFF_FFFF
            link = chains.parent(link)
        }
    }

    /// Puts a ring of strands in the place of one of chains.
    private func ring(of strands: [(link: UInt32, start: UInt64)], like earlier: UInt32) -> UInt32 {
        var ring = PartialGroups.group.make(in: arena, capacity: strands.count)
        for own in 0..<4 {
            arena[Arena.word(ring) + Ring.firstOwn + own] = arena[Arena.word(earlier) + Ring.firstOwn + own]
        }
        for strand in strands {
            ring = PartialGroups.group.push(UInt64(strand.link) | 1 << 32, strand.start, onto: ring, in: arena)
        }
        PartialGroups(matcher: matcher).markMoved(ring)
        EarlierGroups.earlier.free(earlier, in: arena)
        return ring
    }
}

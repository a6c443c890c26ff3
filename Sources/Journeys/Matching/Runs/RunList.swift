import Events
import Storage

/// Partial matches that have come equally far and wait for the same thing, as one list: the oldest first.
///
/// Runs that wait for the same step react to an event in the same way, so they are moved together. An entry is an event
/// that was bound, and the list of runs that it was bound for: binding an event for a thousand runs makes one entry whose
/// parent is their list. Where the parent is none, the event began a run.
///
/// Invariant: along a list, and from a list to its parents, the first events of the runs stand in the order of the
/// input: what waits further on began no later. So the oldest run is found by following the first entries.
/// Cost: moving all runs of a list takes constant time; dropping runs takes time in proportion to them, once.
struct RunList {
    private static let ring = Ring(header: 2, width: 2)

    let arena: Arena

    /// A list of one entry, or the list with one entry more.
    /// - Parameter parent: the runs that the event was bound for; 0 where it begins one.
    func adding(event: UInt32, time: Instant, parent: UInt32, to list: UInt32) -> UInt32 {
        let (word, instant) = (UInt64(event) | UInt64(parent) << 32, UInt64(bitPattern: time.microseconds))
        return list == 0
            ? RunList.ring.make(in: arena, word, instant) : RunList.ring.push(word, instant, onto: list, in: arena)
    }

    @inline(__always)
    func isEmpty(_ list: UInt32) -> Bool { list == 0 || RunList.ring.count(list, in: arena) == 0 }

    /// The first entry: its event, the event's time, and the runs it was bound for.
    @inline(__always)
    func first(_ list: UInt32) -> (event: UInt32, time: Instant, parent: UInt32) {
        let word = RunList.ring.entry(0, of: list, in: arena)
        return (
            UInt32(truncatingIfNeeded: arena[word]), Instant(microseconds: Int64(bitPattern: arena[word + 1])),
            UInt32(arena[word] >> 32)
        )
    }

    /// Has a list's first events be near soon, for who is to drop them.
    @inline(__always)
    func bringEventsNear(_ list: UInt32) {
        for index in 0..<min(list == 0 ? 0 : RunList.ring.count(list, in: arena), 8) {
            let word = arena[RunList.ring.entry(index, of: list, in: arena)]
            arena.bringNear(Arena.word(UInt32(truncatingIfNeeded: word)))
        }
    }

    /// The event that the oldest run of a list began with.
    func start(_ list: UInt32) -> (event: UInt32, time: Instant) {
        var entry = first(list)
        while entry.parent != 0 { entry = first(entry.parent) }
        return (entry.event, entry.time)
    }

    /// Which of the runs of a list are over: of the oldest first, as many as it says so of.
    enum Ending: BitwiseCopyable {
        /// Those that began so many microseconds before a time, or earlier.
        case within(Int64, at: Instant)
        /// Those that began no later than an event, which was taken at a time and stands at a place.
        case event(at: Instant, place: UInt64)
        case all
    }

    @inline(__always)
    private func isOver(_ event: UInt32, _ start: Instant, _ ending: Ending) -> Bool {
        switch ending {
        case .within(let length, let now): now >= start.advanced(by: length)
        case .event(let time, let place):
            start != time ? start < time : StoredEvent.place(event, in: arena) <= place
        case .all: true
        }
    }

    /// Drops the oldest runs that are over, at most `most` of them.
    /// - Returns: how many were dropped. The list may be empty afterwards; it is not freed.
    @inline(__always)
    func drop(from list: UInt32, _ ending: Ending, most: Int = .max) -> Int {
        if isEmpty(list) { return 0 }
        let entry = first(list)
        // As a rule the oldest is not over, and all that there is to do is to see that.
        if entry.parent == 0, !isOver(entry.event, entry.time, ending) { return 0 }
        return dropFirst(of: list, ending, most: most)
    }

    private func dropFirst(of list: UInt32, _ ending: Ending, most: Int) -> Int {
        var dropped = 0
        while dropped < most, !isEmpty(list) {
            let entry = first(list)
            if entry.parent == 0 {
                guard isOver(entry.event, entry.time, ending) else { break }
                dropped += 1
            } else {
                dropped += drop(from: entry.parent, ending, most: most - dropped)
                guard isEmpty(entry.parent) else { break }
                RunList.ring.free(entry.parent, in: arena)
            }
            StoredEvent.release(entry.event, in: arena)
            RunList.ring.popFront(list, in: arena)
        }
        return dropped
    }

    /// Drops the one oldest run.
    func dropOldest(from list: UInt32) { _ = drop(from: list, .all, most: 1) }

    /// Drops all runs and the list itself; answers how many there were.
    func free(_ list: UInt32) -> Int {
        guard list != 0 else { return 0 }
        let dropped = drop(from: list, .all)
        RunList.ring.free(list, in: arena)
        return dropped
    }

    /// The events that the runs of a list have bound, the oldest run first, of at most `most` runs. For looking on.
    func bound(_ list: UInt32, most: Int) -> [[UInt32]] {
        var runs: [[UInt32]] = []
        for index in 0..<RunList.ring.count(list, in: arena) where runs.count < most {
            let word = arena[RunList.ring.entry(index, of: list, in: arena)]
            let (event, parent) = (UInt32(truncatingIfNeeded: word), UInt32(word >> 32))
            if parent == 0 {
                runs.append([event])
            } else {
                runs += bound(parent, most: most - runs.count).map { $0 + [event] }
            }
        }
        return runs
    }
}

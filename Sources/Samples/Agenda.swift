/// The sessions that go on, by the time of their next event: a binary heap, earliest first, ties by slot.
struct Agenda {
    /// When, in microseconds from the start, and whose turn it is.
    struct Entry: BitwiseCopyable {
        var time: Int
        var slot: Int

        func precedes(_ other: Entry) -> Bool {
            time != other.time ? time < other.time : slot < other.slot
        }
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    var first: Entry? { entries.first }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            if !entry.precedes(entries[parent]) { break }
            entries[index] = entries[parent]
            index = parent
        }
        entries[index] = entry
    }

    mutating func removeFirst() {
        let last = entries.removeLast()
        if !entries.isEmpty { replaceFirst(with: last) }
    }

    mutating func replaceFirst(with entry: Entry) {
        let count = entries.count
        var index = 0
        while 2 * index + 1 < count {
            var child = 2 * index + 1
            if child + 1 < count, entries[child + 1].precedes(entries[child]) { child += 1 }
            if !entries[child].precedes(entry) { break }
            entries[index] = entries[child]
            index = child
        }
        entries[index] = entry
    }
}

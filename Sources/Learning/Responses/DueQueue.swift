import Events
import Storage

/// What is to be looked at again, the earliest first, and of one instant in the order in which it was put in.
///
/// What no longer holds is not searched for: whoever takes it finds that nothing is due. Cost: O(log n) to put in and to
/// take; 32 bytes each.
struct DueQueue: ~Copyable {
    struct Entry: BitwiseCopyable, Sendable {
        var time: Instant
        /// How many were put in before.
        var order: UInt64
        /// The hash of the customer's id.
        var customer: UInt64
        /// The decision that is due; 0 for the outcomes that are remembered of the customer.
        var decision: UInt64

        static func < (a: Entry, b: Entry) -> Bool {
            a.time != b.time ? a.time < b.time : a.order < b.order
        }
    }

    private(set) var heap = Column<Entry>()
    private(set) var order: UInt64 = 0

    /// The time of the earliest, or the distant future where there is none.
    var next: Instant { heap.isEmpty ? .distantFuture : heap[0].time }
    var bytes: Int { heap.count * MemoryLayout<Entry>.stride }

    mutating func put(_ time: Instant, customer: UInt64, decision: UInt64) {
        let entry = Entry(time: time, order: order, customer: customer, decision: decision)
        order += 1
        heap.append(entry)
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry < heap[parent] else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    /// Takes the earliest out; there must be one.
    mutating func take() -> Entry {
        let first = heap[0]
        let last = heap[heap.count - 1]
        heap.truncate(to: heap.count - 1)
        let count = heap.count
        if count == 0 { return first }
        var index = 0
        while true {
            var child = 2 * index + 1
            if child >= count { break }
            if child + 1 < count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < last else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = last
        return first
    }

    func add(to image: StateImage) {
        image.put(order)
        image.put(heap)
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        order = try reader.word()
        heap = try reader.column(of: Entry.self)
    }
}

import Storage

/// Something that stands in a slab, and in a list from the newest to the oldest.
protocol Linked: BitwiseCopyable, Sendable {
    /// The handle of the next older one; 0 for none.
    var older: UInt32 { get set }
}

/// Elements of one size under handles that hold until the element is freed; freed places are used again.
struct Slab<Element: Linked>: ~Copyable {
    private var places = Column<Element>()
    /// The first of the freed places, which are a list.
    private var free: UInt32 = 0
    private(set) var count = 0

    var bytes: Int { count * MemoryLayout<Element>.stride }

    subscript(handle: UInt32) -> Element {
        get { places[Int(handle) - 1] }
        set { places[Int(handle) - 1] = newValue }
    }

    mutating func insert(_ element: Element) -> UInt32 {
        count += 1
        guard free != 0 else {
            places.append(element)
            return UInt32(places.count)
        }
        let handle = free
        free = self[handle].older
        self[handle] = element
        return handle
    }

    mutating func remove(_ handle: UInt32) {
        count -= 1
        self[handle].older = free
        free = handle
        // After a crowd the memory of the places stays; they are as many as were ever needed at once.
        if count == 0 {
            places.truncate(to: 0)
            free = 0
        }
    }

    func add(to image: StateImage) {
        image.put(count)
        image.put(Int(free))
        image.put(places)
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        count = try reader.number()
        free = UInt32(truncatingIfNeeded: try reader.number())
        places = try reader.column(of: Element.self)
        guard count >= 0, count <= places.count, free <= UInt32(places.count) else {
            throw .unfit("a list of responses has not as many as it should")
        }
    }
}

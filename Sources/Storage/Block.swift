/// A row of plain elements that one stage fills and later stages read.
///
/// It has one owner while it is being filled; once handed on it is only read, which is why it may
/// cross tasks. An array in its place would see for every element whether it is shared, and one of
/// some size would take fresh memory from the system each time.
@safe
public final class Block<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    @usableFromInline var length = 0

    /// An empty block with room for so many elements, or more.
    public init(capacity: Int) { unsafe (base, self.capacity) = Self.allocate(max(capacity, 4)) }

    deinit { unsafe Self.deallocate(base, capacity) }

    /// How many elements there are.
    @inlinable @inline(__always) public var count: Int { length }

    /// The element at `index`, which must be less than `count`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Element {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: length), "outside the block")
        return unsafe base[index]
    }

    /// Adds an element at the end.
    @inlinable @inline(__always)
    public func append(_ element: Element) {
        if length == capacity { grow() }
        unsafe (base + length).initialize(to: element)
        length &+= 1
    }

    @usableFromInline
    func grow() {
        let wider = unsafe Self.allocate(capacity * 2)
        unsafe wider.base.moveInitialize(from: base, count: length)
        unsafe Self.deallocate(base, capacity)
        unsafe (base, capacity) = unsafe wider
    }

    private static func bytes(_ capacity: Int) -> Int { capacity * MemoryLayout<Element>.stride }

    private static func allocate(_ capacity: Int) -> (base: UnsafeMutablePointer<Element>, capacity: Int) {
        let bytes = bytes(capacity)
        guard bytes >= BlockMemory.least else { return (.allocate(capacity: capacity), capacity) }
        return unsafe (BlockMemory.shared.take(bytes).bindMemory(to: Element.self, capacity: capacity), capacity)
    }

    private static func deallocate(_ base: UnsafeMutablePointer<Element>, _ capacity: Int) {
        let bytes = bytes(capacity)
        if bytes >= BlockMemory.least { unsafe BlockMemory.shared.give(base, bytes) } else { unsafe base.deallocate() }
    }
}

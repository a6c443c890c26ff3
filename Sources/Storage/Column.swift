public import CLinux
import Glibc

/// A growing row of plain elements with one owner: an array without copy-on-write, so that a hot loop pays for a bounds
/// check and nothing else.
///
/// One of several MiB is memory of its own from the system, which grows without being copied: that
/// would hold up whoever adds the next element, for a tenth of a second where there are a million,
/// most of it the system's time for fresh memory.
@safe
public struct Column<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    @usableFromInline var length: Int

    /// How many elements there are.
    @inlinable @inline(__always) public var count: Int { length }

    /// An empty column with room for so many elements.
    public init(capacity: Int = 16) {
        self.capacity = max(capacity, 4)
        unsafe base = Self.allocate(self.capacity)
        length = 0
    }

    /// A column of an array's elements.
    public init(_ elements: [Element]) {
        self.init(capacity: elements.count)
        for element in elements { append(element) }
    }

    /// A column of so many like elements.
    public init(repeating element: Element, count: Int) {
        self.init(capacity: count)
        unsafe base.initialize(repeating: element, count: count)
        length = count
    }

    deinit { unsafe Self.deallocate(base, capacity) }

    /// Whether there are no elements.
    @inlinable @inline(__always) public var isEmpty: Bool { count == 0 }

    /// The element at `index`, which must be less than `count`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Element {
        get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "outside the column")
            return unsafe base[index]
        }
        set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "outside the column")
            unsafe base[index] = newValue
        }
    }

    /// Has the memory of the element at `index` be near soon, without waiting for it. The index may be any.
    @inlinable @inline(__always)
    public func bringNear(_ index: Int) {
        if UInt(bitPattern: index) < UInt(bitPattern: count) { unsafe bring_near(base + index) }
    }

    /// Adds an element at the end.
    @inlinable @inline(__always)
    public mutating func append(_ element: Element) {
        if count == capacity { grow() }
        unsafe (base + count).initialize(to: element)
        length &+= 1
    }

    /// Drops all elements but the first `length`; keeps the memory.
    @inlinable @inline(__always)
    public mutating func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        self.length = length
    }

    /// The elements in `range`. Valid until the column changes.
    @inlinable @inline(__always)
    public func view(_ range: Range<Int>) -> View<Element> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside the column")
        return unsafe View(base: base + range.lowerBound, count: range.count)
    }

    @usableFromInline
    mutating func grow() {
        let wider = capacity * 2
        if Self.isMapped(capacity) {
            let (base, capacity) = unsafe (base, capacity)
            unsafe self.base = OutOfMemory.memory(Self.bytes(wider), for: "a column of state") {
                unsafe Self.elements(move_to_larger(base, Self.bytes(capacity), Self.bytes(wider)), wider)
            }
        } else {
            let moved = unsafe Self.allocate(wider)
            unsafe moved.moveInitialize(from: base, count: count)
            unsafe Self.deallocate(base, capacity)
            unsafe base = moved
        }
        capacity = wider
    }

    // MARK: Memory

    /// From how many bytes on a column is a mapping of its own. Less is copied sooner than the system is asked.
    private static var mappedBytes: Int { 4 << 20 }

    private static func bytes(_ capacity: Int) -> Int { capacity * MemoryLayout<Element>.stride }
    private static func isMapped(_ capacity: Int) -> Bool { bytes(capacity) >= mappedBytes }

    private static func elements(_ memory: UnsafeMutableRawPointer?, _ capacity: Int) -> UnsafeMutablePointer<Element>?
    {
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { return nil }
        return unsafe memory.bindMemory(to: Element.self, capacity: capacity)
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
        if isMapped(capacity) {
            let (protection, flags) = (PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
            return unsafe OutOfMemory.memory(bytes(capacity), for: "a column of state") {
                unsafe elements(mmap(nil, bytes(capacity), protection, flags, -1, 0), capacity)
            }
        }
        if bytes(capacity) < BlockMemory.least { return .allocate(capacity: capacity) }
        return unsafe BlockMemory.shared.take(bytes(capacity)).bindMemory(to: Element.self, capacity: capacity)
    }

    private static func deallocate(_ base: UnsafeMutablePointer<Element>, _ capacity: Int) {
        if isMapped(capacity) {
            unsafe munmap(base, bytes(capacity))
        } else if bytes(capacity) < BlockMemory.least {
            unsafe base.deallocate()
        } else {
            unsafe BlockMemory.shared.give(base, bytes(capacity))
        }
    }
}

// Sendable: a column is plain memory with one owner, and moves between tasks as a whole or is shared unchanged.
extension Column: @unchecked Sendable where Element: Sendable {}

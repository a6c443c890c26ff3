/// A growing row of plain elements with one owner: an array without copy-on-write, so that a hot loop pays for a bounds
/// check and nothing else.
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
        unsafe base = .allocate(capacity: self.capacity)
        length = 0
    }

    /// A column of an array's elements.
    public init(_ elements: [Element]) {
        self.init(capacity: elements.count)
        for element in elements { append(element) }
    }

    deinit { unsafe base.deallocate() }

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
        let wider = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        unsafe wider.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = unsafe wider
        capacity *= 2
    }
}

// Sendable: a column is plain memory with one owner, and moves between tasks as a whole or is shared unchanged.
extension Column: @unchecked Sendable where Element: Sendable {}

/// An unchanging row of elements that are looked at in place: reading one copies nothing and counts no references,
/// which matters where several shards read the same plan all the time.
@safe
public struct Shelf<Element: Sendable>: ~Copyable, @unchecked Sendable {
    // Sendable: the elements are, and the shelf never changes.
    @usableFromInline let base: UnsafeMutablePointer<Element>
    /// How many elements there are.
    public let count: Int

    /// A shelf of an array's elements.
    public init(_ elements: [Element]) {
        unsafe base = .allocate(capacity: max(elements.count, 1))
        for (index, element) in elements.enumerated() { unsafe (base + index).initialize(to: element) }
        count = elements.count
    }

    deinit {
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    /// The element at `index`, which must be less than `count`, in place.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) unsafeAddress { unsafe address(of: index) }
    }

    @inlinable @inline(__always)
    func address(of index: Int) -> UnsafePointer<Element> {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "outside the shelf")
        return unsafe UnsafePointer(base + index)
    }
}

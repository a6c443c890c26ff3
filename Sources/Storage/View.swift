/// A borrowed, bounds-checked look at `count` neighbouring elements in memory that somebody else owns.
///
/// A view is two words, is copied freely and retains nothing, which is what lets a hot loop hand text and lists
/// about without reference counting. The price is a rule that the compiler does not check: *whoever makes a view keeps
/// its owner alive and the elements in place for as long as the view is used*. Within journeyd the owners are an event
/// batch (alive while a shard works on it), a compiled plan (alive for the whole run), a customer's stored state (in
/// place until the next change to it) and a `Scratch` (until its next reset). What must live longer is copied.
@safe
public struct View<Element>: BitwiseCopyable, @unchecked Sendable {
    // Sendable: a view is read only, and its owner's bytes do not change while views of them are in use.
    @usableFromInline let base: UnsafePointer<Element>?
    /// How many elements the view covers.
    public let count: Int

    /// A view of `count` elements that begin at `base`.
    @inlinable @inline(__always)
    public init(base: UnsafePointer<Element>?, count: Int) {
        precondition(count >= 0)
        unsafe self.base = base
        self.count = count
    }

    /// The view of nothing.
    @inlinable @inline(__always)
    public init() {
        unsafe base = nil
        count = 0
    }

    /// Whether the view covers nothing.
    @inlinable @inline(__always) public var isEmpty: Bool { count == 0 }

    /// The element at `index`, which must lie within the view.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Element {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "outside the view")
        return unsafe base.unsafelyUnwrapped[index]
    }

    /// The part of the view in `range`, which must lie within it.
    @inlinable @inline(__always)
    public subscript(range: Range<Int>) -> View<Element> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside the view")
        if range.isEmpty { return View() }
        return unsafe View(base: base.unsafelyUnwrapped + range.lowerBound, count: range.count)
    }
}

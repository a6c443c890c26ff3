public import CLinux

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

    /// Has the memory of the element at `index` be near soon, without waiting for it. The index may be any.
    @inlinable @inline(__always)
    public func bringNear(_ index: Int) {
        if UInt(bitPattern: index) < UInt(bitPattern: count) { unsafe bring_near(base.unsafelyUnwrapped + index) }
    }

    /// The part of the view in `range`, which must lie within it.
    @inlinable @inline(__always)
    public subscript(range: Range<Int>) -> View<Element> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside the view")
        if range.isEmpty { return View() }
        return unsafe View(base: base.unsafelyUnwrapped + range.lowerBound, count: range.count)
    }
}

extension View<UInt64> {
    /// Whether both views hold the same words, but for each fourth one of the first `count`, a multiple of four, which may
    /// be anything.
    @inlinable
    public func holdsSameWords(as other: View<UInt64>, butFourthsOf count: Int) -> Bool {
        precondition(self.count == other.count && count >= 0 && count <= self.count && count & 3 == 0)
        guard let one = unsafe base, let another = unsafe other.base else { return self.count == 0 }
        // Mostly they are the same: without branches the processor goes through several at a time.
        var differing: UInt64 = 0
        var index = 0
        while index < count {
            unsafe differing |= one[index] ^ another[index]
            unsafe differing |= one[index &+ 1] ^ another[index &+ 1]
            unsafe differing |= one[index &+ 2] ^ another[index &+ 2]
            index &+= 4
        }
        while index < self.count {
            unsafe differing |= one[index] ^ another[index]
            index &+= 1
        }
        return differing == 0
    }
}

/// Where a text lies among the texts of some events: within their lines, or among the texts that had to be written anew
/// because a line spelt them with escapes.
public struct TextRange: BitwiseCopyable, Sendable {
    /// Offsets from here on count in the rewritten texts.
    @inlinable @inline(__always) public static var rewritten: UInt32 { 1 << 31 }

    /// Where the text begins, in bytes.
    public var offset: UInt32
    /// How many bytes the text has; `.max` where there is none.
    public var length: UInt32

    /// A text that begins at `offset` and has `length` bytes.
    @inlinable @inline(__always)
    public init(offset: UInt32, length: UInt32) {
        self.offset = offset
        self.length = length
    }

    /// A text that lies at `offset`, both of which and its `count` of bytes fit 32 bits.
    @inlinable @inline(__always)
    public init(at offset: Int, count: Int) {
        self.init(offset: UInt32(offset), length: UInt32(count))
    }

    /// No text at all, as opposed to an empty one.
    @inlinable @inline(__always) public static var absent: TextRange { TextRange(offset: 0, length: .max) }

    /// Whether there is no text.
    @inlinable @inline(__always) public var isAbsent: Bool { length == .max }

    /// How many bytes the text has; 0 for one that is absent.
    @inlinable @inline(__always) public var count: Int { isAbsent ? 0 : Int(length) }
}

/// The texts that ranges point into. Valid for as long as both views are.
public struct Texts: BitwiseCopyable, Sendable {
    /// The lines as they came, or whatever holds the texts that nothing had to be changed of.
    public var lines: View<UInt8>
    /// The texts that offsets from `TextRange.rewritten` on point into.
    public var rewritten: View<UInt8>

    /// The texts of these two views.
    @inlinable @inline(__always)
    public init(lines: View<UInt8>, rewritten: View<UInt8>) {
        self.lines = lines
        self.rewritten = rewritten
    }

    /// Has where a text begins be near soon, without waiting for it.
    @inlinable @inline(__always)
    public func bringNear(_ range: TextRange) {
        let texts = range.offset < TextRange.rewritten ? lines : rewritten
        texts.bringNear(Int(range.offset & ~TextRange.rewritten))
    }

    /// The bytes of a text, which must lie within these; nothing for one that is absent.
    @inlinable @inline(__always)
    public subscript(range: TextRange) -> View<UInt8> {
        if range.isAbsent { return View() }
        let start = Int(range.offset & ~TextRange.rewritten)
        let texts = range.offset < TextRange.rewritten ? lines : rewritten
        return texts[start..<start &+ Int(range.length)]
    }
}

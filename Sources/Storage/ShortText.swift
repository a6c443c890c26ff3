/// Up to 24 bytes, in the form in which they are compared with others in a few steps.
public struct ShortText: BitwiseCopyable, Sendable {
    /// The most bytes that there may be.
    public static let most = 24

    @usableFromInline let words: (UInt64, UInt64, UInt64)
    /// Which bits of the words are the text's.
    @usableFromInline let masks: (UInt64, UInt64, UInt64)
    @usableFromInline let length: UInt8

    /// How many bytes there are.
    @inlinable @inline(__always) public var count: Int { Int(length) }

    /// No bytes.
    public init() {
        words = (0, 0, 0)
        masks = (0, 0, 0)
        length = 0
    }

    /// The bytes in a range of a view, at most 24, behind whose beginning 24 can be read.
    @inlinable @inline(__always)
    public init(_ bytes: View<UInt8>, _ range: Range<Int>) {
        precondition(range.count <= ShortText.most)
        masks = (
            ShortText.mask(range.count), ShortText.mask(range.count - 8), ShortText.mask(range.count - 16)
        )
        words = (
            bytes.word(at: range.lowerBound) & masks.0, bytes.word(at: range.lowerBound + 8) & masks.1,
            bytes.word(at: range.lowerBound + 16) & masks.2
        )
        length = UInt8(range.count)
    }

    /// Whether both are the same text.
    @inlinable @inline(__always)
    public func isSame(as other: ShortText) -> Bool {
        (words.0 ^ other.words.0) | (words.1 ^ other.words.1) | (words.2 ^ other.words.2) == 0
            && length == other.length
    }

    /// The bits of the first `count` bytes of a word.
    @inlinable @inline(__always)
    static func mask(_ count: Int) -> UInt64 {
        count >= 8 ? .max : count <= 0 ? 0 : (1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1
    }

    /// A number by which texts are told apart, mostly: for the choice of a place in a table.
    @inlinable @inline(__always)
    public var mixed: UInt64 {
        (words.0 ^ words.1 &* 3 ^ words.2 &* 5 ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15
    }
}

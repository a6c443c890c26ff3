public import CLinux

/// A look at bytes that is asked only for places behind which at least 24 more of them stand: one comparison tells whether a
/// place is such a one. Valid as long as the view that it was made of.
@safe
public struct WideView: BitwiseCopyable {
    @usableFromInline let base: UnsafePointer<UInt8>?
    /// The places below this one have 24 bytes from them on.
    @usableFromInline let room: UInt

    /// The same bytes as a view's.
    @inlinable @inline(__always)
    public init(_ bytes: View<UInt8>) {
        unsafe base = bytes.base
        room = UInt(max(bytes.count &- 23, 0))
    }

    /// Whether a text stands at `index`. False, too, where fewer than 24 bytes are left.
    @inlinable @inline(__always)
    public func holds(_ text: ShortText, at index: Int) -> Bool {
        guard UInt(bitPattern: index) < room else { return false }
        let start = unsafe UnsafeRawPointer(base.unsafelyUnwrapped + index)
        let first = unsafe (start.loadUnaligned(as: UInt64.self) ^ text.words.0) & text.masks.0
        let second = unsafe (start.loadUnaligned(fromByteOffset: 8, as: UInt64.self) ^ text.words.1) & text.masks.1
        let third = unsafe (start.loadUnaligned(fromByteOffset: 16, as: UInt64.self) ^ text.words.2) & text.masks.2
        return first | second | third == 0
    }

    /// The place of the quote that ends a JSON string whose inside begins at `start`, where that is plain: without escapes,
    /// control characters and bytes outside ASCII. Negative where it is not, or where fewer than 24 bytes are left behind one
    /// of its bytes.
    @inlinable @inline(__always)
    public func endOfPlainString(from start: Int) -> Int {
        var index = start
        while UInt(bitPattern: index) < room {
            let plain = Int(unsafe plain_of_16(base.unsafelyUnwrapped + index))
            index &+= plain
            // The byte is one of the 24 that were there.
            if plain < 16 { return unsafe base.unsafelyUnwrapped[index] == 0x22 ? index : -1 }
        }
        return -1
    }
}

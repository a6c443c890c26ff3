import CZlib

/// Reads what is packed with gzip (RFC 1952), member by member.
///
/// Memory: zlib's own, about 44 KiB, whatever comes.
@safe
public final class Inflation {
    /// How far one step came.
    public enum Outcome: Sendable {
        /// It needs more input, or more room.
        case goesOn
        /// A member has ended; what follows is another one, or nothing.
        case memberEnded
        /// What came is not gzip, or not what was packed.
        case damaged
        case noMemory
    }

    private var stream = unsafe z_stream()
    private var isOpen = false

    /// Nothing is read yet.
    public init() {}

    deinit { close() }

    private func close() {
        if isOpen { unsafe inflateEnd(&stream) }
        isOpen = false
    }

    /// Unpacks bytes from `start` on behind the content of `output`, up to `most`.
    /// - Returns: how many bytes were taken, and how far it came.
    public func step(_ input: View<UInt8>, from start: Int, into output: ByteBlock, most: Int) -> (Int, Outcome) {
        precondition(start >= 0 && start <= input.count && most > 0)
        if !isOpen {
            unsafe stream = z_stream()
            // 15 bits of window, and 16 for gzip's frame.
            let code = unsafe inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            if code != Z_OK { return (0, .noMemory) }
            isOpen = true
        }
        output.reserve(most)
        let count = min(input.count - start, Int(Int32.max))
        return unsafe output.extend(most) { room in
            unsafe stream.next_in = UnsafeMutablePointer(mutating: input.base.map { unsafe $0 + start })
            unsafe stream.avail_in = UInt32(count)
            unsafe stream.next_out = room
            unsafe stream.avail_out = UInt32(most)
            let code = unsafe inflate(&stream, Z_NO_FLUSH)
            let taken = unsafe count - Int(stream.avail_in)
            let made = unsafe most - Int(stream.avail_out)
            let outcome: Outcome
            switch code {
            case Z_OK, Z_BUF_ERROR: outcome = .goesOn
            case Z_STREAM_END:
                close()
                outcome = .memberEnded
            case Z_MEM_ERROR: outcome = .noMemory
            default: outcome = .damaged
            }
            return (made, (taken, outcome))
        }
    }
}

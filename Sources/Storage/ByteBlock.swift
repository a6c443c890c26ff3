public import Glibc

/// A block of bytes that one stage fills and later stages read: whole input lines, or output on its way out.
///
/// Eight zero bytes always follow the content, so that a scanner may load whole words up to its last byte. A block has
/// one owner while it is being filled; once handed on it is only read, which is why it may cross tasks.
@safe
public final class ByteBlock: @unchecked Sendable {
    /// How many zero bytes stand behind the content.
    public static let padding = 8

    fileprivate var base: UnsafeMutablePointer<UInt8>
    /// How many bytes fit without growing.
    public private(set) var capacity: Int
    /// How many bytes are in use.
    public private(set) var count = 0

    /// An empty block with room for so many bytes, or more.
    public init(capacity: Int) {
        unsafe (base, self.capacity) = ByteBlock.allocate(max(capacity, 64))
        unsafe base.initialize(repeating: 0, count: ByteBlock.padding)
    }

    deinit { unsafe ByteBlock.deallocate(base, capacity) }

    /// Much memory begins where a page does, so that it can go to a disk as it is (`DirectFile`).
    private static func allocate(_ capacity: Int) -> (UnsafeMutablePointer<UInt8>, capacity: Int) {
        let count = capacity + padding
        guard count >= BlockMemory.least else { return (.allocate(capacity: count), capacity) }
        let room = BlockMemory.room(for: count)
        return unsafe (BlockMemory.shared.take(count).bindMemory(to: UInt8.self, capacity: room), room - padding)
    }

    private static func deallocate(_ base: UnsafeMutablePointer<UInt8>, _ capacity: Int) {
        let count = capacity + padding
        if count >= BlockMemory.least { unsafe BlockMemory.shared.give(base, count) } else { unsafe base.deallocate() }
    }

    /// The content. Valid until the block changes or ends.
    public var bytes: View<UInt8> { unsafe View(base: base, count: count) }

    /// The content and the zero bytes behind it.
    public var padded: View<UInt8> { unsafe View(base: base, count: count + ByteBlock.padding) }

    /// Makes room for `more` bytes behind the content; at least doubles where it must grow.
    public func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let wider = max(count + more, capacity * 2)
        let moved = unsafe ByteBlock.allocate(wider)
        unsafe moved.0.update(from: base, count: count + ByteBlock.padding)
        unsafe ByteBlock.deallocate(base, capacity)
        unsafe (base, capacity) = unsafe moved
    }

    /// Appends a copy of `bytes`.
    public func append(_ bytes: View<UInt8>) {
        guard let source = unsafe bytes.base else { return }
        reserve(bytes.count)
        unsafe (base + count).update(from: source, count: bytes.count)
        seal(count + bytes.count)
    }

    /// Appends a copy of `bytes`.
    public func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(View(base: $0.baseAddress, count: $0.count)) }
    }

    /// Appends one byte.
    public func append(_ byte: UInt8) {
        reserve(1)
        unsafe base[count] = byte
        seal(count + 1)
    }

    /// A block of its own with the same content.
    public func copied() -> ByteBlock {
        let copy = ByteBlock(capacity: count)
        copy.append(bytes)
        return copy
    }

    /// Drops the content behind the first `length` bytes.
    public func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        seal(length)
    }

    /// Drops the bytes in `range`, moving those behind it forward.
    public func remove(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        unsafe (base + range.lowerBound).update(from: base + range.upperBound, count: count - range.upperBound)
        seal(count - range.count)
    }

    /// Reads once from an open file descriptor, behind the content, as much as fits.
    /// - Returns: the number of bytes read, 0 at the end of the input, or minus the system's error number.
    public func read(from descriptor: Int32) -> Int {
        let got = unsafe Glibc.read(descriptor, base + count, capacity - count)
        if got < 0 { return -Int(errno) }
        seal(count + got)
        return got
    }

    /// Reads once, as `read(from:)` does, but at most `most` bytes.
    public func read(from descriptor: Int32, most: Int) -> Int {
        precondition(most >= 0)
        let got = unsafe Glibc.read(descriptor, base + count, min(most, capacity - count))
        if got < 0 { return -Int(errno) }
        seal(count + got)
        return got
    }

    /// Writes once, from `start` to the end of the content.
    /// - Returns: the number of bytes written, or minus the system's error number.
    public func write(from start: Int, to descriptor: Int32) -> Int {
        precondition(start >= 0 && start <= count)
        let put = unsafe Glibc.write(descriptor, base + start, count - start)
        return put < 0 ? -Int(errno) : put
    }

    /// Reads once from the place `offset` of an open file, behind the content, at most `most` bytes.
    /// - Returns: the number of bytes read, 0 at the end of the file, or minus the system's error number.
    public func read(from descriptor: Int32, at offset: UInt64, most: Int) -> Int {
        reserve(most)
        let got = unsafe pread(descriptor, base + count, most, off_t(clamping: offset))
        if got < 0 { return -Int(errno) }
        seal(count + got)
        return got
    }

    /// Reads once from the place `offset` of an open file, behind the content, as much as fits, and
    /// in the same call looks whether the bytes right before that place are still those of
    /// `before`.
    /// - Returns: the number of bytes read, 0 at the end of the file, or minus the system's error
    ///   number; and whether what stands before is the same. Where it is not, nothing is appended.
    public func read(from descriptor: Int32, at offset: UInt64, behind before: [UInt8]) -> (count: Int, isSame: Bool) {
        precondition(UInt64(before.count) <= offset)
        var found = [UInt8](repeating: 0, count: before.count)
        let got = unsafe found.withUnsafeMutableBytes { found in
            var parts = unsafe [
                iovec(iov_base: found.baseAddress, iov_len: found.count),
                iovec(iov_base: base + count, iov_len: capacity - count),
            ]
            return unsafe preadv(descriptor, &parts, 2, off_t(clamping: offset - UInt64(found.count)))
        }
        if got < 0 { return (-Int(errno), true) }
        guard got >= before.count, found == before else {
            seal(count)
            return (0, false)
        }
        seal(count + got - before.count)
        return (got - before.count, true)
    }

    /// Writes once, at the place `offset` of an open file, `most` bytes of the content from `start` on.
    /// - Returns: the number of bytes written, or minus the system's error number.
    func write(from start: Int, _ most: Int, to descriptor: Int32, at offset: UInt64) -> Int {
        precondition(start >= 0 && most >= 0 && start + most <= count)
        let put = unsafe pwrite(descriptor, base + start, most, off_t(clamping: offset))
        return put < 0 ? -Int(errno) : put
    }

    /// Writes once, at the place `offset` of an open file: the content, and behind it the first
    /// `more` bytes of another block, whose zero bytes behind its content count among them. What
    /// the first `start` bytes are is left out.
    /// - Returns: the number of bytes written, or minus the system's error number.
    public func write(
        followedBy other: ByteBlock, _ more: Int, from start: Int, to descriptor: Int32, at offset: UInt64
    ) -> Int {
        precondition(more <= other.count + ByteBlock.padding && start >= 0 && start <= count + more)
        let own = min(start, count)
        var parts = unsafe [
            unsafe iovec(iov_base: base + own, iov_len: count - own),
            unsafe iovec(iov_base: other.base + (start - own), iov_len: more - (start - own)),
        ]
        let put = unsafe pwritev(descriptor, &parts, 2, off_t(clamping: offset))
        return put < 0 ? -Int(errno) : put
    }

    /// Appends a little-endian word of eight bytes.
    public func append(word: UInt64) {
        reserve(8)
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: word.littleEndian, as: UInt64.self)
        seal(count + 8)
    }

    /// The place of the last `byte` at or after `start`, if there is one.
    public func lastIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        var index = count
        while index > start {
            index -= 1
            if unsafe base[index] == byte { return index }
        }
        return nil
    }

    fileprivate func seal(_ length: Int) {
        count = length
        unsafe (base + length).update(repeating: 0, count: ByteBlock.padding)
    }
}

extension View<UInt8> {
    /// The place of the first `byte` at or after `start`, or `count` where there is none.
    @inlinable @inline(__always)
    public func firstIndex(of byte: UInt8, from start: Int) -> Int {
        precondition(start >= 0)
        guard start < count, let base = unsafe base, let hit = unsafe memchr(base + start, Int32(byte), count - start)
        else { return count }
        return unsafe UnsafeRawPointer(base).distance(to: hit)
    }

    /// How often a byte occurs.
    public func count(of byte: UInt8) -> Int {
        var found = 0
        // Through a pointer, so that the compiler makes a loop of wide steps out of it.
        for index in 0..<count where unsafe base.unsafelyUnwrapped[index] == byte { found &+= 1 }
        return found
    }

    /// Eight bytes as one little-endian word; all of them must lie within the view.
    @inlinable @inline(__always)
    public func word(at index: Int) -> UInt64 {
        precondition(index >= 0 && index &+ 8 <= count, "outside the view")
        return unsafe UnsafeRawPointer(base.unsafelyUnwrapped + index).loadUnaligned(as: UInt64.self)
    }

    /// Four bytes as one little-endian word; all of them must lie within the view.
    @inlinable @inline(__always)
    public func half(at index: Int) -> UInt32 {
        precondition(index >= 0 && index &+ 4 <= count, "outside the view")
        return unsafe UnsafeRawPointer(base.unsafelyUnwrapped + index).loadUnaligned(as: UInt32.self)
    }

    /// Whether both views hold the same bytes. Most are short: they are compared by words that may overlap.
    @inlinable @inline(__always)
    public func holdsSameBytes(as other: View<UInt8>) -> Bool {
        guard count == other.count else { return false }
        if count >= 8 {
            var index = 0
            let last = count &- 8
            while index < last {
                if word(at: index) != other.word(at: index) { return false }
                index &+= 8
            }
            return word(at: last) == other.word(at: last)
        }
        if count >= 4 {
            return half(at: 0) == other.half(at: 0) && half(at: count &- 4) == other.half(at: count &- 4)
        }
        var index = 0
        while index < count {
            if self[index] != other[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Whether these bytes stand before the other's, compared byte by byte.
    public func precedesBytewise(_ other: View<UInt8>) -> Bool {
        let shared = Swift.min(count, other.count)
        if shared > 0 {
            let order = unsafe memcmp(base.unsafelyUnwrapped, other.base.unsafelyUnwrapped, shared)
            if order != 0 { return order < 0 }
        }
        return count < other.count
    }

    /// The bytes as text; those that are not UTF-8 are replaced.
    public var text: String {
        unsafe String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }

    /// A copy of the bytes.
    public var copied: [UInt8] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Lends an array's bytes as a view for the length of a call.
    public static func of<Result>(_ bytes: [UInt8], _ body: (View<UInt8>) -> Result) -> Result {
        unsafe bytes.withUnsafeBufferPointer { unsafe body(View(base: $0.baseAddress, count: $0.count)) }
    }
}

extension [UInt8] {
    /// Appends a copy of what the view covers.
    public mutating func append(_ view: View<UInt8>) {
        unsafe append(contentsOf: UnsafeBufferPointer(start: view.base, count: view.count))
    }

    /// Appends the bytes of words, the lowest of each first.
    public mutating func append(_ words: (UInt64, UInt64, UInt64)) {
        let words = (words.0.littleEndian, words.1.littleEndian, words.2.littleEndian)
        unsafe Swift.withUnsafeBytes(of: words) { unsafe append(contentsOf: $0) }
    }

    /// Appends the bytes of words, the lowest of each first.
    public mutating func append(_ words: (UInt64, UInt64)) {
        let words = (words.0.littleEndian, words.1.littleEndian)
        unsafe Swift.withUnsafeBytes(of: words) { unsafe append(contentsOf: $0) }
    }

    /// Appends text as it is.
    public mutating func append(plain text: StaticString) {
        unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

extension ByteBlock {
    /// Has up to `most` bytes written behind the content, for which there must be room; `body` says how many were.
    func extend<Result>(_ most: Int, _ body: (UnsafeMutablePointer<UInt8>) -> (Int, Result)) -> Result {
        precondition(count + most <= capacity)
        let (made, result) = unsafe body(base + count)
        precondition(made >= 0 && made <= most)
        seal(count + made)
        return result
    }
}

extension ByteBlock {
    /// Makes the content `length` bytes long, of which `write` writes those behind what is there now.
    /// - Parameter write: is given where the content begins.
    func fill<Fault: Error>(_ length: Int, _ write: (UnsafeMutableRawPointer) throws(Fault) -> Void) throws(Fault) {
        reserve(length - count)
        try unsafe write(UnsafeMutableRawPointer(base))
        seal(length)
    }
}

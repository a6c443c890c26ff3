import Glibc

/// Why an image cannot be read back.
public enum StateFault: Error, Equatable, CustomStringConvertible {
    /// It ends too early.
    case truncated
    /// What stands there is not what is expected: the image was made by another version, or of another configuration.
    case unfit(String)
    /// The system's error, from reading it.
    case unreadable(String)

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .truncated: "it ends too early"
        case .unfit(let what): what
        case .unreadable(let error): error
        }
    }
}

/// Reads back what was put into a `StateImage`, in the same order.
///
/// Numbers of elements are held against what is left to be read before memory is taken for them. What the words mean is
/// checked by whoever reads them; that they are those that were written is for checksums to say.
@safe
public final class StateReader {
    private static let bufferSize = 1 << 16

    /// Nil where all is in the buffer already.
    private let descriptor: Descriptor?
    private let buffer: ByteBlock
    private var at = 0
    /// Bytes that are still to be read from the descriptor.
    private var unread: Int

    /// A reader of an image's bytes.
    public init(_ bytes: [UInt8]) {
        descriptor = nil
        buffer = ByteBlock(capacity: bytes.count)
        buffer.append(bytes)
        unread = 0
    }

    /// A reader of the next `count` bytes of a file.
    package init(_ descriptor: Descriptor, count: Int) {
        self.descriptor = descriptor
        buffer = ByteBlock(capacity: StateReader.bufferSize)
        unread = count
    }

    /// How many bytes are left.
    public var left: Int { buffer.count - at + unread }

    /// The next word.
    public func word() throws(StateFault) -> UInt64 {
        try ready(8)
        defer { at += 8 }
        return buffer.bytes.word(at: at)
    }

    /// The next number.
    public func number() throws(StateFault) -> Int { Int(Int64(bitPattern: try word())) }

    /// The next number, which counts things of at least `size` bytes each that follow.
    public func count(of size: Int) throws(StateFault) -> Int {
        let count = try number()
        guard count >= 0, count <= left / max(size, 1) else { throw .truncated }
        return count
    }

    /// The next flag.
    public func flag() throws(StateFault) -> Bool { try word() != 0 }

    /// Passes over a label.
    public func expect(label: String) throws(StateFault) {
        guard try word() == Hash64.of(label) else {
            throw .unfit("the \(label) are not where this version keeps them")
        }
    }

    /// The next bytes.
    public func bytes() throws(StateFault) -> [UInt8] {
        let count = try self.count(of: 1)
        let padded = (count + 7) & ~7
        let block = ByteBlock(capacity: padded)
        try unsafe block.fill(padded) { memory throws(StateFault) in try unsafe read(into: memory, count: padded) }
        block.truncate(to: count)
        return withExtendedLifetime(block) { block.bytes.copied }
    }

    /// The next text.
    public func text() throws(StateFault) -> String { String(decoding: try bytes(), as: UTF8.self) }

    /// The next numbers.
    public func numbers() throws(StateFault) -> [Int] {
        var numbers: [Int] = []
        for _ in 0..<(try count(of: 8)) { numbers.append(try number()) }
        return numbers
    }

    /// The next numbers, of which there must be so many.
    public func numbers(_ count: Int) throws(StateFault) -> [Int] {
        let numbers = try numbers()
        guard numbers.count == count else { throw .unfit("there are \(numbers.count) numbers in place of \(count)") }
        return numbers
    }

    /// The next column.
    public func column<Element: BitwiseCopyable>(of type: Element.Type) throws(StateFault) -> Column<Element> {
        let count = try self.count(of: MemoryLayout<Element>.stride)
        var column = Column<Element>(capacity: count)
        try unsafe read(into: UnsafeMutableRawPointer(column.base), count: count * MemoryLayout<Element>.stride)
        column.length = count
        return column
    }

    /// Gives the next `count` words to `body`, one after the other.
    func words(_ count: Int, _ body: (UInt64) -> Void) throws(StateFault) {
        var left = count
        while left > 0 {
            try ready(min(left * 8, 8192))
            let here = min(left, (buffer.count - at) / 8)
            let bytes = buffer.bytes
            for index in 0..<here { body(bytes.word(at: at + index * 8)) }
            at += here * 8
            left -= here
        }
    }

    /// Reads bytes into memory that has room for them.
    func read(into memory: UnsafeMutableRawPointer, count: Int) throws(StateFault) {
        guard count <= left else { throw .truncated }
        let here = min(count, buffer.count - at)
        if here > 0, let base = unsafe buffer.bytes.base {
            unsafe memory.copyMemory(from: base + at, byteCount: here)
            at += here
        }
        var done = here
        while done < count { done += try unsafe fetch(memory + done, count - done) }
    }

    private func fetch(_ memory: UnsafeMutableRawPointer, _ count: Int) throws(StateFault) -> Int {
        guard let descriptor else { throw .truncated }
        let got = unsafe descriptor.read(into: memory, count: count)
        if got == -Int(EINTR) { return 0 }
        if got < 0 { throw .unreadable("\(SystemError(code: Int32(-got)))") }
        if got == 0 { throw .truncated }
        unread -= got
        return got
    }

    /// Sees to it that the next `count` bytes are in the buffer; few.
    private func ready(_ count: Int) throws(StateFault) {
        guard count <= left else { throw .truncated }
        if buffer.count - at >= count { return }
        buffer.remove(0..<at)
        at = 0
        while buffer.count < count {
            let room = min(StateReader.bufferSize - buffer.count, unread)
            let start = buffer.count
            try unsafe buffer.fill(start + room) { memory throws(StateFault) in
                var done = start
                while done < start + room { done += try unsafe fetch(memory + done, start + room - done) }
            }
        }
    }
}

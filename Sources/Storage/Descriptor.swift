import CLinux
import Glibc
import Synchronization

/// A call to the system that failed.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The system's error number.
    package let code: Int32

    package init(code: Int32) { self.code = code }

    /// A signal came before anything was done.
    package static let interrupted = SystemError(code: EINTR)
    /// There is nothing of that name.
    package static let noSuchFile = SystemError(code: ENOENT)
    /// Somebody else has that address.
    package static let addressInUse = SystemError(code: EADDRINUSE)
    /// It would take waiting.
    package static let wouldBlock = SystemError(code: EAGAIN)
    /// The device is full.
    package static let noSpace = SystemError(code: ENOSPC)
    /// The device failed.
    package static let device = SystemError(code: EIO)
    /// What should be a folder is none.
    package static let notADirectory = SystemError(code: ENOTDIR)

    /// The system's words for it.
    package var description: String {
        var text = [CChar](repeating: 0, count: 128)
        guard unsafe strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// An open file, pipe or device. It is closed when its last owner lets go of it, unless it was borrowed.
package final class Descriptor: Sendable {
    /// What kind of thing is open.
    package enum Kind: Sendable { case file, directory, pipe, device, other }

    /// Which file is open, whatever its name: equal for two descriptors of the same one.
    package struct Identity: Hashable, Sendable {
        package let device: UInt64
        package let inode: UInt64

        package init(device: UInt64, inode: UInt64) { (self.device, self.inode) = (device, inode) }
    }

    package static let standardInput = Descriptor(borrowing: 0)
    package static let standardOutput = Descriptor(borrowing: 1)
    package static let standardError = Descriptor(borrowing: 2)

    /// The system's number for it.
    package let number: Int32
    private let isOpen: Atomic<Bool>

    init(owning number: Int32) {
        self.number = number
        isOpen = Atomic(true)
    }

    private init(borrowing number: Int32) {
        self.number = number
        isOpen = Atomic(false)
    }

    deinit {
        if isOpen.load(ordering: .relaxed) { _ = Glibc.close(number) }
    }

    /// Opens a file for reading. Reads do not block: wait for it first.
    package convenience init(reading path: String) throws(SystemError) {
        // Without O_NONBLOCK, opening a named pipe would wait for its writer and could not be interrupted.
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if number < 0 { throw SystemError(code: errno) }
        self.init(owning: number)
    }

    /// Opens a file for writing, from its beginning; makes it where there is none. What is in it stays until `empty`.
    package convenience init(writing path: String) throws(SystemError) {
        let number = unsafe open(path, O_WRONLY | O_CLOEXEC | O_CREAT, 0o666)
        if number < 0 { throw SystemError(code: errno) }
        self.init(owning: number)
    }

    /// Opens a file for writing behind what is in it; makes it where there is none, for its owner
    /// alone where `isPrivate`.
    package convenience init(appendingTo path: String, isPrivate: Bool = false) throws(SystemError) {
        let number = unsafe open(path, O_WRONLY | O_CLOEXEC | O_CREAT | O_APPEND, isPrivate ? 0o600 : 0o666)
        if number < 0 { throw SystemError(code: errno) }
        self.init(owning: number)
    }

    /// Opens what is at a path, as `flags` say; what is made anew is for its owner alone, or as `mode` says.
    convenience init(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemError) {
        let number = unsafe open(path, flags | O_CLOEXEC, mode)
        if number < 0 { throw SystemError(code: errno) }
        self.init(owning: number)
    }

    /// A pipe's two ends. Where it does not block, both reading from it while it is empty and
    /// writing to it while it is full fail at once.
    package static func pipe(blocks: Bool = true) throws(SystemError) -> (reading: Descriptor, writing: Descriptor) {
        var ends: [Int32] = [0, 0]
        if unsafe pipe2(&ends, O_CLOEXEC | (blocks ? 0 : O_NONBLOCK)) != 0 { throw SystemError(code: errno) }
        return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }

    package var kind: Kind {
        guard let state else { return .other }
        return switch state.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        case S_IFIFO: .pipe
        case S_IFCHR: .device
        default: .other
        }
    }

    package var identity: Identity? {
        state.map { Identity(device: UInt64($0.st_dev), inode: UInt64($0.st_ino)) }
    }

    /// Whether a file's permissions let everybody read it.
    package var isReadableByAll: Bool { state.map { $0.st_mode & S_IROTH != 0 } ?? false }

    var state: stat? {
        var state = stat()
        return unsafe fstat(number, &state) == 0 ? state : nil
    }

    /// Drops what a file holds; pipes and devices hold nothing. One that is empty is left alone: ext4 has whoever
    /// closes a file that was emptied wait until all of it is on its way to the disk.
    package func empty() throws(SystemError) {
        if kind == .file, size > 0, ftruncate(number, 0) != 0 { throw SystemError(code: errno) }
    }

    /// Reads a file from its beginning again.
    package func rewind() { _ = lseek(number, 0, SEEK_SET) }

    /// Closes what is owned, and says what only closing brings to light, such as a full disk behind a network.
    package func close() throws(SystemError) {
        guard isOpen.exchange(false, ordering: .relaxed) else { return }
        if Glibc.close(number) != 0, errno != EINTR { throw SystemError(code: errno) }
    }

    /// Takes the numbers 0 to 2 where the program was started without them, so that no file that is
    /// opened later passes for a standard stream. Reading and writing them then fails.
    package static func reserveStandardStreams() {
        for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 {
            // The lowest free number is the one that is missing.
            _ = unsafe open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY)
        }
    }
}

extension Descriptor {
    /// What ended a wait.
    package enum Wake: Sendable { case ready, interrupted, timeout }

    /// Blocks until the descriptor can be read or has ended, `interruption` can be read, or the time is over.
    package func waitToRead(or interruption: Descriptor, milliseconds: Int32 = -1) -> Wake {
        var waits = [
            pollfd(fd: number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: interruption.number, events: Int16(POLLIN), revents: 0),
        ]
        var count: Int32
        // A signal ends the wait; what it has to say is then to be read from `interruption`.
        repeat { count = unsafe poll(&waits, 2, milliseconds) } while count < 0 && errno == EINTR
        if waits[1].revents != 0 { return .interrupted }
        return count == 0 ? .timeout : .ready
    }

    /// Blocks until the descriptor can be read or has ended, or the time is over; whether it can.
    package func waitToRead(milliseconds: Int32) -> Bool {
        var wait = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&wait, 1, milliseconds) > 0
    }

    /// Blocks until the descriptor can be written or has failed.
    package func waitToWrite() {
        var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wait, 1, -1)
    }

    /// Whether `waitToRead` would find something at once.
    package var isReadable: Bool {
        var wait = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&wait, 1, 0) > 0
    }

    /// Writes a byte where there is room for it at once.
    package func writeByte() {
        var byte: UInt8 = 0
        _ = unsafe Glibc.write(number, &byte, 1)
    }

    /// Reads what can be read at once, for nobody. It must not block.
    package func discardReadable() {
        var room = [UInt8](repeating: 0, count: 4096)
        while unsafe Glibc.read(number, &room, room.count) == room.count {}
    }

    /// Writes the whole of a short text, and gives up quietly where that fails: for messages about failures.
    package func writeMessage(_ text: String) {
        let block = ByteBlock(capacity: text.utf8.count)
        block.append(Array(text.utf8))
        writeMessage(block)
    }

    /// Writes the whole of a block, and gives up quietly where that fails: for messages about failures.
    package func writeMessage(_ block: ByteBlock) {
        var done = 0
        while done < block.count {
            let put = block.write(from: done, to: number)
            if put > 0 {
                done += put
            } else if put == -Int(EAGAIN) {
                waitToWrite()
            } else if put != -Int(EINTR) {
                return
            }
        }
    }
}

extension Descriptor {
    /// Reads once into memory with room for `count` bytes.
    /// - Returns: the number of bytes read, 0 at the end, or minus the system's error number.
    func read(into memory: UnsafeMutableRawPointer, count: Int) -> Int {
        let got = unsafe Glibc.read(number, memory, count)
        return got < 0 ? -Int(errno) : got
    }
}

import CLinux
import Glibc
import Synchronization

/// A way to write much of a file at a time past the system's page cache (`O_DIRECT`).
///
/// The cache costs a step for each page of four KiB, several times what the copy into it does, and
/// memory that nobody reads again. Whole pages of the file that lie right in memory go to the disk
/// as they are. What the cache has of the file, its other pages, is of no concern: the system keeps
/// the two apart by pages, and one fsync makes sure of both. A write takes as long as the disk does.
package final class DirectFile: Sendable {
    private enum Way {
        case unknown
        case open(Descriptor)
        case refused
    }

    /// How much is worth while, in bytes.
    package static let least = 128 << 10
    /// What places in the file and lengths are multiples of: pages of the cache, in bytes.
    package static let page = 4096

    private let original: Descriptor
    private let way = Mutex(Way.unknown)

    /// The way to a file that is open for writing.
    package init(_ descriptor: Descriptor) { original = descriptor }

    /// Writes once, at `offset`, as many whole pages as there are of the first `most` bytes behind `start` of a block.
    /// - Returns: how many bytes were written; minus the system's error number; 0 where they do not lie right, in the file
    ///   or in memory, or the file system has no such way.
    package func write(_ block: ByteBlock, from start: Int, most: Int, at offset: UInt64) -> Int {
        let count = most & ~(DirectFile.page - 1)
        guard offset % UInt64(DirectFile.page) == 0, count > 0 else { return 0 }
        return way.withLock { way in
            if case .unknown = way {
                // By its number, since its name may be another's by now.
                let found = try? Descriptor("/proc/self/fd/\(original.number)", O_WRONLY | Int32(open_direct))
                way = found.map { .open($0) } ?? .refused
            }
            guard case .open(let file) = way else { return 0 }
            let put = block.write(from: start, count, to: file.number, at: offset)
            // What the file system or the disk does not take this way, it takes the usual one.
            guard put == -Int(EINVAL) || put == -Int(EOPNOTSUPP) else { return put }
            way = .refused
            return 0
        }
    }
}

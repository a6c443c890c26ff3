import CLinux
import Glibc

/// Memory in pages of two MiB, where the system has them (`MADV_HUGEPAGE`): with small pages,
/// finding out where a place of a large table lies costs a wait for memory of its own, and each
/// page costs a fault at its first use.
enum LargePages {
    static let bytes = 2 << 20

    /// Fresh memory that begins where a large page can; nil where there is none to be had.
    static func map(_ byteCount: Int, _ protection: Int32, _ flags: Int32 = 0) -> UnsafeMutableRawPointer? {
        // Of a stretch that is a page longer, what lies right.
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | flags
        let found = unsafe mmap(nil, byteCount + bytes, protection, flags, -1, 0)
        guard let memory = unsafe found, unsafe memory != MAP_FAILED else { return nil }
        let before = (bytes - Int(bitPattern: memory) % bytes) % bytes
        let start = unsafe memory + before
        if before > 0 { unsafe munmap(memory, before) }
        if before < bytes { unsafe munmap(start + byteCount, bytes - before) }
        // Where the system refuses, small pages serve as well.
        unsafe madvise(start, byteCount, MADV_HUGEPAGE)
        return unsafe start
    }

    /// Has the system give the memory of some bytes that are to be written, before that is waited for.
    static func touch(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
        var offset = 0
        while offset < byteCount {
            unsafe touch_word(memory + offset)
            offset += 4096
            // A large page is there as a whole.
            var isThere: UInt8 = 0
            if offset == 4096, unsafe mincore(memory + offset, 4096, &isThere) == 0, isThere & 1 == 1 { return }
        }
    }
}

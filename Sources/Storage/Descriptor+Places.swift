import Glibc

/// Files that are read and written at places of one's choosing, and made sure of.
extension Descriptor {
    /// Opens a file for reading and writing.
    package convenience init(changing path: String) throws(SystemError) {
        try self.init(path, O_RDWR | O_NOFOLLOW)
    }

    /// Makes a file for reading and writing that only its owner may touch; there must be none of that name.
    package convenience init(making path: String) throws(SystemError) {
        try self.init(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
    }

    /// Opens a file for reading and writing, and makes it, for its owner alone, where there is none.
    package convenience init(keeping path: String) throws(SystemError) {
        try self.init(path, O_RDWR | O_CREAT | O_NOFOLLOW)
    }

    /// Opens a file for reading and writing, and makes it where there is none. What is in it stays.
    package convenience init(revising path: String) throws(SystemError) {
        try self.init(path, O_RDWR | O_CREAT, mode: 0o666)
    }

    /// A file without a name, which is gone when nobody has it open any more.
    package static func nameless() throws(SystemError) -> Descriptor {
        var template = Array("/tmp/journeyd-XXXXXX".utf8CString)
        let number = unsafe mkstemp(&template)
        if number < 0 { throw SystemError(code: errno) }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = unsafe unlink(template)
        return Descriptor(owning: number)
    }

    /// A file without a name that has these bytes, to be read from its beginning.
    package static func nameless(holding bytes: [UInt8]) throws(SystemError) -> Descriptor {
        let file = try nameless()
        var done = 0
        while done < bytes.count {
            let put = file.put(bytes, from: done)
            if put < 0 { throw SystemError(code: Int32(-put)) }
            done += put
        }
        try file.seek(to: 0)
        return file
    }

    /// The same open file by another number.
    package func copy() throws(SystemError) -> Descriptor {
        let number = fcntl(number, F_DUPFD_CLOEXEC, 3)
        if number < 0 { throw SystemError(code: errno) }
        return Descriptor(owning: number)
    }

    /// Goes on reading and writing at a place of a file.
    package func seek(to offset: UInt64) throws(SystemError) {
        if lseek(number, off_t(clamping: offset), SEEK_SET) < 0 { throw SystemError(code: errno) }
    }

    /// When a file was last written to, in nanoseconds since 1970.
    package var modified: Int64 {
        state.map { Int64($0.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64($0.st_mtim.tv_nsec) } ?? 0
    }

    /// The place of the first byte at or after another that a file holds on its disk; those before are zero and take no
    /// room. Nil where there is none, or the file system does not say.
    package func nextData(from offset: UInt64) -> UInt64? {
        // SEEK_DATA, which the Glibc module does not show.
        let found = lseek(number, off_t(clamping: offset), 3)
        return found < 0 ? nil : UInt64(found)
    }

    /// How many bytes a file holds.
    package var size: UInt64 { UInt64(clamping: state?.st_size ?? 0) }

    /// The owner's number, and what it and others may do with the file: the lowest nine bits.
    package var access: (owner: UInt32, mode: UInt32)? {
        state.map { ($0.st_uid, UInt32($0.st_mode) & 0o777) }
    }

    /// Lets nobody but the owner touch the file or folder.
    package func keepToOwner(isFolder: Bool) throws(SystemError) {
        if fchmod(number, isFolder ? 0o700 : 0o600) != 0 { throw SystemError(code: errno) }
    }

    /// Drops what a file holds behind its first `length` bytes.
    package func truncate(to length: UInt64) throws(SystemError) {
        if ftruncate(number, off_t(clamping: length)) != 0 { throw SystemError(code: errno) }
    }

    /// Blocks until what was written would outlast the loss of power. Where it fails, what was written since the last
    /// time may be lost although a second try succeeds: never take that for success.
    package func synchronize() throws(SystemError) {
        while fdatasync(number) != 0 {
            if errno != EINTR { throw SystemError(code: errno) }
        }
    }

    /// Takes the file's lock, which its process holds until it ends or lets go of the descriptor; false where another
    /// one has had it for a tenth of a second. A child keeps what this process has let go of for the instant between
    /// being made and becoming another program.
    package func lock() throws(SystemError) -> Bool {
        var tries = 0
        while flock(number, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK else { throw SystemError(code: errno) }
            tries += 1
            if tries > 20 { return false }
            usleep(5_000)
        }
        return true
    }
}

/// A folder by its path.
package struct Folder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// The path of what is called `name` in it.
    package func path(of name: String) -> String { path + "/" + name }

    /// Makes the folder, for its owner alone; nothing happens where it is there already.
    package func make() throws(SystemError) {
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemError(code: errno) }
    }

    /// What is in it, by name, in order; nothing where there is no such folder.
    package func names() throws(SystemError) -> [String] { try entries().map(\.name).sorted() }

    /// What is in it and the numbers that its file system gives those files, in no order; nothing where there is no such
    /// folder.
    package func entries() throws(SystemError) -> [(name: String, inode: UInt64)] {
        guard let folder = unsafe opendir(path) else {
            if errno == ENOENT { return [] }
            throw SystemError(code: errno)
        }
        defer { unsafe closedir(folder) }
        var entries: [(name: String, inode: UInt64)] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { entries.append((name, unsafe UInt64(entry.pointee.d_ino))) }
        }
        return entries
    }

    /// Removes a file; nothing happens where there is none.
    package func remove(_ name: String) throws(SystemError) {
        if unsafe unlink(path(of: name)) != 0, errno != ENOENT { throw SystemError(code: errno) }
    }

    /// Gives a file another name, in place of one that may have it. Readers see the old file or the new one.
    package func rename(_ name: String, to other: String) throws(SystemError) {
        if unsafe Glibc.rename(path(of: name), path(of: other)) != 0 { throw SystemError(code: errno) }
    }

    /// Blocks until names that were made, changed or removed would outlast the loss of power.
    package func synchronize() throws(SystemError) {
        let folder = try Descriptor(reading: path)
        while fsync(folder.number) != 0 {
            if errno != EINTR { throw SystemError(code: errno) }
        }
    }
}

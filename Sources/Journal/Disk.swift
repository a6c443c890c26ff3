package import Storage

/// What the journal asks of a disk: files in one folder, read and written at places.
///
/// The real one is `FolderDisk`; tests have one that tears writes, loses what was not made sure of, and fails. Calls block.
package protocol Disk: Sendable {
    /// What is there, by name, in order.
    func names() throws(JournalFault) -> [String]
    /// Makes a file; there must be none of that name.
    func make(_ name: String) throws(JournalFault) -> any DiskFile
    /// Opens a file for reading and writing, or for reading alone.
    func open(_ name: String, forReading: Bool) throws(JournalFault) -> any DiskFile
    /// Removes a file, if there is one.
    func remove(_ name: String) throws(JournalFault)
    /// Makes sure that names which were made or removed outlast the loss of power.
    func synchronizeNames() throws(JournalFault)
}

/// An open file of a disk.
package protocol DiskFile: Sendable {
    /// How many bytes it holds.
    var size: UInt64 { get }
    /// Writes once, at `offset`: `head`, and behind it the first `bodyCount` bytes of `body` (of whose zero bytes behind
    /// its content eight may be among them), leaving out the first `start` bytes of both together.
    /// - Returns: how many bytes were written, at least one, maybe fewer than there are.
    func write(_ head: ByteBlock, _ body: ByteBlock, bodyCount: Int, from start: Int, at offset: UInt64)
        throws(JournalFault) -> Int
    /// Appends to `block` what the file holds from `offset` on, at most `most` bytes.
    /// - Returns: how many bytes those were; 0 at the end of the file.
    func read(into block: ByteBlock, at offset: UInt64, most: Int) throws(JournalFault) -> Int
    /// Drops what is behind the first `length` bytes.
    func truncate(to length: UInt64) throws(JournalFault)
    /// Makes sure that what was written outlasts the loss of power. Once it has failed, nothing is known about what was
    /// written since it last succeeded, and no further try tells.
    func synchronize() throws(JournalFault)
}

/// A folder of the machine's file system.
package struct FolderDisk: Disk {
    private let folder: Folder

    /// The folder at `path`, which must be there.
    package init(path: String) { folder = Folder(path) }

    /// See `Disk`.
    package func names() throws(JournalFault) -> [String] {
        do throws(SystemError) { return try folder.names() } catch { throw JournalFault("listing", folder.path, error) }
    }

    /// See `Disk`.
    package func make(_ name: String) throws(JournalFault) -> any DiskFile {
        let path = folder.path(of: name)
        do throws(SystemError) {
            return FolderFile(name: path, descriptor: try Descriptor(making: path))
        } catch {
            throw JournalFault("making it", path, error)
        }
    }

    /// See `Disk`.
    package func open(_ name: String, forReading: Bool) throws(JournalFault) -> any DiskFile {
        let path = folder.path(of: name)
        do throws(SystemError) {
            let descriptor = try forReading ? Descriptor(reading: path) : Descriptor(changing: path)
            return FolderFile(name: path, descriptor: descriptor)
        } catch {
            throw JournalFault("opening", path, error)
        }
    }

    /// See `Disk`.
    package func remove(_ name: String) throws(JournalFault) {
        do throws(SystemError) {
            try folder.remove(name)
        } catch {
            throw JournalFault("removing", folder.path(of: name), error)
        }
    }

    /// See `Disk`. What is made sure of is the folder itself.
    package func synchronizeNames() throws(JournalFault) {
        do throws(SystemError) { try folder.synchronize() } catch { throw JournalFault("fsync", folder.path, error) }
    }
}

/// A file of the machine's file system.
private struct FolderFile: DiskFile {
    let name: String
    let descriptor: Descriptor
    private let direct: DirectFile

    init(name: String, descriptor: Descriptor) {
        self.name = name
        self.descriptor = descriptor
        direct = DirectFile(descriptor)
    }

    var size: UInt64 { descriptor.size }

    func write(_ head: ByteBlock, _ body: ByteBlock, bodyCount: Int, from start: Int, at offset: UInt64)
        throws(JournalFault) -> Int
    {
        while true {
            let put = put(head, body, bodyCount, from: start, at: offset)
            if put > 0 { return put }
            let error = put == 0 ? .noSpace : SystemError(code: Int32(-put))
            if error != .interrupted { throw JournalFault("writing", name, error) }
        }
    }

    /// Writes once. A large body goes past the cache, as many whole pages of it as there are: those that the head and the
    /// body's end lie in are the cache's.
    private func put(
        _ head: ByteBlock, _ body: ByteBlock, _ bodyCount: Int, from start: Int, at offset: UInt64
    ) -> Int {
        var bodyMost = bodyCount
        if min(bodyCount, body.count) - max(0, start - head.count) >= DirectFile.least {
            if start >= head.count {
                let inBody = start - head.count
                let put = direct.write(body, from: inBody, most: body.count - inBody, at: offset)
                if put != 0 { return put }
            } else {
                bodyMost = 0
            }
        }
        return head.write(followedBy: body, bodyMost, from: start, to: descriptor.number, at: offset)
    }

    func read(into block: ByteBlock, at offset: UInt64, most: Int) throws(JournalFault) -> Int {
        while true {
            let got = block.read(from: descriptor.number, at: offset, most: most)
            if got >= 0 { return got }
            let error = SystemError(code: Int32(-got))
            if error != .interrupted { throw JournalFault("reading", name, error) }
        }
    }

    func truncate(to length: UInt64) throws(JournalFault) {
        do throws(SystemError) {
            try descriptor.truncate(to: length)
        } catch {
            throw JournalFault("cutting off its end", name, error)
        }
    }

    func synchronize() throws(JournalFault) {
        do throws(SystemError) { try descriptor.synchronize() } catch { throw JournalFault("fsync", name, error) }
    }
}

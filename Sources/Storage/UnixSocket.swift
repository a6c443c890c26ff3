import Glibc

/// A listening Unix socket with its place in the file system, which is removed when the socket is let go of.
///
/// A file that a run before left behind is replaced, but only if it is a socket and nobody listens at it. Two programs
/// that start at once cannot replace each other's: each holds the folder's lock while it looks and binds.
package final class UnixSocket: Sendable {
    /// Why the place cannot be taken.
    package enum Fault: Error {
        /// Something listens there.
        case inUse
        /// What is there is not a socket.
        case notASocket
        case failed(SystemError)
    }

    package let descriptor: Descriptor
    private let path: String
    private let identity: Descriptor.Identity?

    /// Listens at `path`, which is given the permissions `mode` before anybody can connect.
    package init(path: String, address: NetworkAddress, mode: UInt32) throws(Fault) {
        self.path = path
        let folder = try UnixSocket.locked(path)
        defer { try? folder.close() }
        try UnixSocket.removeStale(path, address)
        do throws(SystemError) {
            descriptor = try Descriptor.socket(AF_UNIX)
            // The file is made with the socket's own mode, less the mask; so it is never wider than it should be.
            _ = fchmod(descriptor.number, mode)
            try descriptor.bind(to: address)
        } catch {
            throw error.code == EADDRINUSE ? .notASocket : .failed(error)
        }
        identity = UnixSocket.identity(path)
        do throws(SystemError) {
            if unsafe chmod(path, mode) != 0 { throw SystemError(code: errno) }
            try descriptor.listen()
        } catch {
            _ = unsafe unlink(path)
            throw .failed(error)
        }
    }

    /// Removes the file, if it is still this socket's.
    package func remove() {
        if let identity, UnixSocket.identity(path) == identity { _ = unsafe unlink(path) }
    }

    deinit { remove() }

    /// The folder of the path, locked until it is closed.
    private static func locked(_ path: String) throws(Fault) -> Descriptor {
        let cut = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        do throws(SystemError) {
            let folder = try Descriptor(reading: name)
            while flock(folder.number, LOCK_EX) != 0 {
                if errno != EINTR { throw SystemError(code: errno) }
            }
            return folder
        } catch {
            throw .failed(error)
        }
    }

    private static func removeStale(_ path: String, _ address: NetworkAddress) throws(Fault) {
        var state = stat()
        guard unsafe lstat(path, &state) == 0 else { return }
        guard state.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket }
        do throws(SystemError) {
            _ = try Descriptor.connecting(to: address)
        } catch {
            // A full backlog (EAGAIN) has a listener; what refuses has none.
            guard error.code == ECONNREFUSED else { throw .inUse }
            _ = unsafe unlink(path)
            return
        }
        throw .inUse
    }

    private static func identity(_ path: String) -> Descriptor.Identity? {
        var state = stat()
        guard unsafe lstat(path, &state) == 0 else { return nil }
        return Descriptor.Identity(device: UInt64(state.st_dev), inode: UInt64(state.st_ino))
    }
}

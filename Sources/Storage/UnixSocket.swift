import Glibc

/// A listening Unix socket with its place in the file system, which is removed when the socket is let go of.
///
/// A file that a run before left behind is replaced, but only if it is a socket and nobody listens at it. Two programs
/// that start at once cannot replace each other's: each holds a lock while it looks and binds. That is a file of its own
/// beside the socket, for its owner alone, which is there only meanwhile, so that nobody who can merely read the folder can
/// hold it.
package final class UnixSocket: Sendable {
    /// Why the place cannot be taken.
    package enum Fault: Error {
        /// Something listens there.
        case inUse
        /// What is there is not a socket.
        case notASocket
        /// Somebody else has held the lock, the file of that name, for too long.
        case locked(String)
        /// The lock's file is another user's.
        case lockOfAnother(String)
        /// The program was told to end meanwhile.
        case toldToEnd
        case failed(SystemError)
    }

    package let descriptor: Descriptor
    private let path: String
    private let identity: Descriptor.Identity?

    /// Listens at `path`, which is given the permissions `mode` before anybody can connect.
    /// - Parameter isWaiting: told of the lock's file once it is waited for.
    package init(
        path: String, address: NetworkAddress, mode: UInt32, patience: Int64 = 10_000_000,
        isWaiting: (String) -> Void = { _ in }
    ) throws(Fault) {
        self.path = path
        let lock = try UnixSocket.locked(path + ".lock", patience: patience, isWaiting)
        defer {
            _ = unsafe unlink(path + ".lock")
            try? lock.close()
        }
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

    /// The file that is the lock, made and locked until it is removed and closed.
    private static func locked(
        _ path: String, patience: Int64, _ isWaiting: (String) -> Void
    ) throws(Fault) -> Descriptor {
        let begin = System.steadyClock
        var hasTold = false
        while true {
            do throws(SystemError) {
                let lock = try Descriptor(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
                let owner = lock.access?.owner
                if owner != geteuid() { throw SystemError(code: EPERM) }
                // Who had it before may have removed it meanwhile; then it is nobody's lock.
                if try lock.lock(), identity(path) == lock.identity { return lock }
            } catch {
                let isThere = unsafe access(path, F_OK) == 0
                let isAnothers = [EPERM, EACCES, ELOOP].contains(error.code) && isThere
                throw isAnothers ? .lockOfAnother(path) : .failed(error)
            }
            if System.isToldToEnd { throw .toldToEnd }
            let waited = System.steadyClock - begin
            if waited > patience { throw .locked(path) }
            if waited > 1_000_000, !hasTold {
                hasTold = true
                isWaiting(path)
            }
            System.sleep(milliseconds: 20)
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

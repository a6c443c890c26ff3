import Glibc

/// What becomes of bytes that were written.
extension Descriptor {
    /// How many of the bytes that were sent to a socket have not been taken by the other side: by its system for TCP, by
    /// who reads from it for a Unix socket. Says nothing once `isBroken`.
    package var untakenCount: Int { count(UInt(TIOCOUTQ)) }

    /// How many bytes in a pipe, from either end, nobody has read.
    package var unreadInPipe: Int { count(UInt(FIONREAD)) }

    private func count(_ request: UInt) -> Int {
        var count: Int32 = 0
        return unsafe ioctl(number, request, &count) == 0 ? Int(count) : 0
    }

    /// Whether nothing can be written any more: the other end is gone, or the connection failed.
    package var isBroken: Bool {
        var wait = pollfd(fd: number, events: 0, revents: 0)
        return unsafe poll(&wait, 1, 0) > 0 && wait.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    }

    /// Blocks until the descriptor can be written or has failed, or the time is over; whether it was the former.
    package func waitToWrite(milliseconds: Int32) -> Bool {
        var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&wait, 1, milliseconds) > 0
    }

    /// Writes what fits from `start` on. It must not block.
    /// - Returns: the number of bytes, or minus the system's error number.
    package func put(_ bytes: [UInt8], from start: Int) -> Int {
        precondition(start >= 0 && start <= bytes.count)
        let put = unsafe bytes.withUnsafeBytes { raw in
            unsafe Glibc.write(number, raw.baseAddress.map { unsafe $0 + start }, bytes.count - start)
        }
        return put < 0 ? -Int(errno) : put
    }
}

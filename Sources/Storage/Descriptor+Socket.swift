import CLinux
import Glibc

/// Sockets. None of them blocks: wait for them first, by `waitToRead`, `waitToWrite` or `Readiness`.
extension Descriptor {
    /// How many connections may wait to be accepted.
    private static let backlog: Int32 = 1024

    /// A socket of a stream that is neither bound nor connected.
    static func socket(_ family: Int32) throws(SystemError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = Glibc.socket(family, kind, 0)
        if number < 0 { throw SystemError(code: errno) }
        return Descriptor(owning: number)
    }

    /// Listens at an address of IPv4 or IPv6. Its port may be 0: the system then chooses one, see `localAddress`.
    package static func listening(at address: NetworkAddress) throws(SystemError) -> Descriptor {
        let made = try socket(address.family)
        // A restart must not wait until the last connections of the run before are forgotten.
        made.set(SO_REUSEADDR, of: SOL_SOCKET, to: 1)
        if address.family == AF_INET6 { made.set(IPV6_V6ONLY, of: Int32(IPPROTO_IPV6), to: 1) }
        try made.bind(to: address)
        try made.listen()
        return made
    }

    func bind(to address: NetworkAddress) throws(SystemError) {
        let fault = unsafe address.withSystemForm { unsafe Glibc.bind(number, $0, $1) }
        if fault != 0 { throw SystemError(code: errno) }
    }

    func listen() throws(SystemError) {
        if Glibc.listen(number, Descriptor.backlog) != 0 { throw SystemError(code: errno) }
    }

    /// Begins to connect. Once it can be written, `connectionFault` says whether that succeeded.
    package static func connecting(to address: NetworkAddress) throws(SystemError) -> Descriptor {
        let made = try socket(address.family)
        let fault = unsafe address.withSystemForm { unsafe Glibc.connect(made.number, $0, $1) }
        if fault != 0, errno != EINPROGRESS { throw SystemError(code: errno) }
        made.sendAtOnce()
        return made
    }

    /// Why a connection failed; nil where it did not, or not yet.
    package var connectionFault: SystemError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
            return SystemError(code: errno)
        }
        return code == 0 ? nil : SystemError(code: code)
    }

    /// The next connection that waits to be accepted, and who is at its other end; nil where none waits.
    package func accept() throws(SystemError) -> (connection: Descriptor, peer: NetworkAddress?)? {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let (peer, made) = unsafe NetworkAddress.filled { unsafe accept4(number, $0, $1, flags) }
        if made >= 0 { return (Descriptor(owning: made), peer) }
        switch errno {
        // The last two: it was given up before it was accepted.
        case EAGAIN, EINTR, ECONNABORTED, EPROTO: return nil
        case let code: throw SystemError(code: code)
        }
    }

    /// Where the socket is bound.
    package var localAddress: NetworkAddress? {
        unsafe NetworkAddress.filled { unsafe getsockname(number, $0, $1) }.address
    }

    /// The process at the other end of a Unix socket, as it was when it connected.
    package var peerProcess: Int32? { peer.flatMap { $0.process > 0 ? $0.process : nil } }

    /// The user at the other end of a Unix socket, by number.
    package var peerUser: UInt32? { peer?.user }

    private var peer: linux_peer? {
        var peer = linux_peer()
        var length = socklen_t(MemoryLayout<linux_peer>.size)
        let fault = unsafe getsockopt(number, SOL_SOCKET, SO_PEERCRED, &peer, &length)
        return fault == 0 ? peer : nil
    }

    /// Has the system ask a silent peer from time to time whether it is still there, so that one that vanished without a
    /// word is noticed within some minutes.
    package func keepAlive() {
        set(SO_KEEPALIVE, of: SOL_SOCKET, to: 1)
        set(TCP_KEEPIDLE, of: Int32(IPPROTO_TCP), to: 60)
        set(TCP_KEEPINTVL, of: Int32(IPPROTO_TCP), to: 20)
        set(TCP_KEEPCNT, of: Int32(IPPROTO_TCP), to: 6)
    }

    /// Has small pieces sent at once rather than gathered.
    package func sendAtOnce() { set(TCP_NODELAY, of: Int32(IPPROTO_TCP), to: 1) }

    /// An option that some kinds of socket do not have is no loss there.
    private func set(_ option: Int32, of level: Int32, to value: Int32) {
        var value = value
        _ = unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Sends what fits right now, from `start` on, and never waits.
    /// - Returns: the number of bytes, or minus the system's error number.
    package func send(_ bytes: [UInt8], from start: Int = 0) -> Int {
        precondition(start >= 0 && start <= bytes.count)
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        let put = unsafe bytes.withUnsafeBytes { raw in
            unsafe Glibc.send(number, raw.baseAddress.map { unsafe $0 + start }, bytes.count - start, flags)
        }
        return put < 0 ? -Int(errno) : put
    }

    /// Tells the other end that nothing more will be sent.
    package func finishSending() { _ = shutdown(number, Int32(SHUT_WR)) }

    /// How many bytes can be read without waiting.
    package var unreadCount: Int {
        var count: Int32 = 0
        return unsafe ioctl(number, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }
}

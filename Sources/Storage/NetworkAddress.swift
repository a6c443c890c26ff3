import Glibc

/// Where a socket is bound or connected to, as numbers: an IPv4 or IPv6 address with a port, or the path of a Unix
/// socket.
package struct NetworkAddress: Sendable, Equatable, CustomStringConvertible {
    /// Why a host's name came to nothing, in the system's words.
    package struct Unresolved: Error, CustomStringConvertible {
        package let description: String
    }

    /// The most bytes that a Unix socket's path may have.
    package static let pathLimit = 107

    /// The system's form: a `sockaddr` of some family.
    private let bytes: [UInt8]
    package let family: Int32

    private init(bytes: [UInt8], family: Int32) {
        self.bytes = bytes
        self.family = family
    }

    /// The address of a Unix socket; nil where the path is empty or longer than `pathLimit`.
    package init?(unixPath path: String) {
        let text = Array(path.utf8)
        guard (1...NetworkAddress.pathLimit).contains(text.count), !text.contains(0) else { return nil }
        var family = sa_family_t(AF_UNIX)
        let head = unsafe withUnsafeBytes(of: &family) { unsafe Array($0) }
        self.init(bytes: head + text + [0], family: AF_UNIX)
    }

    /// The address of a Unix socket that is in no folder, but has a name by itself as long as it is open (Linux's abstract
    /// namespace). Whoever is on the machine may connect to it: ask for `peerUser`.
    package init(abstractName name: String) {
        precondition(name.utf8.count < NetworkAddress.pathLimit, "the name of a socket is too long")
        var family = sa_family_t(AF_UNIX)
        let head = unsafe withUnsafeBytes(of: &family) { unsafe Array($0) }
        self.init(bytes: head + [0] + Array(name.utf8), family: AF_UNIX)
    }

    /// The addresses of a host and a port, those of IPv4 first. A name may have to be looked up, which blocks.
    package static func resolve(host: String, port: UInt16) throws(Unresolved) -> [NetworkAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let fault = unsafe getaddrinfo(host, "\(port)", &hints, &list)
        guard fault == 0 else { throw Unresolved(description: unsafe String(cString: gai_strerror(fault))) }
        defer { unsafe freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe entry.pointee.ai_addr {
                let length = unsafe Int(entry.pointee.ai_addrlen)
                let bytes = unsafe Array(UnsafeRawBufferPointer(start: address, count: length))
                found.append(NetworkAddress(bytes: bytes, family: unsafe entry.pointee.ai_family))
            }
            unsafe next = unsafe entry.pointee.ai_next
        }
        return found.filter { $0.family == AF_INET } + found.filter { $0.family == AF_INET6 }
    }

    /// Lends the system's form for the length of a call.
    func withSystemForm<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe bytes.withUnsafeBytes { raw in
            let base = unsafe raw.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self)
            return unsafe body(base, socklen_t(raw.count))
        }
    }

    /// What a call that fills in a `sockaddr` answers; nil where it fails.
    static func filled(
        by call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> (address: NetworkAddress?, result: Int32) {
        var room = [UInt8](repeating: 0, count: 128)
        var length = socklen_t(room.count)
        let result = unsafe room.withUnsafeMutableBytes { raw in
            let base = unsafe raw.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self)
            return unsafe call(base, &length)
        }
        guard result >= 0, length >= 2, Int(length) <= room.count else { return (nil, result) }
        let family = Int32(UInt16(room[0]) | UInt16(room[1]) << 8)
        return (NetworkAddress(bytes: Array(room[0..<Int(length)]), family: family), result)
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        switch family {
        case AF_INET: bytes[4] == 127
        case AF_INET6: bytes[8..<23].allSatisfy { $0 == 0 } && bytes[23] == 1
        default: family == AF_UNIX
        }
    }

    /// The port; 0 where there is none.
    package var port: UInt16 {
        family == AF_UNIX || bytes.count < 4 ? 0 : UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    }

    /// `127.0.0.1:7000`, `[::1]:7000`, or a path.
    package var description: String {
        switch family {
        case AF_INET: "\(bytes[4]).\(bytes[5]).\(bytes[6]).\(bytes[7]):\(port)"
        case AF_INET6: "[\(numericHost)]:\(port)"
        default: String(decoding: bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private var numericHost: String {
        var text = [CChar](repeating: 0, count: 64)
        _ = unsafe withSystemForm { address, length in
            unsafe getnameinfo(address, length, &text, 64, nil, 0, NI_NUMERICHOST)
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

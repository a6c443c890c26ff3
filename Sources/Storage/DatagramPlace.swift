import Glibc

/// A Unix socket that takes datagrams: a path, or a name of Linux's abstract space, which is written with an `@` in
/// front.
package struct DatagramPlace: Sendable {
    /// A `sockaddr_un`, as long as it is used.
    private let address: [UInt8]

    /// Nil where the text is neither an absolute path nor an abstract name, or is longer than the system takes.
    package init?(_ text: String) {
        var name = Array(text.utf8)
        guard let first = name.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@"), name.count > 1,
            name.count < 108, !name.contains(0)
        else { return nil }
        // An abstract name begins with a zero byte and has no end but its length.
        if first == UInt8(ascii: "@") { name[0] = 0 } else { name.append(0) }
        var family = sa_family_t(AF_UNIX)
        address = unsafe withUnsafeBytes(of: &family) { unsafe Array($0) } + name
    }

    /// Sends one datagram and never waits; false where it was not taken.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return false }
        defer { close(number) }
        let sent = unsafe address.withUnsafeBytes { place in
            unsafe bytes.withUnsafeBytes { content in
                let base = unsafe place.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self)
                return unsafe sendto(
                    number, content.baseAddress, content.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL),
                    base, socklen_t(place.count))
            }
        }
        return sent == bytes.count
    }
}

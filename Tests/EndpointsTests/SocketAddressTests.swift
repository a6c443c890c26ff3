import Storage
import Testing

@testable import Endpoints

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("tcp://127.0.0.1:7000", SocketAddress.tcp(host: "127.0.0.1", port: 7000)),
        ("tcp://localhost:0", .tcp(host: "localhost", port: 0)),
        ("tcp://[::1]:65535", .tcp(host: "::1", port: 65535)),
        ("unix:///run/a b.sock", .unix(path: "/run/a b.sock")), ("unix://here.sock", .unix(path: "here.sock")),
    ])
    func whatIsWrittenIsReadAndWrittenAgain(_ text: String, _ address: SocketAddress) throws {
        #expect(try SocketAddress(text) == address)
        #expect(address.description == text)
        #expect(SocketAddress.isMeant(by: text))
    }

    @Test(arguments: [
        ("tcp://", "has no port"), ("tcp://host", "has no port"), ("tcp://:1", "has no host"),
        ("tcp://[]:1", "has no host"), ("tcp://::1:70", "is an address of IPv6 without brackets"),
        ("tcp://h:", "has a port"),
        ("tcp://h:65536", "has a port"), ("tcp://h:+1", "has a port"), ("tcp://h:1/path", "has a port"),
        ("tcp://a/b:1", "has a host that is not one"), ("tcp://user@h:1", "has a host that is not one"),
        ("tcp://h\u{0}:1", "has a host that is not one"), ("unix://", "names no file"),
        ("unix:///" + String(repeating: "x", count: 107), "is longer than the 107 bytes"), ("http://h:1", "is not an"),
    ])
    func whatIsNoAddressIsExplained(_ text: String, _ fault: String) {
        #expect { try SocketAddress(text) } throws: { "\($0)".hasPrefix(fault) }
    }

    @Test func numbersAreTheirOwnAddresses() throws {
        let found = try SocketAddress("tcp://127.0.0.1:80").resolved()
        #expect(found.map(\.description) == ["127.0.0.1:80"])
        #expect(found.map(\.port) == [80] && found.map(\.isLoopback) == [true])
        #expect(try SocketAddress("tcp://0.0.0.0:80").resolved().map(\.isLoopback) == [false])
        #expect(try SocketAddress("tcp://127.255.1.2:80").resolved().map(\.isLoopback) == [true])
        #expect(try SocketAddress("tcp://[::1]:80").resolved().map { "\($0) \($0.isLoopback)" } == ["[::1]:80 true"])
        #expect(try SocketAddress("tcp://[::ffff:127.0.0.1]:80").resolved().map(\.isLoopback) == [false])
        #expect { try SocketAddress("tcp://no.such.invalid:80").resolved() } throws: { "\($0)".contains("not known") }
    }
}

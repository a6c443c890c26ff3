import Storage
import Telemetry
import TestSupport
import Testing

@testable import Console

/// A client that says what it is told to.
struct Client {
    let descriptor: Descriptor

    init(_ port: UInt16) throws {
        let addresses = try NetworkAddress.resolve(host: "127.0.0.1", port: port)
        descriptor = try Descriptor.connecting(to: addresses[0])
    }

    /// Sends what can be sent; the server may have heard enough before.
    @discardableResult
    func send(_ text: String) -> Client {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            descriptor.waitToWrite()
            let put = descriptor.send(bytes, from: sent)
            if put < 0, SystemError(code: Int32(-put)) != .wouldBlock { break }
            sent += max(0, put)
        }
        return self
    }

    /// All that the server says until it closes.
    func answer() -> String {
        let block = ByteBlock(capacity: 4096)
        while descriptor.waitToRead(or: descriptor, milliseconds: 30_000) != .timeout {
            block.reserve(4096)
            if block.read(from: descriptor.number) <= 0 { break }
        }
        return block.bytes.text
    }
}

/// The server with real sockets.
@Suite struct AdminServerTests {
    let metrics = Metrics()
    let server: AdminServer
    let port: UInt16

    init() throws {
        metrics.counter("seen_total", "Seen.").add(7)
        let pages = AdminPages(version: "1.2.3", metrics: metrics) {
            .good("ok")
        } readiness: {
            .bad("recovering")
        }
        server = try AdminServer(
            at: NetworkAddress.resolve(host: "127.0.0.1", port: 0), allowsRemote: false)
        server.start(pages)
        port = UInt16(server.address.split(separator: ":").last ?? "") ?? 0
    }

    private func ask(_ text: String) throws -> String { try Client(port).send(text).answer() }

    @Test func pagesAreServed() throws {
        defer { server.stop() }
        let answer = try ask("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        let parts = answer.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1).map(String.init)
        #expect(parts.count == 2)
        let head = parts[0].split(separator: "\n")
        #expect(head.first == "HTTP/1.1 200 OK")
        #expect(head.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8"))
        #expect(head.contains("Content-Length: \(parts[1].utf8.count)"))
        #expect(head.contains("Connection: close"))
        #expect(parts[1].contains("seen_total 7\n"))
        #expect(try ask("GET / HTTP/1.0\r\n\r\n").contains("/healthz"))
        #expect(try ask("GET /healthz HTTP/1.0\r\n\r\n").hasSuffix("\r\n\r\nok\n"))
        #expect(try ask("GET /readyz HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(try ask("GET /nowhere HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.1 404 "))
    }

    @Test func aHeadHasNoBodyAndOtherMethodsAreNotAllowed() throws {
        defer { server.stop() }
        let head = try ask("HEAD /healthz HTTP/1.0\r\n\r\n")
        #expect(head.contains("\r\nContent-Length: 3\r\n") && head.hasSuffix("\r\n\r\n"))
        #expect(try ask("DELETE / HTTP/1.1\r\n").contains("\r\nAllow: GET, HEAD\r\n"))
    }

    @Test func aRefusedBodyDoesNotCostTheAnswer() throws {
        defer { server.stop() }
        let body = String(repeating: "x", count: 100_000)
        let answer = try ask("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + body)
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func clientsThatSayNothingDoNotLockOthersOut() throws {
        defer { server.stop() }
        let silent = try (0..<AdminServer.connectionsMost + 40).map { _ in try Client(port).send("GET / HT") }
        #expect(try ask("GET /healthz HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        // The oldest were dropped for those that came later.
        #expect(silent[0].answer().isEmpty)
    }

    @Test func aRequestThatTakesTooLongIsGivenUp() throws {
        defer { server.stop() }
        #expect(try Client(port).send("GET / HTTP/1.1\r\nHost:").answer().hasPrefix("HTTP/1.1 408 "))
    }

    /// Bytes of all kinds from many clients, between which good requests are answered.
    @Test(arguments: 1...4) func garbageDisturbsNobody(_ seed: UInt64) throws {
        defer { server.stop() }
        var maker = RequestMaker(seed)
        for round in 0..<60 {
            var bytes = maker.request()
            for _ in 0..<maker.number(4) { bytes[maker.number(bytes.count)] = UInt8(maker.number(256)) }
            let client = try Client(port)
            let end = maker.number(2) == 0 ? bytes.count : maker.number(bytes.count)
            _ = client.descriptor.send(Array(bytes[..<end]))
            if maker.number(2) == 0 { client.descriptor.finishSending() }
            if maker.number(3) == 0 { try client.descriptor.close() }
            if round % 10 == 9 { #expect(try ask("GET /metrics HTTP/1.0\r\n\r\n").contains("seen_total 7\n")) }
        }
    }

    @Test func otherMachinesAreKeptOut() throws {
        server.stop()
        let everywhere = try NetworkAddress.resolve(host: "0.0.0.0", port: 0)
        let fault = #expect(throws: AdminServer.Fault.self) {
            try AdminServer(at: everywhere, allowsRemote: false)
        }
        #expect(fault?.isUsage == true)
        #expect(throws: Never.self) { try AdminServer(at: everywhere, allowsRemote: true) }
    }
}

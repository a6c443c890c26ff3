import Endpoints
import Events
package import Storage
import Synchronization
package import Telemetry

/// Posts all metrics to a collector, as OTLP over HTTP in JSON, every 15 seconds and at the end, on a thread of its own.
///
/// What a collector does not take is not kept: counters and histograms are cumulative, so the next post has it all.
package final class MetricsSender: Sendable {
    /// How often metrics are sent, in milliseconds.
    private static let pause: Int32 = 15_000
    /// How long a collector may take for one post, in milliseconds.
    private static let patience: Int32 = 5000

    /// Where the collector listens.
    package struct Address: Sendable {
        let host: String
        let port: UInt16
        let path: String
        let text: String

        /// Takes `http://HOST:PORT/PATH` apart; nil for anything else. Without a path it is OTLP's own.
        package init?(_ text: String) {
            guard text.hasPrefix("http://") else { return nil }
            let rest = text.dropFirst(7)
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            let authority = String(rest[..<slash])
            guard
                let address = try? SocketAddress(
                    hostAndPort: authority.contains(":") ? authority : authority + ":4318"),
                case .tcp(let host, let port) = address
            else { return nil }
            let path = String(rest[slash...])
            guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
            self.host = host
            self.port = port
            self.path = path.isEmpty || path == "/" ? "/v1/metrics" : path
            self.text = text
        }
    }

    private let address: Address
    private let metrics: Metrics
    private let version: String
    private let log: Log
    private let start = System.wallClock
    private let ending: (reading: Descriptor, writing: Descriptor)
    private let ended: (reading: Descriptor, writing: Descriptor)

    package init(to address: Address, _ metrics: Metrics, version: String, log: Log) throws(SystemError) {
        self.address = address
        self.metrics = metrics
        self.version = version
        self.log = log
        ending = try Descriptor.pipe()
        ended = try Descriptor.pipe()
    }

    /// Begins to send.
    package func begin() {
        BlockingThread.start {
            while !self.ending.reading.waitToRead(milliseconds: Self.pause) { self.send() }
            self.send()
            self.ended.writing.writeMessage("x")
        }
    }

    /// Sends a last time, and waits for that as long as one post may take.
    package func end() {
        ending.writing.writeMessage("x")
        _ = ended.reading.waitToRead(milliseconds: 2 * Self.patience)
    }

    private func send() {
        let body = MetricsText.json(
            metrics.reading, version: version, process: Int(System.processNumber), start: start * 1000,
            now: System.wallClock * 1000)
        if let fault = post(body) {
            log.tell(
                .warn, "metrics cannot be sent", ["collector": .text(address.text), "error": .text(fault)],
                per: "metrics cannot be sent")
        }
    }

    /// Posts a body; what went wrong, where something did.
    private func post(_ body: [UInt8]) -> String? {
        let head =
            "POST \(address.path) HTTP/1.1\r\nHost: \(address.host):\(address.port)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.count)\r\nUser-Agent: journeyd/\(version)\r\nConnection: close\r\n\r\n"
        do throws(NetworkAddress.Unresolved) {
            var fault = "there is no such address"
            for address in try NetworkAddress.resolve(host: address.host, port: address.port) {
                guard let found = exchange(Array(head.utf8) + body, with: address) else { return nil }
                fault = found
            }
            return fault
        } catch {
            return "\(error)"
        }
    }

    private func exchange(_ bytes: [UInt8], with address: NetworkAddress) -> String? {
        let connection: Descriptor
        do throws(SystemError) { connection = try Descriptor.connecting(to: address) } catch { return "\(error)" }
        let deadline = System.monotonicClock + Int64(Self.patience) * 1_000_000
        var sent = 0
        while sent < bytes.count {
            guard connection.waitToWrite(milliseconds: left(until: deadline)) else { return "no answer within 5 s" }
            if let fault = connection.connectionFault { return "\(fault)" }
            let put = connection.send(bytes, from: sent)
            if put > 0 { sent += put } else if put != -11 && put != -4 { return "\(SystemError(code: Int32(-put)))" }
        }
        let answer = ByteBlock(capacity: 4096)
        while connection.waitToRead(milliseconds: left(until: deadline)) {
            let got = answer.read(from: connection.number)
            if got == -11 || got == -4 { continue }
            let line = String(decoding: answer.bytes.copied.prefix { $0 != 13 }, as: UTF8.self)
            if line.hasPrefix("HTTP/1."), line.utf8.count >= 12 {
                return line.dropFirst(9).hasPrefix("2") ? nil : "the collector answers \(line.dropFirst(9))"
            }
            if got <= 0 { return "the collector does not answer in HTTP" }
        }
        return "no answer within 5 s"
    }

    private func left(until deadline: Int64) -> Int32 {
        Int32(clamping: max(0, (deadline - System.monotonicClock) / 1_000_000))
    }
}

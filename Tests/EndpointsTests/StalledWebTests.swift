import Events
import Foundation
import Languages
import Storage
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Endpoints

/// Requests while the engine takes nothing: each is told to come again, and nothing of it is taken.
@Suite struct StalledWebTests {
    /// A reader on a thread of its own, before an engine that can be held up.
    private final class Door: Sendable {
        let listener: Listener
        let stop: StopSignal
        let takes = Atomic(false)
        let taken = Mutex<[String]>([])
        let hasEnded = Atomic(false)

        init() throws {
            let log = Log(level: .error, format: .logfmt, sink: { _ in })
            listener = try Listener(
                web: WebSettings(), host: "127.0.0.1", port: 0, token: nil, allowsRemote: false, metrics: Metrics(),
                log: log, speech: Speech(.english))
            stop = try StopSignal()
        }

        func begin() {
            Thread { [self] in
                defer { hasEnded.store(true, ordering: .releasing) }
                guard
                    var reader = try? WebReader(
                        listener, settings: WebSettings(), stop: stop, isDurable: false,
                        hasRoom: { self.takes.load(ordering: .acquiring) })
                else { return }
                while let piece = try? reader.next() {
                    let lines = piece.block.bytes.text.split(separator: "\n").map { String($0.prefix(24)) }
                    taken.withLock { $0 += lines }
                }
            }.start()
        }

        /// The names of the events that were taken.
        var names: Set<String> {
            Set(taken.withLock { $0 }.map { $0.split(separator: "\"").dropFirst(3).first.map(String.init) ?? "" })
        }

        var port: UInt16 { UInt16(listener.name.split(separator: ":").last ?? "") ?? 0 }

        /// Sends a request for one event of so many bytes.
        func post(_ path: String, _ name: String, size: Int = 10) throws -> Descriptor {
            let descriptor = try Descriptor.connecting(
                to: NetworkAddress.resolve(host: "127.0.0.1", port: port)[0])
            let body = "{\"n\":\"\(name)\",\"x\":\"" + String(repeating: "x", count: size) + "\"}"
            let bytes = Array(
                "POST \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    .utf8)
            var sent = 0
            while sent < bytes.count {
                descriptor.waitToWrite()
                let put = descriptor.send(bytes, from: sent)
                if put < 0, SystemError(code: Int32(-put)) != .wouldBlock { break }
                sent += max(0, put)
            }
            return descriptor
        }

        /// The status of an answer, and when to come again.
        static func answer(_ descriptor: Descriptor, milliseconds: Int32 = 30_000) -> String {
            let block = ByteBlock(capacity: 4096)
            while descriptor.waitToRead(or: descriptor, milliseconds: milliseconds) != .timeout {
                block.reserve(4096)
                if block.read(from: descriptor.number) <= 0 { break }
            }
            let lines = block.bytes.text.split(whereSeparator: \.isNewline)
            let status = lines.first?.split(separator: " ").dropFirst().first ?? "none"
            let again = lines.first { $0.hasPrefix("Retry-After: ") }?.split(separator: " ").last
            let says = lines.last?.contains("nothing was taken") == true
            return "\(status) \(again ?? "-") \(says)"
        }
    }

    @Test func areToldToComeAgain() throws {
        let door = try Door()
        door.begin()
        // As much as may wait, and then more, for events and for other systems' libraries.
        let first = try (0..<5).map { try door.post("/events", "first\($0)", size: 900_000) }
        Thread.sleep(forTimeInterval: 0.2)
        var posted = [
            ("more", try door.post("/events", "more")), ("theirs", try door.post("/v1/track", "theirs")),
        ]
        let asked = try door.post("/decide", "asked")
        // Those that wait are told so, too, after a while.
        let told = first.map { Door.answer($0) }
        #expect(told.allSatisfy { ["429 1 true", "503 1 true"].contains($0) }, "\(told)")
        posted.append(("next", try door.post("/events", "next")))
        Thread.sleep(forTimeInterval: 1.2)
        posted.append(("late", try door.post("/events", "late")))
        #expect(Door.answer(posted[3].1) == "503 1 true")
        // There is room, and what waits then is taken.
        door.takes.store(true, ordering: .releasing)
        posted.append(("last", try door.post("/events", "last")))
        for _ in 0..<500 where !door.names.contains("last") { Thread.sleep(forTimeInterval: 0.01) }
        door.stop.request()
        for _ in 0..<500 where !door.hasEnded.load(ordering: .acquiring) { Thread.sleep(forTimeInterval: 0.01) }
        // Who was told to come again was not taken, and who was not told was, however slow the machine.
        posted.remove(at: 3)
        let untold = posted.filter { !Door.answer($0.1, milliseconds: 200).hasSuffix("true") }.map(\.0)
        let isAskedTold = Door.answer(asked, milliseconds: 200).hasSuffix("true")
        #expect(door.names.subtracting(["asked"]) == Set(untold))
        #expect(untold.contains("last") && !(isAskedTold && door.names.contains("asked")))
    }

    @Test func tooMuchAtOnceIsTooMuch() throws {
        let door = try Door()
        door.begin()
        defer { door.stop.request() }
        // Whatever is sent while the first have not waited for long: the engine is not behind, there is too much.
        let many = try (0..<12).map { try door.post("/events", "many\($0)", size: 900_000) }
        let answers = many.map { Door.answer($0) }
        #expect(answers.allSatisfy { ["429 1 true", "503 1 true"].contains($0) }, "\(answers)")
        #expect(door.taken.withLock { $0.isEmpty })
    }
}

import Foundation
import Storage
import TestSupport
import Testing

@testable import Endpoints

/// What waits in a spool, and what of it survives.
@Suite struct SpoolTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("spool-" + UUID().uuidString).path

    private func open(limit: Int = 64 << 10) throws -> SpoolFolder { try SpoolFolder(path: path, limit: limit) }

    private func remove() { try? FileManager.default.removeItem(atPath: path) }

    private func add(_ lines: [String], to store: any LineStore) throws -> Int {
        let bytes = lines.map { Array($0.utf8) }
        let all = bytes.flatMap { $0 }
        return try View.of(all) { view -> Result<Int, SystemError> in
            var start = 0
            var views: [View<UInt8>] = []
            for line in bytes {
                views.append(view[start..<start + line.count])
                start += line.count
            }
            return Result { () throws(SystemError) in try store.add(views, from: 0) }
        }.get()
    }

    private func texts(_ parcel: Parcel?) -> [String] { parcel?.withLines { $0.map(\.text) } ?? [] }

    private func everything(in store: any LineStore) throws -> [String] {
        var all: [String] = []
        var place: UInt64 = 0
        while let parcel = try store.parcel(from: place, mostLines: .max, mostBytes: 1000) {
            all += texts(parcel)
            place = parcel.next
        }
        return all
    }

    private var segments: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasSuffix(".spool") }.sorted()
    }

    /// Random work on a store, beside a plain list that does the same. Now and then a spool is closed and opened again.
    private func work(seed: UInt64, reopens: Bool, _ open: () throws -> any LineStore) throws {
        var numbers = SeededNumbers(seed: seed)
        func random(_ below: Int) -> Int { numbers.below(below) }
        var store = try open()
        var model: [String] = []
        var cursor: UInt64 = 0
        var handed: [(next: UInt64, lines: Int)] = []
        var number = 0
        for _ in 0..<400 {
            switch random(reopens ? 7 : 6) {
            case 0, 1:
                let lines = (0..<random(20) + 1).map { _ -> String in
                    number += 1
                    return "\(number) " + String(repeating: "x", count: random(10) == 0 ? random(9000) : random(200))
                }
                let added = try add(lines, to: store)
                model += lines.prefix(added)
            case 2, 3:
                let before = handed.reduce(0) { $0 + $1.lines }
                let most = random(30) + 1
                guard let parcel = try store.parcel(from: cursor, mostLines: most, mostBytes: random(5000) + 1) else {
                    #expect(before == model.count)
                    continue
                }
                #expect(texts(parcel) == Array(model[before..<before + parcel.lines.count]))
                #expect(parcel.lines.count <= most)
                cursor = parcel.next
                handed.append((parcel.next, parcel.lines.count))
            case 4:
                guard !handed.isEmpty else { continue }
                let count = random(handed.count) + 1
                store.release(before: handed[count - 1].next)
                model.removeFirst(handed.prefix(count).reduce(0) { $0 + $1.lines })
                handed.removeFirst(count)
            case 5:
                if random(8) == 0, let dropped = store.dropOldest() {
                    model.removeFirst(dropped)
                    (cursor, handed) = (store.front, [])
                }
            default:
                store = try {
                    store = MemoryStore(limit: 0); return try open()
                }()
                (cursor, handed) = (store.front, [])
            }
            #expect(store.lineCount == model.count)
            #expect(store.byteCount <= 64 << 10)
        }
        #expect(try everything(in: store) == model)
    }

    @Test(arguments: 1...12) func aSpoolIsAQueueThatMayBeClosedAndOpened(seed: UInt64) throws {
        defer { remove() }
        try work(seed: seed, reopens: true) { try open() }
    }

    @Test(arguments: 1...12) func memoryIsAQueue(seed: UInt64) throws {
        try work(seed: seed, reopens: false) { MemoryStore(limit: 64 << 10) }
    }

    @Test func linesThatWereCutShortAreCutOff() throws {
        defer { remove() }
        let lines = (1...9).map { "line \($0)" }
        do { #expect(try add(lines, to: try open()) == 9) }
        let file = path + "/" + segments[0]
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        for length in stride(from: whole.count - 1, through: 0, by: -1) {
            try whole.prefix(length).write(to: URL(fileURLWithPath: file))
            let left = max(0, length - SpoolFormat.segmentHeader) / (SpoolFormat.frameHeader + 6)
            let store = try open()
            #expect(try everything(in: store) == Array(lines.prefix(left)))
            // What comes next stands where the rest was cut off.
            #expect(try add(["more"], to: store) == 1)
            #expect(try everything(in: store) == Array(lines.prefix(left)) + ["more"])
            for name in segments { try FileManager.default.removeItem(atPath: path + "/" + name) }
        }
    }

    @Test func aWrongByteEndsASegmentAndNoMore() throws {
        defer { remove() }
        let lines = (1...300).map { "line \($0) " + String(repeating: "y", count: 100) }
        do { #expect(try add(lines, to: try open()) == 300) }
        #expect(segments.count > 2)
        let file = URL(fileURLWithPath: path + "/" + segments[1])
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        let found = try everything(in: try open())
        #expect(found.count > 200 && found.count < 300)
        #expect(found == lines.filter { found.contains($0) })
        #expect(found.first == lines.first && found.last == lines.last)
    }

    @Test func theLimitHoldsAndWhatIsTakenMakesRoom() throws {
        defer { remove() }
        let store = try open()
        let line = String(repeating: "z", count: 1000)
        let count = try add(Array(repeating: line, count: 100), to: store)
        #expect((50...64).contains(count))
        let size = segments.reduce(0) { sum, name in
            sum + ((try? FileManager.default.attributesOfItem(atPath: path + "/" + name)[.size] as? Int) ?? 0)
        }
        #expect(size == store.byteCount && size <= 64 << 10)
        #expect(try add([line], to: store) == 0)
        let parcel = try #require(try store.parcel(from: 0, mostLines: .max, mostBytes: .max))
        store.release(before: parcel.next)
        #expect(try add([line], to: store) == 1)
        // A line that is larger than the whole spool never fits.
        #expect(try add([String(repeating: "w", count: 70_000)], to: store) == 0)
    }

    @Test func twoRunsCannotShareASpool() throws {
        defer { remove() }
        let store = try open()
        #expect(throws: EndpointFault.self) { try open() }
        withExtendedLifetime(store) {}
    }
}

import Storage
import TestSupport
import Testing

@testable import Events

/// What a scanner remembers of days and of types changes nothing.
@Suite struct ScannerMemoryTests {
    @Test func timesAreReadAsWithoutTheDayBefore() {
        var random = SeededNumbers(seed: 7)
        var days = DayMemory()
        let marks = Array("0123456789-:.TZ tz+\0\u{7F}".utf8)
        var read = 0
        for _ in 0..<20_000 {
            let time = Instant(
                microseconds: (1_767_225_600_000 + Int64(random.below(4 * 86_400_000)) - 86_400_000) * 1000)
            var text = Array("\(time)".utf8)
            for _ in 0..<random.below(3) where random.below(3) == 0 {
                text[random.below(text.count)] = marks[random.below(marks.count)]
            }
            if random.below(20) == 0 { text.removeLast() }
            let (expected, found) = View.of(text) { (Instant(plainRFC3339: $0), days.time($0)) }
            #expect(found == expected, "\(String(decoding: text, as: UTF8.self))")
            if found != nil { read += 1 }
        }
        #expect(read > 5_000)
        let nothing = [UInt8](repeating: 0, count: 10) + Array("T00:00:00.000Z".utf8)
        var first = DayMemory()
        #expect(View.of(nothing) { first.time($0) } == nil)
    }

    @Test func typesAreToldApartByAllOfTheirNames() {
        var random = SeededNumbers(seed: 11)
        // Many of them share what they begin with, and the place where they would be remembered.
        var names = Set<String>()
        while names.count < 400 {
            let letters = (0..<1 + random.below(34)).map { _ in "ab"[random.below(2)] }
            names.insert(String(letters))
        }
        let all = names.sorted()
        let known = all.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        var scanner = LineScanner(Projection(types: [""] + known, paths: []), lineLimit: 1 << 20)
        let numbers = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, Int32($0 + 1)) })
        let asked = (0..<4_000).map { _ in all[random.below(all.count)] }
        let lines = ByteBlock(capacity: 1 << 20)
        for name in asked {
            lines.append(Array("{\"customer_id\":\"c\",\"event\":\"\(name)\",\"timestamp\":1}\n".utf8))
        }
        let batch = scanner.scan(
            lines, source: LineSource("in"), arrival: Instant(microseconds: 0), isFirst: true)
        #expect((0..<batch.count).map { batch.type($0) } == asked.map { numbers[$0] ?? 0 })
    }
}

extension String {
    fileprivate subscript(place: Int) -> Character { self[index(startIndex, offsetBy: place)] }
}

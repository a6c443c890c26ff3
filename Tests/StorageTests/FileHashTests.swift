import Storage
import Testing

@Suite struct FileHashTests {
    @Test func theHashOfAFileDoesNotDependOnHowItWasCut() {
        var state: UInt64 = 7
        let bytes = ByteBlock(capacity: 1 << 20)
        while bytes.count < 300_000 {
            state = Hash64.of(state)
            bytes.append(word: state)
        }
        func hash(_ count: Int, cut: (Int) -> Int) -> UInt64 {
            var hash = FileHash()
            var at = 0
            while at < count {
                let next = min(count, at + cut(at))
                hash.add(bytes.bytes[at..<next])
                at = next
            }
            #expect(hash.count == UInt64(count))
            return hash.value
        }
        for count in [0, 1, 255, 65_535, 65_536, 65_537, 131_072, 250_000] {
            let whole = hash(count) { _ in count }
            for cut in [1000, 65_536, 65_537, 4096] { #expect(hash(count) { _ in cut } == whole) }
            #expect(hash(count) { at in 1 + Int(Hash64.of(UInt64(at)) % 90_000) } == whole)
            if count < 65_536 { #expect(whole == Hash64.of(bytes.bytes[0..<count])) }
            if count > 0 { #expect(hash(count - 1) { _ in 5000 } != whole) }
        }
        withExtendedLifetime(bytes) {}
    }
}

import Events
import Load
import Storage
import Testing

@Suite("Decisions that come back")
struct DecisionReaderTests {
    private static let text = #"""
        {"type":"moment","id":"m-0000000000000001","moment":"m","customer_id":"c","time":"2026-01-01T00:00:00.000Z"}
        {"type":"decision","id":"d-00000000000000ff","moment":"m","customer_id":"x\",\"time\":\"","time":"1970-01-01T00:00:01.000Z","action":null}
        {"type":"decision","id":"d-nonsense","time":"1970-01-01T00:00:01.000Z"}
        {"type":"decision","id":"d-0123456789abcdef","moment":"m","time":"1970-01-01T00:00:00.000002Z","payload":{"time":"no"}}

        """#

    @Test(arguments: [1, 2, 7, 64, 10_000])
    func findsDecisionsWhereverThePiecesEnd(size: Int) {
        var reader = DecisionReader()
        var found: [SeenDecision] = []
        let bytes = Array(Self.text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            View.of(Array(bytes[start..<min(start + size, bytes.count)])) { piece in
                reader.take(piece) { found.append($0) }
            }
        }
        #expect(found.map(\.id) == [0xFF, 0x0123_4567_89AB_CDEF])
        #expect(found.map(\.time.microseconds) == [1_000_000, 2])
        #expect(reader.lineCount == 4)
        #expect(reader.faultCount == 1)
    }
}

import Languages
import Synchronization
import Testing

@testable import Telemetry

/// A log whose lines are kept, on a clock that is set.
final class LogBook: Sendable {
    let time = Atomic<Int64>(0)
    private let text = Mutex("")

    var lines: [String] { text.withLock { $0.split(separator: "\n").map(String.init) } }

    func log(_ level: LogLevel = .info, _ format: LogFormat = .logfmt) -> Log {
        Log(level: level, format: format, clock: { self.time.load(ordering: .relaxed) }, sink: add)
    }

    func add(_ line: String) { text.withLock { $0 += line } }
}

@Suite struct LogTests {
    let book = LogBook()

    @Test func logfmtQuotesOnlyWhatMustBe() {
        book.time.store(1_764_011_640_123_456, ordering: .relaxed)
        book.log().info(
            "started up",
            [
                "version": "0.1.0", "shards": 2, "live": true, "file": "a b=\"c\"\n\u{1B}[31m", "empty": "",
                "we ird=": "x",
            ])
        #expect(
            book.lines == [
                #"time=2025-11-24T19:14:00.123Z level=info msg="started up" version=0.1.0 shards=2 live=true "#
                    + #"file="a b=\"c\"\n\u001b[31m" empty="" we_ird_=x"#
            ])
    }

    @Test func jsonIsOneObjectALine() {
        book.time.store(-1, ordering: .relaxed)
        book.log(.debug, .json).debug("a\u{2028}b", ["n": .number(.nan), "x": .number(0.5), "q\"": "\u{9B}é"])
        #expect(
            book.lines == [
                #"{"time":"1969-12-31T23:59:59.999Z","level":"debug","msg":"a\u2028b","n":null,"x":0.5,"q\"":"\u009bé"}"#
            ])
    }

    /// Whatever the language, and also where it only says how many more there were.
    @Test func aMessageThatIsDocumentedHasItsCode() {
        for format in LogFormat.allCases {
            let log = Log(
                format: format, speech: Speech(.spanish), clock: { self.book.time.load(ordering: .relaxed) },
                sink: book.add)
            log.info("ready")
            for _ in 0...Log.burst { log.tell(.warn, "line rejected", per: "late") }
            log.settleAll()
        }
        let lines = book.lines
        #expect(lines[0] == "time=1970-01-01T00:00:00.000Z level=info code=JD1506 msg=lista")
        #expect(lines[1].hasSuffix(#"level=warn code=JD1101 msg="línea rechazada""#))
        #expect(lines[6].contains(#"level=warn code=JD1101 msg="… 1 más""#))
        #expect(lines[7] == #"{"time":"1970-01-01T00:00:00.000Z","level":"info","code":"JD1506","msg":"ready"}"#)
        #expect(lines[13].contains(#""code":"JD1101","msg":"… 1 more""#))
    }

    @Test func linesBelowTheLevelAreLeftOut() {
        let log = book.log(.warn)
        log.debug("a")
        log.info("b")
        log.warn("c")
        log.error("d")
        #expect(book.lines.map { $0.suffix(5) } == ["msg=c", "msg=d"])
    }

    @Test func whatComesOverAndOverIsCounted() {
        let log = book.log()
        for number in 0..<158 { log.tell(.warn, "rejected", ["line": LogValue(number)], per: "late") }
        log.tell(.warn, "other", per: "else")
        #expect(book.lines.count == Log.burst + 1)
        log.settle()
        #expect(book.lines.count == Log.burst + 1)
        book.time.store(Log.period, ordering: .relaxed)
        log.tell(.warn, "rejected", ["line": 158], per: "late")
        #expect(
            book.lines.suffix(2).first?.hasSuffix(#"level=warn msg="… 153 more" reason=late held_back=153"#) == true)
        #expect(book.lines.last?.hasSuffix("msg=rejected line=158") == true)
        log.settleAll()
        #expect(book.lines.count == Log.burst + 3)
    }

    @Test func whatWasHeldBackIsToldOnceItsPeriodIsOver() {
        let log = book.log()
        for _ in 0..<8 { log.tell(.warn, "x", per: "r") }
        log.tell(.error, "x", per: "r")
        book.time.store(Log.period, ordering: .relaxed)
        log.settle()
        log.settle()
        #expect(book.lines.count == Log.burst + 1)
        #expect(book.lines.last?.hasSuffix(#"level=error msg="… 4 more" reason=r held_back=4"#) == true)
    }

    @Test func aClockSetBackDoesNotSilenceAnything() {
        let log = book.log()
        book.time.store(1 << 50, ordering: .relaxed)
        for _ in 0..<Log.burst { log.tell(.warn, "x", per: "r") }
        book.time.store(0, ordering: .relaxed)
        log.tell(.warn, "y", per: "r")
        #expect(book.lines.last?.hasSuffix("msg=y") == true)
    }

    @Test func reasonsAndTextsAreBounded() {
        let log = book.log()
        for number in 0..<Log.reasonsMost + 20 { log.tell(.warn, "x", per: "r\(number)") }
        #expect(book.lines.count == Log.reasonsMost + Log.burst)
        log.info(String(repeating: "z", count: 1 << 20))
        #expect(book.lines.last.map { $0.utf8.count < 4096 } == true)
    }
}

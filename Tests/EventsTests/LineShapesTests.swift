import Foundation
import Storage
import TestSupport
import Testing

@testable import Events

/// Lines that are held against the shapes of earlier ones, beside a scanner that reads every line in full: the same are
/// taken, with the same outcome, and the same are refused, for the same reason.
@Suite struct LineShapesTests {
    /// How many lines are played: many more where `SHAPE_LINES` says so, as Scripts/fuzz-lines does.
    private static let lines = ProcessInfo.processInfo.environment["SHAPE_LINES"].flatMap { Int($0) } ?? 4_000
    private static let first = ProcessInfo.processInfo.environment["SHAPE_SEED"].flatMap { UInt64($0) } ?? 1
    private static let inBlock = 200

    @Test(arguments: [FormatPlan.native.preset, .segment]) func takesAndRefusesAsWithoutShapes(preset: Preset) {
        var writer = LineWriter(seed: Self.first, isSegment: preset == .segment)
        var pair = ScannerPair(preset)
        for block in 0..<max(Self.lines / Self.inBlock, 1) {
            // Now and then writers are others, and spell their lines in another way.
            if block % 20 == 19 { writer.changeWriters() }
            pair.scan((0..<Self.inBlock).map { _ in writer.line() })
        }
        // Without these nothing was tried.
        #expect(pair.taken > Self.lines / 3 && pair.refused > Self.lines / 20)
        #expect(pair.followed > pair.taken / 8)
    }

    @Test func isFollowedByAllLinesOfAFewWriters() {
        var writer = LineWriter(seed: 9, isSegment: false)
        writer.isFaultless = true
        var pair = ScannerPair(.native)
        for _ in 0..<10 { pair.scan((0..<Self.inBlock).map { _ in writer.line() }) }
        #expect(pair.taken == 2_000 && pair.refused == 0 && pair.followed > 1_800)
    }

    /// Where hardly a line looks like another there is nothing to be learnt, and soon nothing is; later it is tried again.
    @Test func learnsNothingWhereShapesKeepChangingAndAnewLater() {
        var dice = SeededNumbers(seed: 4)
        var pair = ScannerPair(.native)
        func odd(_ count: Int) -> [[UInt8]] {
            (0..<count).map { _ in
                Array("{\"k\(dice.below(1 << 30))\":1,\"customer_id\":\"c\",\"event\":\"e\(dice.below(300))\"}".utf8)
            }
        }
        for _ in 0..<10 { pair.scan(odd(300)) }
        let followed = pair.followed
        var writer = LineWriter(seed: 2, isSegment: false)
        writer.isFaultless = true
        pair.scan((0..<300).map { _ in writer.line() })
        #expect(pair.followed == followed)
        for _ in 0..<19 { pair.scan(odd(300)) }
        pair.scan((0..<3_000).map { _ in writer.line() })
        #expect(pair.followed > followed + 1_000)
    }

    /// JSON takes the end of a line for space between the parts of a value; here no value goes on behind it.
    @Test func noValueGoesOnBehindItsLine() {
        var pair = ScannerPair(.native)
        for key in ["list", "other"] {
            func line(_ value: String) -> [UInt8] {
                Array("{\"customer_id\":\"c\",\"event\":\"view\",\"properties\":{\"\(key)\":\(value)}}".utf8)
            }
            let (taken, refused) = (pair.taken, pair.refused)
            let values = ["[1]", "[1, 2]", "[1,\n2]", "{\"p\":\n2}", "[1, 2,\r\n3]", "[3]"]
            pair.scan(values.map { line($0) })
            pair.scan([line("[1,2]")])
            #expect(pair.taken == taken + 4 && pair.refused == refused + 6)
        }
        #expect(pair.followed >= 2)
    }

    /// A line of a known shape that is too long is refused as any other, and so is what stands behind a carriage return.
    @Test func refusesWhatIsTooLongOrGoesOn() {
        var pair = ScannerPair(.native)
        func line(_ channel: Int) -> [UInt8] {
            let text = String(repeating: "x", count: channel)
            return Array(
                "{\"customer_id\":\"c\",\"event\":\"view\",\"properties\":{\"sku\":\"\(text)\"},\"channel\":\"w\"}".utf8
            )
        }
        let most = 4096 - line(0).count
        pair.scan([line(1), line(2), line(most), line(most + 1), line(3), line(4)])
        #expect(pair.taken == 5 && pair.refused == 1 && pair.followed >= 2)
        for end in ["\rx", "\r{}", "\r\r\r", "\r \r", "\u{0}", ","] {
            pair.scan([line(1), line(2), line(3) + Array(end.utf8), line(4), line(5)])
        }
        #expect(pair.taken == 31 && pair.refused == 5)
    }

    /// Lines end with a carriage return or without, and the last one with nothing.
    @Test(arguments: ["", "\r", "\r\r", " ", " \r"]) func seesTheEndOfALineAsItIsRead(end: String) {
        var pair = ScannerPair(.native)
        let line = "{\"customer_id\":\"c\",\"event\":\"view\",\"channel\":\"web\"}"
        for isWhole in [true, false] {
            pair.scan((0..<6).map { _ in Array((line + end).utf8) }, endsLast: isWhole)
            pair.scan([Array(line.utf8), Array((line + end).utf8), Array(line.utf8)], endsLast: isWhole)
        }
        #expect(pair.taken == 18 && pair.followed > 8)
    }

    @Test(arguments: [("customer_id", 256), ("event", 128), ("id", 256), ("channel", 128)])
    func holdsToTheLimitsOfLengths(key: String, limit: Int) {
        var pair = ScannerPair(.native)
        func line(_ length: Int) -> [UInt8] {
            var fields = [("customer_id", "c"), ("event", "e"), ("id", "i"), ("channel", "w")]
            for index in fields.indices where fields[index].0 == key {
                fields[index].1 = String(repeating: "x", count: length)
            }
            return Array(("{" + fields.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",") + "}").utf8)
        }
        pair.scan([line(1), line(2), line(limit), line(limit + 1), line(0), line(3)])
        #expect(pair.taken == (key == "id" || key == "channel" ? 5 : 4))
    }
}

/// Two scanners, of which one follows shapes, over the same lines.
private struct ScannerPair: ~Copyable {
    private static let paths = [
        ["properties", "sku"], ["properties", "price"], ["properties", "o"], ["properties", "o", "p"],
        ["properties", "flag"], ["channel"], ["context", "ip"], ["properties", "list"], ["properties", "n", "m", "k"],
    ]
    private var following: LineScanner
    private var reading: LineScanner
    private let format: InputFormat
    private(set) var taken = 0
    private(set) var refused = 0
    var followed = 0

    init(_ preset: Preset) {
        let projection = Projection(types: ["", "view", "cart", "é", "buy it"], paths: Self.paths)
        format = preset == .native ? .standard : InputFormat(preset)
        following = LineScanner(projection, lineLimit: 4096, hashKey: HashKey(1, 3))
        reading = LineScanner(projection, lineLimit: 4096, hashKey: HashKey(1, 3), followsShapes: false)
    }

    /// - Parameter endsLast: whether the last line has an end.
    mutating func scan(_ lines: [[UInt8]], endsLast: Bool = true) {
        let block = ByteBlock(capacity: 1 << 16)
        for line in lines { block.append(line + [0x0A]) }
        if !endsLast { block.truncate(to: block.count - 1) }
        let (source, now) = (LineSource("in", format: format), Instant(microseconds: 42))
        let before = following.shapesFollowed
        let one = following.scan(block, source: source, arrival: now, isFirst: false)
        let other = reading.scan(block, source: source, arrival: now, isFirst: false)
        followed += following.shapesFollowed - before
        #expect(reading.shapesFollowed == 0)
        taken += other.count
        refused += other.rejects.count
        compare(one, other)
        withExtendedLifetime((one, other)) {}
    }

    private func compare(_ one: EventBatch, _ other: EventBatch) {
        #expect(one.lineCount == other.lineCount && one.extras.timeless == other.extras.timeless)
        #expect(one.rejects.count == other.rejects.count)
        for (mine, full) in zip(one.rejects, other.rejects) {
            let isAlike =
                mine.line == full.line && mine.reason == full.reason && mine.detail == full.detail
                && mine.raw == full.raw
            if !isAlike { Issue.record("\(mine) or \(full): \(String(decoding: full.raw, as: UTF8.self))") }
        }
        #expect(one.count == other.count)
        for index in 0..<min(one.count, other.count) where !isAlike(one, other, index) {
            #expect(described(one, index) == described(other, index))
            Issue.record("event \(index) differs")
        }
    }

    /// Whether both batches have the same event at a place. Millions of events are compared, so nothing is written down.
    private func isAlike(_ one: EventBatch, _ other: EventBatch, _ index: Int) -> Bool {
        let (mine, full) = (one.row(index), other.row(index))
        guard mine.line == full.line, mine.time == full.time, mine.type == full.type,
            mine.customerHash == full.customerHash, mine.element == full.element, mine.format == full.format
        else { return false }
        let texts = [
            (mine.lineText, full.lineText), (mine.customerID, full.customerID), (mine.typeName, full.typeName),
            (mine.id, full.id), (mine.channel, full.channel),
        ]
        for (range, fullRange) in texts {
            guard range.isAbsent == fullRange.isAbsent,
                range.isAbsent || one.text(range).holdsSameBytes(as: other.text(fullRange))
            else { return false }
        }
        let (fields, fullFields) = (one.fields(of: mine), other.fields(of: full))
        guard fields.count == fullFields.count else { return false }
        for place in 0..<fields.count {
            let (field, fullField) = (fields[place], fullFields[place])
            guard field.slot == fullField.slot, field.kind == fullField.kind else { return false }
            let hasText = field.kind == .string || field.kind == .json
            guard
                hasText
                    ? one.text(of: field).holdsSameBytes(as: other.text(of: fullField))
                    : field.payload == fullField.payload
            else { return false }
        }
        return true
    }

    private func described(_ batch: EventBatch, _ index: Int) -> String {
        let row = batch.row(index)
        func text(_ range: TextRange) -> String { range.isAbsent ? "-" : "'\(batch.text(range).copied)'" }
        var said = "\(row.line) \(row.time) \(row.type) \(row.customerHash) \(row.element) \(row.format)"
        for range in [row.lineText, row.customerID, row.typeName, row.id, row.channel] { said += " " + text(range) }
        let fields = batch.fields(of: row)
        for place in 0..<fields.count {
            let field = fields[place]
            let isText = field.kind == .string || field.kind == .json
            said += " \(field.slot):\(field.kind):" + (isText ? "\(batch.text(of: field).copied)" : "\(field.payload)")
        }
        return said
    }
}

extension LineScanner {
    /// How many objects had a shape, in the native form and in the last other format.
    fileprivate var shapesFollowed: Int { shapes.followedInAll + (lastReader?.reader.reader.shapes.followedInAll ?? 0) }
}

/// Writes lines as some programs would, and damages some of them.
private struct LineWriter {
    private var dice: SeededNumbers
    private let isSegment: Bool
    var isFaultless = false
    /// The space that the writers put behind commas and around colons.
    private var spaces: [(comma: String, colon: String)] = []
    private var order: [[Int]] = []
    /// How many lines of a hundred are damaged: where most are, shapes are given up.
    private var damage = 25
    /// Lines that were written of late, undamaged: most lines are one of them, damaged in another way.
    private var recent: [[UInt8]] = []

    init(seed: UInt64, isSegment: Bool) {
        dice = SeededNumbers(seed: seed)
        self.isSegment = isSegment
        changeWriters()
    }

    mutating func changeWriters() {
        spaces = (0..<3).map { _ in dice.one(of: [("", ""), (" ", " "), ("\t ", "  ")]) }
        order = (0..<3).map { _ in Array(0..<6).shuffled(using: &dice) }
        damage = dice.one(of: [5, 25, 60])
        recent = []
    }

    private mutating func value() -> String {
        switch dice.below(16) {
        case 0: "true"
        case 1: "null"
        case 2: "[1,{\"p\":[\"]\"]}]"
        case 3: "{\"p\":\(dice.below(9)),\"q\":\"x\"}"
        case 4: "{\"m\":{\"k\":\"v\(dice.below(30))\"}}"
        case 5: "{}"
        case 6, 7: "\(dice.below(2_000))"
        case 8:
            dice.one(of: ["-0", "0.5", "-12.75", "1e3", "1.5E-2", "123456789012345678901", "0.1234567890123456789"])
        case 9: "\"\\u00e9 \\\"x\\\" \\n\""
        case 10: "\"é😀 \(dice.below(50))\""
        default: "\"SKU-\(dice.below(100_000))\""
        }
    }

    private mutating func properties(ofType kind: Int, _ colon: String, _ comma: String) -> String {
        let names = ["sku", "price", "o", "flag", "list", "n", "a long name that nobody reads at all", "é", "k"]
        let members = (0..<1 + kind % 5).map { place in
            // Mostly a type's properties are of one kind.
            let isUsual = isFaultless || dice.isTrue(percent: 97)
            let name = names[(kind * 2 + place) % names.count]
            let usual = place % 2 == 0 ? "\"v\(dice.below(1000))\"" : "\(dice.below(500)).\(10 + dice.below(90))"
            return "\"\(name)\"\(colon):\(colon)" + (isUsual ? usual : value())
        }
        return "{" + members.joined(separator: comma) + "}"
    }

    /// A line, perhaps a damaged one, without its end.
    mutating func line() -> [UInt8] {
        if isFaultless { return written() }
        if recent.count == 64, dice.isTrue(percent: 70) { return damaged(dice.one(of: recent), percent: damage) }
        let line = written()
        if recent.count < 64 { recent.append(line) } else { recent[dice.below(64)] = line }
        return damaged(line, percent: damage)
    }

    /// A line as one of the writers has it, which may be a wrong one.
    private mutating func written() -> [UInt8] {
        let writer = dice.below(3)
        let (comma, colon) = (",\(spaces[writer].comma)", spaces[writer].colon)
        let time = "2026-01-0\(1 + dice.below(3))T1\(dice.below(10)):0\(dice.below(10)):00.\(100 + dice.below(900))Z"
        let names =
            isSegment
            ? ["messageId", "userId", "event", "timestamp", "channel", "properties"]
            : ["id", "customer_id", "event", "timestamp", "channel", "properties"]
        let types = ["view", "cart", "é", "buy it", "other", "search"]
        let type = dice.below(types.count)
        var values = [
            "\"m\(dice.below(1 << 30))\"", "\"c\(dice.below(500))\"", "\"\(types[type])\"",
            "\"\(time)\"", "\"\(dice.one(of: ["web", "app"]))\"", properties(ofType: type, colon, comma),
        ]
        if !isFaultless, dice.isTrue(percent: 12) { values[dice.below(6)] = value() }
        if !isFaultless, dice.isTrue(percent: 4) {
            values[3] = dice.one(of: ["1767225600000", "\"2026-01-01T00:00:00Z\""])
        }
        var members = order[writer].map { "\"\(names[$0])\"\(colon):\(colon)\(values[$0])" }
        if isSegment { members.insert("\"type\"\(colon):\(colon)\"track\"", at: 0) }
        if !isFaultless {
            if dice.isTrue(percent: 8) { members.remove(at: dice.below(members.count)) }
            if dice.isTrue(percent: 4) { members.append(dice.one(of: members)) }
            if dice.isTrue(percent: 4) {
                members.append("\"context\"\(colon):\(colon){\"ip\":\(value()),\"page\":\(value())}")
            }
        }
        return Array(("{" + members.joined(separator: comma) + "}").utf8)
    }

    private mutating func damaged(_ line: [UInt8], percent: Int) -> [UInt8] {
        var line = line
        guard dice.isTrue(percent: percent) else { return line }
        let marks = Array("\"\\{}[],: .-e019\tu\r".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
        for _ in 0...dice.below(3) where !line.isEmpty {
            let place = dice.below(line.count)
            switch dice.below(6) {
            case 0: line[place] = dice.one(of: marks)
            case 1: line.insert(dice.one(of: marks), at: place)
            case 2: line.remove(at: place)
            case 3: line.removeSubrange(place..<min(place + dice.below(8), line.count))
            case 4: line.insert(contentsOf: [UInt8](repeating: 0x78, count: dice.below(400)), at: place)
            default: line.insert(contentsOf: line[place...].prefix(dice.below(40)), at: place)
            }
        }
        return line.filter { $0 != 0x0A }
    }
}

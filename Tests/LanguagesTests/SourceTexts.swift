/// The texts that stand in a Swift file, as templates: what is put into them is `%1`, `%2`, …; texts that are joined by `+`
/// are one.
struct SourceTexts {
    struct Text {
        let start: Int
        var end: Int
        var template: String
    }

    private let source: [UInt8]
    private(set) var texts: [Text] = []

    init(_ source: String) {
        self.source = Array(source.utf8)
        var place = 0
        code(&place, isInner: false)
        join()
    }

    private func has(_ text: String, at place: Int) -> Bool {
        source[min(place, source.count)...].starts(with: text.utf8)
    }

    /// Goes through code; within a text, to the bracket that ends what is put into it.
    private mutating func code(_ place: inout Int, isInner: Bool) {
        var depth = isInner ? 1 : 0
        while place < source.count {
            if has("//", at: place) {
                while place < source.count, source[place] != 0x0A { place += 1 }
                continue
            }
            let pounds = source[place...].prefix { $0 == UInt8(ascii: "#") }.count
            if has("\"", at: place + pounds) {
                text(&place, pounds)
                continue
            }
            if isInner, has("(", at: place) { depth += 1 }
            if isInner, has(")", at: place) { depth -= 1 }
            place += max(1, pounds)
            if isInner, depth == 0 { return }
        }
    }

    private mutating func text(_ place: inout Int, _ pounds: Int) {
        let start = place
        place += pounds
        let isLong = has("\"\"\"", at: place)
        place += isLong ? 3 : 1
        let end = (isLong ? "\"\"\"" : "\"") + String(repeating: "#", count: pounds)
        let escape = "\\" + String(repeating: "#", count: pounds)
        var bytes: [UInt8] = []
        var count = 0
        while place < source.count, !has(end, at: place) {
            guard has(escape, at: place) else {
                bytes.append(source[place])
                place += 1
                continue
            }
            place += escape.utf8.count
            switch source[place] {
            case UInt8(ascii: "("):
                place += 1
                code(&place, isInner: true)
                count += 1
                bytes += Array("%\(count)".utf8)
                continue
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "u"):
                let digits = source[(place + 2)...].prefix { $0 != UInt8(ascii: "}") }
                let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
                bytes += Array(String(Unicode.Scalar(number) ?? " ").utf8)
                place += digits.count + 2
            case 0x0A: break
            default: bytes.append(source[place])
            }
            place += 1
        }
        place += end.utf8.count
        var template = String(decoding: bytes, as: UTF8.self)
        if isLong { template = Self.withoutIndentation(template) }
        texts.append(Text(start: start, end: place, template: template))
    }

    private static func withoutIndentation(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let width = lines.last?.count ?? 0
        return lines.dropFirst().dropLast().map { $0.dropFirst(min(width, $0.prefix { $0 == " " }.count)) }
            .joined(separator: "\n")
    }

    /// Joins what stands on both sides of a `+`, the numbers of places going on.
    private mutating func join() {
        texts.sort { $0.start < $1.start }
        var joined: [Text] = []
        for text in texts {
            let before = joined.indices.filter { joined[$0].end <= text.start }.max { joined[$0].end < joined[$1].end }
            guard let before, isPlus(joined[before].end..<text.start) else {
                joined.append(text)
                continue
            }
            let count = Self.placeCount(joined[before].template)
            var template = text.template
            for number in stride(from: Self.placeCount(template), to: 0, by: -1) {
                template = template.replacing("%\(number)", with: "%\(number + count)")
            }
            joined[before].template += template
            joined[before].end = text.end
        }
        texts = joined
    }

    private static func placeCount(_ template: String) -> Int {
        (1...9).prefix { template.contains("%\($0)") }.count
    }

    private func isPlus(_ range: Range<Int>) -> Bool {
        source[range].filter { $0 != 0x20 && $0 != 0x0A } == [UInt8(ascii: "+")]
    }

    /// Whether a text is for those who read the code: what a precondition says.
    func isOfPrecondition(_ text: Text) -> Bool {
        let before = String(decoding: source[max(0, text.start - 240)..<text.start], as: UTF8.self)
        guard
            let start = ["precondition(", "preconditionFailure(", "fatalError(", "assert("].compactMap({
                before.ranges(of: $0).last?.upperBound
            }).max()
        else { return false }
        return !before[start...].contains { "{};".contains($0) } && !before[start...].contains("\n\n")
    }

    /// Whether it says what a metric counts: scrapers have one language.
    func isOfMetric(_ text: Text) -> Bool {
        let before = source[..<text.start].reversed().drop { $0 == 0x20 || $0 == 0x0A }
        guard before.first == UInt8(ascii: ",") else { return false }
        let place = before.dropFirst().first == UInt8(ascii: "\"")
        return place
            && texts.contains { $0.template.hasPrefix("journeyd_") && text.start - $0.end < 40 && $0.end <= text.start }
    }
}

/// A script without what only its readers need: comments, blanks, ends of lines where no statement ends,
/// and long names of what it declares itself.
///
/// It knows as much of JavaScript as the files beside it use: statements end with a semicolon or a brace, no name is declared
/// that is also one of the browser's (`Script.kept` has those that would be mistaken), and no property is asked for by a
/// variable's name. Names of properties stay as they are, and so do texts and regular expressions.
struct Script {
    private enum Kind { case name, number, text, mark, newline }

    /// What stands between two brackets: an object's properties, or statements, or anything else.
    private enum Bracket { case object, block, arrow, other }

    private struct Token {
        let kind: Kind
        var bytes: ArraySlice<UInt8>
        /// Whether it is a name that stands for a variable, and whether it also names a property by it (`{ name }`).
        var isVariable = false
        var isShorthand = false
        /// For a brace: what it closes.
        var closes = Bracket.other
    }

    private var tokens: [Token] = []
    private let source: [UInt8]
    private var index = 0

    /// The script that does the same.
    static func tightened(_ source: [UInt8]) -> [UInt8] {
        var script = Script(source: source)
        script.readAll(until: nil)
        script.classify()
        return script.written(by: script.newNames())
    }

    private init(source: [UInt8]) { self.source = source }

    // MARK: Tokens

    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
            true
        default: byte >= 128
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private func byte(at place: Int) -> UInt8 { place < source.count ? source[place] : 0 }

    private mutating func add(_ kind: Kind, from start: Int) {
        tokens.append(Token(kind: kind, bytes: source[start..<index]))
    }

    /// Reads up to the end, or past the brace that closes an expression in a template.
    private mutating func readAll(until close: UInt8?) {
        var depth = 0
        while index < source.count {
            let byte = source[index]
            let start = index
            switch byte {
            case UInt8(ascii: "\n"):
                index += 1
                add(.newline, from: start)
            case UInt8(ascii: " "): index += 1
            case UInt8(ascii: "/") where self.byte(at: index + 1) == byte:
                while index < source.count, source[index] != UInt8(ascii: "\n") { index += 1 }
            case UInt8(ascii: "/") where startsExpression: readRegularExpression()
            case UInt8(ascii: "\""):
                index += 1
                while index < source.count, source[index] != byte {
                    index += source[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                index += 1
                add(.text, from: start)
            case UInt8(ascii: "`"): readTemplate()
            case _ where Script.isInName(byte):
                let isNumber = Script.isDigit(byte)
                while index < source.count,
                    Script.isInName(source[index]) || isNumber && source[index] == UInt8(ascii: ".")
                {
                    index += 1
                }
                add(isNumber ? .number : .name, from: start)
            default:
                if close != nil, depth == 0, byte == close { return }
                if byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "}") { depth -= 1 }
                index += 1
                // A number may begin with its point.
                if byte == UInt8(ascii: "."), Script.isDigit(self.byte(at: index)) {
                    while Script.isDigit(self.byte(at: index)) { index += 1 }
                    add(.number, from: start)
                } else {
                    if byte == UInt8(ascii: "."), self.byte(at: index) == byte { index += 2 }
                    if byte == UInt8(ascii: "="), self.byte(at: index) == UInt8(ascii: ">") { index += 1 }
                    add(.mark, from: start)
                }
            }
        }
    }

    /// Whether an expression begins here, so that a stroke is no division.
    private var startsExpression: Bool {
        guard let last = tokens.last, last.kind != .newline else { return true }
        return last.kind == .mark && !last.bytes.elementsEqual(")".utf8) && !last.bytes.elementsEqual("]".utf8)
            && !last.bytes.elementsEqual("}".utf8)
    }

    private mutating func readRegularExpression() {
        let start = index
        var isInClass = false
        index += 1
        while index < source.count, source[index] != UInt8(ascii: "/") || isInClass {
            switch source[index] {
            case UInt8(ascii: "["): isInClass = true
            case UInt8(ascii: "]"): isInClass = false
            case UInt8(ascii: "\\"): index += 1
            default: break
            }
            index += 1
        }
        index += 1
        while index < source.count, Script.isInName(source[index]) { index += 1 }
        add(.text, from: start)
    }

    /// A template's pieces of text, with the tokens of its expressions between them.
    private mutating func readTemplate() {
        var start = index
        index += 1
        while index < source.count, source[index] != UInt8(ascii: "`") {
            if source[index] == UInt8(ascii: "$"), byte(at: index + 1) == UInt8(ascii: "{") {
                index += 2
                add(.text, from: start)
                readAll(until: UInt8(ascii: "}"))
                start = index
            }
            index += source[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
        add(.text, from: start)
    }

    // MARK: Meaning

    private func holds(_ place: Int, _ text: String) -> Bool {
        tokens.indices.contains(place) && tokens[place].kind != .text && tokens[place].bytes.elementsEqual(text.utf8)
    }

    private func near(_ place: Int, step: Int) -> Int {
        var place = place + step
        while tokens.indices.contains(place), tokens[place].kind == .newline { place += step }
        return place
    }

    private static let keywords: Set<String> = [
        "async", "await", "break", "catch", "const", "continue", "do", "else", "false", "finally", "for", "function",
        "if", "in",
        "instanceof", "let", "new", "null", "of", "return", "this", "throw", "true", "try", "typeof", "undefined",
        "void", "while",
    ]

    /// Tells variables from properties and keywords.
    private mutating func classify() {
        var open: [Bracket] = []
        for place in tokens.indices {
            let (before, after) = (near(place, step: -1), near(place, step: 1))
            switch tokens[place].kind {
            case .mark:
                switch tokens[place].bytes.first {
                case UInt8(ascii: "{"):
                    let isBlock =
                        !tokens.indices.contains(before) || holds(before, ")") || holds(before, "{")
                        || holds(before, "}")
                        || ["else", "try", "catch", "finally", "do", ";"].contains { holds(before, $0) }
                    open.append(holds(before, "=>") ? .arrow : isBlock ? .block : .object)
                case UInt8(ascii: "("), UInt8(ascii: "["): open.append(.other)
                case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                    tokens[place].closes = open.popLast() ?? .other
                default: break
                }
            case .name:
                let text = String(decoding: tokens[place].bytes, as: UTF8.self)
                if Script.keywords.contains(text) || holds(before, ".") { continue }
                if open.last == .object, holds(before, "{") || holds(before, ",") {
                    if holds(after, ":") || holds(after, "(") { continue }
                    tokens[place].isShorthand = true
                }
                tokens[place].isVariable = true
            default: break
            }
        }
    }

    /// Names that the browser has, though the script may have a variable of that name somewhere.
    private static let kept: Set<String> = ["document", "history", "location", "navigator"]

    /// All names that the script declares.
    private func declared() -> Set<String> {
        var found: Set<String> = []
        func note(_ place: Int) {
            if tokens.indices.contains(place), tokens[place].isVariable {
                found.insert(String(decoding: tokens[place].bytes, as: UTF8.self))
            }
        }
        /// Names in the pattern or list of parameters that opens at `place`, but for defaults.
        func noteAll(in place: Int) {
            var (place, depth, isDefault) = (place, 0, false)
            repeat {
                let token = tokens[place]
                if token.kind == .mark {
                    switch token.bytes.first {
                    case UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                    case UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "]"):
                        depth -= 1
                        isDefault = false
                    case UInt8(ascii: ","): isDefault = false
                    case UInt8(ascii: "="): isDefault = true
                    default: break
                    }
                } else if !isDefault {
                    note(place)
                }
                place += 1
            } while depth > 0 && place < tokens.count
        }
        var opened: [Int] = []
        for place in tokens.indices {
            let after = near(place, step: 1)
            if holds(place, "(") { opened.append(place) }
            if holds(place, ")"), let start = opened.popLast(), holds(after, "=>") { noteAll(in: start) }
            guard tokens[place].kind == .name else { continue }
            if holds(after, "=>") { note(place) }
            switch String(decoding: tokens[place].bytes, as: UTF8.self) {
            case "function":
                note(after)
                noteAll(in: near(after, step: 1))
            case "const", "let":
                // One declaration may be of several: those behind the first come after a comma of the same depth.
                var (next, depth) = (after, 0)
                var isTarget = true
                while tokens.indices.contains(next),
                    !(depth == 0 && (holds(next, ";") || holds(next, "of") || holds(next, ")")))
                {
                    if isTarget, depth == 0 {
                        if holds(next, "{") || holds(next, "[") { noteAll(in: next) } else { note(next) }
                        isTarget = false
                    }
                    if holds(next, "(") || holds(next, "{") || holds(next, "[") { depth += 1 }
                    if holds(next, ")") || holds(next, "}") || holds(next, "]") { depth -= 1 }
                    if depth == 0, holds(next, ",") { isTarget = true }
                    next = near(next, step: 1)
                }
            default: break
            }
        }
        return found.subtracting(Script.kept)
    }

    /// Short names for those that are declared, the shortest for those that are read most.
    private func newNames() -> [String: [UInt8]] {
        let declared = declared()
        var counts: [String: Int] = [:]
        var taken = Script.keywords
        for token in tokens where token.kind == .name {
            let name = String(decoding: token.bytes, as: UTF8.self)
            guard token.isVariable else { continue }
            if declared.contains(name) { counts[name, default: 0] += 1 } else { taken.insert(name) }
        }
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        var number = 0
        var names: [String: [UInt8]] = [:]
        let ordered = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
        for (name, _) in ordered {
            var short: [UInt8]
            repeat {
                short = []
                var rest = number
                repeat {
                    short.append(letters[rest % letters.count])
                    rest = rest / letters.count - 1
                } while rest >= 0
                number += 1
            } while taken.contains(String(decoding: short, as: UTF8.self))
            names[name] = short
        }
        return names
    }

    // MARK: Writing

    private static let goesOn = Array(",({[;:?=>&|+".utf8)
    private static let continues = Array(")]}.:?".utf8)
    private static let short: [String: [UInt8]] = [
        "const": Array("let".utf8), "true": Array("!0".utf8), "false": Array("!1".utf8),
    ]

    private func written(by names: [String: [UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        var isLineEnd = false
        var lastCloses = Bracket.other
        for token in tokens {
            if token.kind == .newline {
                isLineEnd = true
                continue
            }
            var text = Array(token.bytes)
            if token.kind == .name {
                let name = String(decoding: text, as: UTF8.self)
                if token.isVariable, let short = names[name] {
                    text = token.isShorthand ? text + [UInt8(ascii: ":")] + short : short
                } else if let short = Script.short[name], !bytes.hasSuffix(".") {
                    text = short
                }
            }
            if let last = bytes.last, let first = text.first {
                let closesBlock = last == UInt8(ascii: "}") && lastCloses == .block
                if isLineEnd, !closesBlock, !Script.goesOn.contains(last), !Script.continues.contains(first) {
                    bytes.append(UInt8(ascii: "\n"))
                } else if Script.isInName(last) && Script.isInName(first)
                    || last == first && (last == UInt8(ascii: "+") || last == UInt8(ascii: "-")) && token.kind != .text
                        && isApart(token)
                {
                    bytes.append(UInt8(ascii: " "))
                } else if first == UInt8(ascii: "}"), last == UInt8(ascii: ";"), token.kind == .mark {
                    bytes.removeLast()
                }
            }
            bytes += text
            isLineEnd = false
            lastCloses = token.closes
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Whether a blank stands before the token in the source.
    private func isApart(_ token: Token) -> Bool {
        token.bytes.startIndex > 0 && source[token.bytes.startIndex - 1] == UInt8(ascii: " ")
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}

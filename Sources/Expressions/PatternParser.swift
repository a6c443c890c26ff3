import Storage

/// Reads the syntax of RE2: what Perl has, without what cannot be matched in linear time.
struct PatternParser {
    private struct Flags {
        var isFolded = false
        var isMultiline = false
        var dotTakesNewline = false
    }

    private let scalars: [UInt32]
    private var position = 0
    private var flags = Flags()
    private var depth = 0

    init(_ text: View<UInt8>) {
        var scalars: [UInt32] = []
        var position = 0
        while position < text.count {
            let (scalar, width) = text.codePoint(at: position)
            scalars.append(scalar)
            position += width
        }
        self.scalars = scalars
    }

    mutating func parse() throws(PatternFault) -> PatternNode {
        guard scalars.count <= 10_000 else { throw PatternFault("it has more than 10000 characters") }
        let node = try choice()
        guard position == scalars.count else { throw PatternFault("unexpected )") }
        return node
    }

    private func letter(_ ahead: Int = 0) -> Character? {
        guard position + ahead < scalars.count else { return nil }
        return UnicodeScalar(scalars[position + ahead]).map { Character($0) }
    }

    private mutating func take(_ word: String) -> Bool {
        let wanted = word.unicodeScalars.map(\.value)
        guard scalars[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    private mutating func choice() throws(PatternFault) -> PatternNode {
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(PatternFault) -> PatternNode {
        var parts: [PatternNode] = []
        while let next = letter(), next != "|", next != ")" {
            if take("\\Q") {
                while position < scalars.count, !take("\\E") {
                    parts.append(.scalar(scalars[position], isFolded: flags.isFolded))
                    position += 1
                }
                if let last = parts.popLast() { parts.append(try repetition(of: last)) }
                continue
            }
            guard let part = try atom() else { continue }
            parts.append(try repetition(of: part))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func repetition(of part: PatternNode) throws(PatternFault) -> PatternNode {
        var node = part
        var isRepeated = false
        while let next = letter() {
            let range: (least: Int, most: Int?)
            switch next {
            case "*": range = (0, nil)
            case "+": range = (1, nil)
            case "?": range = (0, 1)
            case "{":
                guard let counts = try counts() else { return node }
                range = counts
                position -= 1
            default: return node
            }
            if isRepeated { throw PatternFault("a repetition of a repetition; put the inner one in a group") }
            position += 1
            // Which of several matches is preferred does not matter to whether there is one.
            _ = take("?")
            isRepeated = true
            node = .repetition(node, least: range.least, most: range.most)
        }
        return node
    }

    /// Reads `{2}`, `{2,}` or `{2,5}`; nil, having read nothing, where the brace is only a brace.
    private mutating func counts() throws(PatternFault) -> (least: Int, most: Int?)? {
        let start = position
        position += 1
        let least = number()
        var most = least
        if take(",") { most = number() }
        guard let least, take("}") else {
            position = start
            return nil
        }
        let isOpen = scalars[position - 2] == 0x2C
        if least > Pattern.repeatLimit || (most ?? 0) > Pattern.repeatLimit || (!isOpen && (most ?? 0) < least) {
            throw PatternFault("a count of repetitions is 0 to \(Pattern.repeatLimit), the smaller one first")
        }
        return (least, isOpen ? nil : most)
    }

    private mutating func number() -> Int? {
        let start = position
        var value = 0
        while position < scalars.count, scalars[position] &- 0x30 < 10 {
            value = min(value * 10 + Int(scalars[position] - 0x30), 1_000_000)
            position += 1
        }
        return position > start ? value : nil
    }

    private mutating func atom() throws(PatternFault) -> PatternNode? {
        let scalar = scalars[position]
        switch letter() {
        case "(": return try group()
        case "[":
            var reader = SetReader(scalars, position: position, isFolded: flags.isFolded)
            let node = try reader.read()
            position = reader.position
            return node
        case ".":
            position += 1
            return .any(withNewline: flags.dotTakesNewline)
        case "^":
            position += 1
            return .assertion(flags.isMultiline ? .startOfLine : .startOfText)
        case "$":
            position += 1
            return .assertion(flags.isMultiline ? .endOfLine : .endOfText)
        case "\\": return try escape()
        case "*", "+", "?": throw PatternFault("nothing to repeat before a repetition")
        case "{":
            if try counts() != nil { throw PatternFault("nothing to repeat before a repetition") }
        default: break
        }
        position += 1
        return .scalar(scalar, isFolded: flags.isFolded)
    }

    private mutating func escape() throws(PatternFault) -> PatternNode {
        let assertions: [(String, Pattern.Instruction.Kind)] = [
            ("\\A", .startOfText), ("\\z", .endOfText), ("\\b", .wordBoundary), ("\\B", .notWordBoundary),
        ]
        for (word, kind) in assertions where take(word) { return .assertion(kind) }
        var reader = SetReader(scalars, position: position, isFolded: flags.isFolded)
        if let items = try reader.classEscape() {
            position = reader.position
            return .set(items, isComplement: false, isFolded: flags.isFolded)
        }
        let scalar = try reader.scalarEscape()
        position = reader.position
        return .scalar(scalar, isFolded: flags.isFolded)
    }

    /// A group, or flags for the rest of the one around; then nil.
    private mutating func group() throws(PatternFault) -> PatternNode? {
        depth += 1
        defer { depth -= 1 }
        if depth > Pattern.depthLimit { throw PatternFault("groups are nested deeper than \(Pattern.depthLimit)") }
        let outer = flags
        position += 1
        if take("?") {
            if take("P<") || take("<") {
                try groupName()
            } else if try !readFlags() {
                return nil
            }
        }
        let node = try choice()
        guard take(")") else { throw PatternFault("a ( without its )") }
        flags = outer
        return node
    }

    private mutating func groupName() throws(PatternFault) {
        let start = position
        while let next = letter(), next == "_" || next.isLetter || next.isNumber { position += 1 }
        guard position > start, take(">") else { throw PatternFault("a group's name has letters, digits and _ only") }
    }

    /// Reads flags up to `:` (then the group's content follows) or `)`.
    private mutating func readFlags() throws(PatternFault) -> Bool {
        var isOn = true
        while let next = letter() {
            position += 1
            switch next {
            case "i": flags.isFolded = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotTakesNewline = isOn
            case "U": break
            case "-" where isOn: isOn = false
            case ":": return true
            case ")": return false
            default: throw PatternFault("(?\(next) is not supported")
            }
        }
        throw PatternFault("a ( without its )")
    }
}

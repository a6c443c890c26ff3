import Storage

/// Reads sets of characters in regular expressions: `[a-z]`, `\d`, `[[:alpha:]]`, `\p{Lu}`, and single escapes.
struct SetReader {
    let scalars: [UInt32]
    private(set) var position: Int
    let isFolded: Bool

    init(_ scalars: [UInt32], position: Int, isFolded: Bool) {
        self.scalars = scalars
        self.position = position
        self.isFolded = isFolded
    }

    private func scalar(_ ahead: Int = 0) -> UInt32? {
        position + ahead < scalars.count ? scalars[position + ahead] : nil
    }

    private func letter(_ ahead: Int = 0) -> Character? {
        scalar(ahead).flatMap { UnicodeScalar($0) }.map { Character($0) }
    }

    /// `[…]`, from its opening bracket.
    mutating func read() throws(PatternFault) -> PatternNode {
        position += 1
        let isComplement = letter() == "^"
        if isComplement { position += 1 }
        var items: [Pattern.Item] = []
        var isFirst = true
        while let next = letter(), isFirst || next != "]" {
            isFirst = false
            if next == "[", letter(1) == ":" {
                items += try named()
            } else if next == "\\", let escaped = try classEscape() {
                items += escaped
            } else {
                let low = try single()
                var high = low
                if letter() == "-", let after = letter(1), after != "]" {
                    position += 1
                    high = try single()
                    if high < low { throw PatternFault("a range of characters runs backwards") }
                }
                items.append(Pattern.Item(low: low, high: high))
            }
        }
        guard letter() == "]" else { throw PatternFault("a [ without its ]") }
        position += 1
        return .set(items, isComplement: isComplement, isFolded: isFolded)
    }

    private mutating func single() throws(PatternFault) -> UInt32 {
        if letter() == "\\" { return try scalarEscape() }
        defer { position += 1 }
        return scalars[position]
    }

    private static let digits = [(0x30, 0x39)]
    private static let words = [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]
    private static let blanks = [(0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)]

    private static let classes: [ByteName: [(Int, Int)]] = [
        "alnum": [(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)], "alpha": [(0x41, 0x5A), (0x61, 0x7A)],
        "ascii": [(0, 0x7F)], "blank": [(0x09, 0x09), (0x20, 0x20)], "cntrl": [(0, 0x1F), (0x7F, 0x7F)],
        "digit": digits, "graph": [(0x21, 0x7E)], "lower": [(0x61, 0x7A)], "print": [(0x20, 0x7E)],
        "punct": [(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)], "space": [(0x09, 0x0D), (0x20, 0x20)],
        "upper": [(0x41, 0x5A)], "word": words, "xdigit": [(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)],
    ]

    /// The ranges, or all that they leave out.
    private func items(_ ranges: [(Int, Int)], isComplement: Bool) -> [Pattern.Item] {
        var result: [Pattern.Item] = []
        var next = 0
        for (low, high) in ranges {
            if !isComplement {
                result.append(Pattern.Item(low: UInt32(low), high: UInt32(high)))
            } else if low > next {
                result.append(Pattern.Item(low: UInt32(next), high: UInt32(low - 1)))
            }
            next = high + 1
        }
        if isComplement { result.append(Pattern.Item(low: UInt32(next), high: 0x10FFFF)) }
        return result
    }

    /// `[:name:]` within a set.
    private mutating func named() throws(PatternFault) -> [Pattern.Item] {
        position += 2
        let isComplement = letter() == "^"
        if isComplement { position += 1 }
        var name = ""
        while let next = letter(), next != ":", name.count < 16 {
            name.append(next)
            position += 1
        }
        guard let ranges = SetReader.classes[name], letter() == ":", letter(1) == "]" else {
            throw PatternFault("[:\(name):] is not a class of characters")
        }
        position += 2
        return items(ranges, isComplement: isComplement)
    }

    /// `\d`, `\W`, `\pL` and their like; nil, having read nothing, for any other escape.
    mutating func classEscape() throws(PatternFault) -> [Pattern.Item]? {
        guard let kind = letter(1) else { throw PatternFault("a backslash at the end") }
        let ranges: [(Int, Int)]
        switch kind {
        case "d", "D": ranges = SetReader.digits
        case "w", "W": ranges = SetReader.words
        case "s", "S": ranges = SetReader.blanks
        case "p", "P": return [try category()]
        default: return nil
        }
        position += 2
        return items(ranges, isComplement: kind.isUppercase)
    }

    private mutating func category() throws(PatternFault) -> Pattern.Item {
        var isComplement = letter(1) == "P"
        position += 2
        var name = ""
        if letter() == "{" {
            position += 1
            if letter() == "^" {
                isComplement.toggle()
                position += 1
            }
            while let next = letter(), next != "}", name.count < 32 {
                name.append(next)
                position += 1
            }
            guard letter() == "}" else { throw PatternFault("a \\p{ without its }") }
            position += 1
        } else if let next = letter() {
            name.append(next)
            position += 1
        }
        guard let categories = UnicodeCategories.bits(of: name) else {
            throw PatternFault("\\p{\(name)} is not a general category of Unicode, such as L, Lu or Nd")
        }
        return Pattern.Item(low: 0, high: 0, categories: categories, isComplement: isComplement)
    }

    /// An escape that stands for one character.
    mutating func scalarEscape() throws(PatternFault) -> UInt32 {
        guard let kind = letter(1), let value = scalar(1) else { throw PatternFault("a backslash at the end") }
        position += 2
        switch kind {
        case "a": return 7
        case "f": return 12
        case "n": return 10
        case "r": return 13
        case "t": return 9
        case "v": return 11
        case "x": return try hexadecimal()
        case "0"..."7":
            var octal = value - 0x30
            var count = 1
            while count < 3, let digit = scalar(), digit &- 0x30 < 8 {
                octal = octal << 3 | (digit - 0x30)
                position += 1
                count += 1
            }
            if kind != "0", count == 1 { throw PatternFault("references to groups are not supported") }
            return octal
        default:
            if value < 0x80, !(kind.isLetter || kind.isNumber) { return value }
            throw PatternFault("\\\(kind) has no meaning")
        }
    }

    private mutating func hexadecimal() throws(PatternFault) -> UInt32 {
        var value: UInt32 = 0
        let isBraced = letter() == "{"
        if isBraced { position += 1 }
        var count = 0
        while count < (isBraced ? 6 : 2), let digit = scalar(), digit < 0x80, let nibble = hexDigit(UInt8(digit)) {
            value = value << 4 | nibble
            position += 1
            count += 1
        }
        guard count == 2 || (isBraced && count > 0), UnicodeScalar(value) != nil, !isBraced || letter() == "}" else {
            throw PatternFault("\\x takes two hexadecimal digits, or up to six between braces")
        }
        if isBraced { position += 1 }
        return value
    }
}

/// The general categories of Unicode, each a bit.
enum UnicodeCategories {
    /// By their short names; a category's place is that of its bit.
    private static let names = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
    ]
    /// What is no code point that a text may have.
    private static let none: UInt32 = 1 << 31

    /// The categories that a pattern means by a name, such as `Lu`, `L` or `Any`; nil for a name that means none.
    static func bits(of name: String) -> UInt32? {
        if name == "Any" { return .max }
        // Unassigned code points go by no name of their own.
        let isKnown = name.count == 1 ? names.contains { $0.hasPrefix(name) } : name != "Cn" && names.contains(name)
        guard isKnown else { return nil }
        var bits: UInt32 = 0
        for (place, each) in names.enumerated() where each.hasPrefix(name) { bits |= 1 << UInt32(place) }
        return bits
    }

    /// The bit of a code point's category; never 0.
    static func bit(of scalar: UInt32) -> UInt32 {
        guard let unicode = UnicodeScalar(scalar) else { return none }
        return 1 << place(of: unicode.properties.generalCategory)
    }

    private static func place(of category: Unicode.GeneralCategory) -> UInt32 {
        switch category {
        case .uppercaseLetter: 0
        case .lowercaseLetter: 1
        case .titlecaseLetter: 2
        case .modifierLetter: 3
        case .otherLetter: 4
        case .nonspacingMark: 5
        case .spacingMark: 6
        case .enclosingMark: 7
        case .decimalNumber: 8
        case .letterNumber: 9
        case .otherNumber: 10
        case .connectorPunctuation: 11
        case .dashPunctuation: 12
        case .openPunctuation: 13
        case .closePunctuation: 14
        case .initialPunctuation: 15
        case .finalPunctuation: 16
        case .otherPunctuation: 17
        case .mathSymbol: 18
        case .currencySymbol: 19
        case .modifierSymbol: 20
        case .otherSymbol: 21
        case .spaceSeparator: 22
        case .lineSeparator: 23
        case .paragraphSeparator: 24
        case .control: 25
        case .format: 26
        case .surrogate: 27
        case .privateUse: 28
        case .unassigned: 29
        @unknown default: 29
        }
    }
}

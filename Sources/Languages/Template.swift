/// A text with places for what is put into it: `%1 is given twice; give it once`.
///
/// One that ends in a blank, or begins with a comma or a semicolon, is a part of a longer text: whatever stands behind it,
/// or before it, belongs to it as well.
struct Template: Sendable {
    /// What stands between the places, the outer ends included: one more than there are places.
    let pieces: [[UInt8]]
    /// How many bytes of the text are its own: of two templates that fit, the one with more says more.
    let weight: Int
    /// For each place whether quotation marks stand around it: what is in them stays as it is.
    let isQuoted: [Bool]
    /// The translation: bytes, and places by their numbers from 0.
    let translation: [Segment]
    /// Whether it is of several lines itself.
    private let hasLines: Bool
    /// The code under which it is documented; empty where it has none.
    let code: String

    enum Segment: Sendable, Equatable {
        case bytes([UInt8])
        case place(Int)
        /// A place whose text stays as it is: a name of the user's, or a word for programs.
        case kept(Int)
    }

    /// - Parameter isPredicate: the text says something of what stands before it and a blank.
    init(_ text: String, _ translation: String, code: String = "", isPredicate: Bool = false) {
        var pieces: [[UInt8]] = []
        let text = isPredicate ? " " + text : text
        var said = Self.segments(isPredicate ? " " + translation : translation)
        for segment in Self.segments(text) {
            switch segment {
            case .bytes(let bytes):
                if pieces.isEmpty { pieces.append([]) }
                pieces[pieces.count - 1] += bytes
            case .place, .kept:
                if pieces.isEmpty { pieces.append([]) }
                pieces.append([])
            }
        }
        if isPredicate || text.hasPrefix(";") || text.hasPrefix(",") {
            pieces.insert([], at: 0)
            said = [.place(0)] + said.map(\.moved)
        }
        if text.hasSuffix(" "), pieces.last?.isEmpty == false {
            let rest = pieces.count - 1
            if !said.contains(.kept(rest)) { said.append(.place(rest)) }
            pieces.append([])
        }
        self.pieces = pieces
        weight = pieces.reduce(0) { $0 + $1.count }
        isQuoted = pieces.indices.dropLast().map { index in
            guard let before = pieces[index].last, before == pieces[index + 1].first else { return false }
            return before == UInt8(ascii: "\"") || before == UInt8(ascii: "'")
        }
        self.translation = said
        hasLines = text.utf8.contains(0x0A)
        self.code = code
    }

    /// The longest piece, which any text that fits has in it.
    var anchor: [UInt8] { pieces.max { $0.count < $1.count } ?? [] }

    /// Takes `%1` to `%9`, and `%'1` to `%'9` for places that stay, apart from what stands between them.
    static func segments(_ text: String) -> [Segment] {
        var segments: [Segment] = []
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let isKept = rest.first == UInt8(ascii: "'")
            guard byte == UInt8(ascii: "%"), let digit = rest.dropFirst(isKept ? 1 : 0).first,
                (UInt8(ascii: "1")...57).contains(digit)
            else {
                bytes.append(byte)
                continue
            }
            rest.removeFirst(isKept ? 2 : 1)
            if !bytes.isEmpty { segments.append(.bytes(bytes)) }
            bytes = []
            segments.append(isKept ? .kept(Int(digit) - 0x31) : .place(Int(digit) - 0x31))
        }
        if !bytes.isEmpty { segments.append(.bytes(bytes)) }
        return segments
    }

    /// What stands in the places of a text that fits; nil where it does not. Each place takes as little as it can, the last
    /// of several side by side all.
    func captures(in text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        guard let first = pieces.first, let last = pieces.last else { return nil }
        if pieces.count == 1 { return text.elementsEqual(first) ? [] : nil }
        // What is put into a text is on its line.
        if !hasLines, text.contains(0x0A) { return nil }
        guard text.count >= first.count + last.count, text.starts(with: first), text.suffix(last.count) == last[...]
        else { return nil }
        var captures: [ArraySlice<UInt8>] = []
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() {
            guard let place = rest.start(of: piece) else { return nil }
            captures.append(rest[..<place])
            rest = rest[(place + piece.count)...]
        }
        return captures + [rest]
    }
}

extension Template.Segment {
    /// The same for a template with a place before it.
    fileprivate var moved: Template.Segment {
        switch self {
        case .bytes: self
        case .place(let number): .place(number + 1)
        case .kept(let number): .kept(number + 1)
        }
    }
}

extension ArraySlice<UInt8> {
    /// Where a piece begins first; nil where it is nowhere.
    func start(of piece: [UInt8]) -> Int? {
        guard let first = piece.first else { return startIndex }
        var place = startIndex
        while endIndex - place >= piece.count {
            if self[place] == first, self[place..<(place + piece.count)] == piece[...] { return place }
            place += 1
        }
        return nil
    }
}

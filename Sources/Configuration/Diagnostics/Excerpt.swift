/// A line of a source with a caret under one of its places, as messages show it.
///
/// The line is made printable and cut to a window around the place. The caret stands where a terminal shows the
/// place: characters of East Asian scripts and emoji take two cells there, combining marks none.
package struct Excerpt {
    /// The widest part of a line that is shown, in scalars.
    private static let width = 100

    /// The line and the column of the place, from 1; columns count Unicode scalars.
    package let line: Int
    package let column: Int
    /// Whether the source has other lines.
    package let isOneOfSeveral: Bool
    /// The line and the caret, each indented by four blanks and with its line end.
    package let text: String

    /// The excerpt at a byte of a text that stands in no file.
    package init(of source: String, atByte offset: Int) {
        let file = SourceFile(name: "", bytes: Array(source.utf8))
        self.init(of: file, at: file.place(at: offset))
    }

    init(of source: SourceFile, at place: Place) {
        line = place.line
        column = place.column
        isOneOfSeveral = source.lineCount > 1
        let first = place.column > Self.width * 3 / 4 ? place.column - Self.width / 2 : 1
        let shown = Wording.printable(source.line(place.line, from: first, limit: Self.width))
        let before = shown.unicodeScalars.prefix(place.column - first)
        let cells = before.reduce(0) { $0 + Self.cells($1) } + max(0, place.column - first - before.count)
        text = "    \(shown)\n    \(String(repeating: " ", count: cells))^\n"
    }

    /// The blocks of which (nearly) every character takes two cells of a terminal.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
        0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD,
    ]

    private static func cells(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
        }
    }
}

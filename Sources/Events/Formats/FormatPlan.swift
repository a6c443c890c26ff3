package import Storage

/// Which format lines are in: that of the configuration, or one that was named for them. A number says it, so that a line
/// can be read again in another life of the program.
package struct InputFormat: Hashable, Sendable {
    /// 0 for the configuration's own; else that of a preset, from 1, with `underMapping` where the configuration's mapping
    /// holds beside it.
    package let number: UInt32
    /// The header of the table whose rows the lines are; nil where each line says itself what it holds.
    package let table: TableHeader?

    private static let underMapping: UInt32 = 0x100
    private static let asList: UInt32 = 0x200
    /// Numbers are below it.
    static let numberLimit: UInt32 = 0x400

    /// What the configuration says.
    package static let standard = InputFormat(number: 0)

    /// A preset in the place of the configuration's format.
    /// - Parameter underMapping: whether what `input.mapping` says holds beside it.
    package init(_ preset: Preset, underMapping: Bool = false) {
        let place = Preset.allCases.firstIndex(of: preset) ?? 0
        number = UInt32(place) + 1 + (underMapping ? InputFormat.underMapping : 0)
        table = nil
    }

    /// A format by its number; that of the configuration where there is none of it.
    package init(number: UInt32, table: TableHeader? = nil) {
        let place = number & (InputFormat.underMapping - 1)
        self.number = place <= Preset.allCases.count && number < InputFormat.numberLimit ? number : 0
        self.table = table
    }

    /// The same format, of which lines are rows of a table.
    package func ofRows(of table: TableHeader) -> InputFormat { InputFormat(number: number, table: table) }

    /// The same format, where a line may also be an array of events.
    package var takingLists: InputFormat { InputFormat(number: number | InputFormat.asList) }

    /// The preset that was named, if one was.
    package var preset: Preset? {
        let place = Int(number & (InputFormat.underMapping - 1))
        return place > 0 ? Preset.allCases[place - 1] : nil
    }

    var isUnderMapping: Bool { number & InputFormat.underMapping != 0 }
    var takesLists: Bool { number & InputFormat.asList != 0 }

    /// The format as text: nothing for the configuration's, `segment`, or `+segment` under its mapping; behind a `[` where
    /// lines may be arrays, and before a `|` and the header where they are rows.
    package var text: String {
        (takesLists ? "[" : "") + (isUnderMapping ? "+" : "") + (preset?.rawValue ?? "")
            + (table.map { "|" + $0.text } ?? "")
    }

    /// Reads that text; nil where it is none.
    package init?(text: String) {
        let takesLists = text.utf8.first == UInt8(ascii: "[")
        var rest = takesLists ? text.dropFirst() : text[...]
        var table: TableHeader?
        if let end = rest.utf8.firstIndex(of: UInt8(ascii: "|")) {
            table = TableHeader(text: String(rest[rest.utf8.index(after: end)...]))
            guard table != nil else { return nil }
            rest = rest[..<end]
        }
        let isUnder = rest.utf8.first == UInt8(ascii: "+")
        let name = String(isUnder ? rest.dropFirst() : rest)
        var format = InputFormat.standard
        if !name.isEmpty || isUnder {
            guard let preset = Preset(rawValue: name) else { return nil }
            format = InputFormat(preset, underMapping: isUnder)
        }
        if takesLists { format = format.takingLists }
        self = table.map { format.ofRows(of: $0) } ?? format
    }
}

/// What a configuration says about formats: `input.format`, `mapping`, `rename` and `drop`, and `time.unit`.
package struct FormatPlan: Sendable {
    package var preset = Preset.native
    /// What each key of `input.mapping` replaces.
    package var replacements: [@Sendable (inout Mapping) -> Void] = []
    package var renames: [ByteName: String] = [:]
    package var drops: [String] = []
    /// What parts the cells of tables; nil where their header says it.
    package var delimiter: UInt8?
    /// How whose an event is is found from all its ids; nil where its customer's id says it.
    package var identity: IdentityPlan?
    /// Says all of this in one text, so that plans can be told apart.
    package var key = ""
    /// `time.unit`, which replaces what the mapping says.
    package var unit: TimePlaces.Unit?
    /// The seconds since 1970 at which the clocks of a zone first show so many seconds since their 1970; nil for a zone that
    /// nobody knows.
    package var localTime: @Sendable (_ zone: String, _ clock: Int64) -> Int64? = { _, _ in nil }
    /// The expressions of places by their text: the JSON text of the value for a line; nil where there is none.
    package var expressions: [ByteName: @Sendable (_ line: [UInt8]) -> [UInt8]?] = [:]

    package init() {}

    /// The native form as events.md has it, and nothing more.
    package static let native = FormatPlan()

    /// The preset that a format begins from.
    package func preset(of format: InputFormat) -> Preset { format.preset ?? preset }

    /// Whether times stand under `timestamp`, as the native form has them, and numbers are milliseconds.
    package var readsMilliseconds: Bool {
        preset == .native && (unit ?? .milliseconds) == .milliseconds
            && mapping(of: .standard).time.from == Mapping.native.time.from
    }

    /// How lines of a format are read.
    package func mapping(of format: InputFormat) -> Mapping {
        let preset = format.preset ?? self.preset
        var mapping = preset.mapping
        if format.preset == nil || format.isUnderMapping || preset == self.preset {
            for replace in replacements { replace(&mapping) }
            if let unit { mapping.time.unit = unit }
        }
        if format.takesLists, !mapping.each.contains("") { mapping.each.append("") }
        return mapping
    }

    /// Whether lines of a format are in the native form and nothing is done to them.
    package func isPlain(_ format: InputFormat) -> Bool {
        let preset = format.preset ?? self.preset
        guard format.table == nil, preset == .native, renames.isEmpty, drops.isEmpty, !format.takesLists else {
            return false
        }
        return replacements.isEmpty && unit == nil
            || format.preset != nil && !format.isUnderMapping && self.preset != .native
    }
}

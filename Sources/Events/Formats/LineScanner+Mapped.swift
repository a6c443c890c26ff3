import Storage

/// Which formats the lines of a block are in.
enum LineFormats {
    case one(InputFormat)
    /// By where they come from.
    case parts([LinePart])
    /// Of lines that were scanned before: for each its format, and the number of the element that it was, from 1; 0 for a
    /// line of its own.
    case rows([(format: InputFormat, element: UInt32)])
}

/// A line that holds other than one event, in a batch.
package struct LineStretch: Sendable {
    /// The line's place among the lines of the batch.
    package let line: Int
    /// The place of its first event, and how many places its events take.
    package let first: Int
    package let count: Int
}

extension LineScanner {
    /// Whether all of these are in the native form, and nothing else is to be done to them.
    func arePlain(_ lines: LineFormats) -> Bool {
        guard formats.isPlain(.standard), converted == nil else { return false }
        return switch lines {
        case .one(let format): formats.isPlain(format)
        case .parts(let parts): parts.allSatisfy { formats.isPlain($0.source.format) }
        case .rows(let rows): rows.allSatisfy { formats.isPlain($0.format) }
        }
    }

    /// Reads the lines from `start` on, each in its own format; answers how many there are.
    mutating func scanMapped(_ bytes: View<UInt8>, from start: Int, _ lines: LineFormats) -> Int {
        var start = start
        var line = 0
        var part = 0
        var left = 0
        while start < bytes.count {
            var format = InputFormat.standard
            var element: UInt32 = 0
            var most = 1
            switch lines {
            case .one(let one): (format, most) = (one, .max)
            case .parts(let parts):
                while left == 0, part < parts.count {
                    left = parts[part].lineCount
                    part += 1
                }
                (format, most) = (part > 0 ? parts[part - 1].source.format : .standard, left)
            case .rows(let rows): (format, element) = line < rows.count ? rows[line] : (.standard, 0)
            }
            if format.table != nil {
                let (end, count) = scanRows(bytes, from: start, most: most, format)
                (start, line, left, entryCount) = (end, line + count, left - count, entryCount + count)
                if count > 0 { continue }
            }
            left -= 1
            let newline = bytes.firstIndex(of: 0x0A, from: start)
            var end = newline
            if end > start, bytes[end - 1] == 0x0D { end -= 1 }
            let entry = entryCount
            if formats.isPlain(format), converted == nil {
                let count = rows.count
                scanLine(number: entry, start: start, end: end)
                if rows.count > count { rows[count].format = number(of: format) }
                entryCount += 1
            } else {
                let count = scanMappedLine(
                    LinePlace(entry: entry, start: start, end: end), format: format, element: element)
                if count != 1 { stretches.append(LineStretch(line: line, first: entry, count: count)) }
                entryCount += count
            }
            line += 1
            start = newline + 1
        }
        return line
    }

    /// A line of the block that is being read.
    struct LinePlace {
        /// The place of its first event.
        var entry: Int
        var start: Int
        var end: Int
    }

    /// Reads one line; answers how many places its events take, at least one.
    private mutating func scanMappedLine(_ line: LinePlace, format: InputFormat, element: UInt32) -> Int {
        let reader = reader(of: format)
        if let table = format.table, isRow(line) {
            scanRow(line, of: table, reader, format)
            return 1
        }
        do throws(LineFault) {
            guard line.end - line.start <= lineLimit else {
                throw LineFault(reason: .tooLong, detail: "longer than \(lineLimit) bytes (input.max_line)")
            }
            text.at = line.start
            text.skipSpace(upTo: line.end)
            if text.at == line.end { return 1 }
            if text.bytes[text.at] == TableLines.faultMark, reader.takesTables || format.table != nil {
                throw TableLines.fault(text.bytes[text.at + 1..<line.end])
            }
            var sight: ElementSight?
            if element == 0 {
                switch try elements(of: line, reader) {
                case .several(let elements):
                    for (index, found) in elements.all.enumerated() {
                        take(found, index, of: elements, line, reader, format)
                    }
                    return max(1, elements.all.count)
                case .one(let found): sight = found
                case .none: break
                }
            }
            guard text.bytes[text.at] == UInt8(ascii: "{") else {
                throw LineFault(
                    reason: .malformedJSON,
                    detail: text.bytes[text.at] == UInt8(ascii: "[")
                        ? "an array, of which this format has none; write one object on each line"
                        : "not a JSON object; write one object on each line")
            }
            let found = if let sight { sight } else { try readWhole(line, reader) }
            var row = EventRow()
            row.line = UInt32(line.entry)
            row.lineText = TextRange(offset: UInt32(line.start), length: UInt32(line.end - line.start))
            row.element = element
            row.format = number(of: format)
            try finish(row, reader, found, isRewritten: false)
        } catch {
            rejectMapped(error, entry: line.entry, index: nil, line.start, line.end)
        }
        return 1
    }

    /// Reads the object that the line is, and nothing behind it.
    private mutating func readWhole(_ line: LinePlace, _ reader: MappedReader) throws(LineFault) -> ElementSight {
        defer { text.at = max(text.at, reader.readEnd) }
        let sight = try reader.read(text.bytes, at: text.at)
        text.at = sight.end
        text.skipSpace(upTo: line.end)
        guard text.at == line.end else { throw JSONText.malformed }
        return sight
    }

    /// What a line holds.
    private enum LineContent {
        case several(Elements)
        /// One event, which has been read.
        case one(ElementSight)
        /// Neither an object nor an array of events.
        case none
    }

    private mutating func elements(of line: LinePlace, _ reader: MappedReader) throws(LineFault) -> LineContent {
        let start = text.at
        if text.bytes[start] == UInt8(ascii: "[") {
            guard let place = reader.program.each.firstIndex(where: { $0 == nil }) else { return .none }
            try text.skipValue()
            text.skipSpace(upTo: line.end)
            guard text.at == line.end else { throw JSONText.malformed }
            let elements = Elements(
                in: text.bytes, line: start, value: start, path: reader.program.mapping.each[place], isLine: true,
                inherit: reader.program.mapping.inherit)
            return elements.map { .several($0) } ?? .none
        }
        guard text.bytes[start] == UInt8(ascii: "{") else { return .none }
        let sight = try readWhole(line, reader)
        for (place, capture) in reader.program.each.enumerated() {
            guard let capture, let found = sight.capture(capture), found.kind == .json else { continue }
            let elements = Elements(
                in: text.bytes, line: start, value: Int(found.start), path: reader.program.mapping.each[place],
                isLine: false, inherit: reader.program.mapping.inherit)
            if let elements { return .several(elements) }
        }
        text.at = start
        return .one(sight)
    }

    /// How many times as long as the line the texts of its elements may be together, with what they inherit.
    private static let growthMost = 64

    private mutating func take(
        _ element: Elements.Element, _ index: Int, of elements: Elements, _ line: LinePlace, _ reader: MappedReader,
        _ format: InputFormat
    ) {
        if index == 0 { growth = 0 }
        do throws(LineFault) {
            guard text.bytes[element.start] == UInt8(ascii: "{") else {
                throw LineFault(reason: .malformedJSON, detail: "not a JSON object, but an element of the line's array")
            }
            var row = EventRow()
            row.line = UInt32(line.entry + index)
            row.element = UInt32(index + 1)
            row.format = number(of: format)
            let inherited = elements.inherited[element.inherited]
            if inherited.isEmpty {
                let sight = try reader.read(text.bytes, at: element.start)
                row.lineText = TextRange(offset: UInt32(element.start), length: UInt32(element.end - element.start))
                try finish(row, reader, sight, isRewritten: false)
            } else {
                let size =
                    element.end - element.start + inherited.reduce(0) { $0 + $1.value.count + $1.key.utf8.count + 4 }
                growth += size
                guard growth <= (line.end - line.start) * LineScanner.growthMost + 4096,
                    rewritten.count + size < 1 << 30
                else {
                    throw LineFault(
                        reason: .tooLong,
                        detail:
                            "with what they inherit the line's events are more than \(LineScanner.growthMost) times "
                            + "as long as the line")
                }
                let start = rewritten.count
                compose(element, inherited)
                let sight = try reader.read(rewritten.padded, at: start)
                row.lineText = TextRange(
                    offset: TextRange.rewritten + UInt32(start), length: UInt32(rewritten.count - start))
                try finish(row, reader, sight, isRewritten: true)
            }
        } catch {
            rejectMapped(error, entry: line.entry + index, index: index, element.start, element.end)
        }
    }

    /// Writes an element with what it inherits, which comes first, so that its own keys win.
    private mutating func compose(_ element: Elements.Element, _ inherited: ArraySlice<Elements.Inherited>) {
        var own: Set<ByteName> = []
        let names = Set(names: inherited.map(\.key))
        JSONWalk.members(of: text.bytes, from: element.start) { key, _ in
            let name = String(
                decoding: text.bytes[key.lowerBound + 1..<key.upperBound - 1].unescaped(), as: UTF8.self)
            if names.contains(name) { _ = own.add(name) }
        }
        var output: [UInt8] = [UInt8(ascii: "{")]
        for entry in inherited where own.add(entry.key) {
            if output.count > 1 { output.append(UInt8(ascii: ",")) }
            output.append(jsonString: entry.key)
            output.append(UInt8(ascii: ":"))
            output.append(text.bytes[entry.value])
        }
        var rest = JSONText(bytes: text.bytes, at: element.start + 1)
        rest.skipSpace()
        if text.bytes[rest.at] != UInt8(ascii: "}"), output.count > 1 { output.append(UInt8(ascii: ",")) }
        rewritten.append(output)
        rewritten.append(text.bytes[rest.at..<element.end])
    }

    mutating func rejectMapped(_ fault: LineFault, entry: Int, index: Int?, _ start: Int, _ end: Int) {
        let line = text.bytes[start..<end]
        let fault = index == nil ? fault.placed(at: text.at - start, in: line) : fault
        var reject = Reject(line: entry, reason: fault.reason, detail: fault.detail, raw: line)
        reject.index = index
        rejects.append(reject)
    }
}

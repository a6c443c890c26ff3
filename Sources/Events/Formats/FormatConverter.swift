package import Storage

/// Writes lines of any format in the native form, in their order, and why one cannot be.
///
/// It reads each line just as a run does, so what it writes is what a run takes it for.
package struct FormatConverter: ~Copyable {
    private var scanner: LineScanner
    private let converted: ConvertedEvents
    /// How many events and how many faults there were.
    package private(set) var eventCount: UInt64 = 0
    package private(set) var rejectCount: UInt64 = 0
    package private(set) var droppedCount: UInt64 = 0

    /// A converter of lines as these settings read them.
    package init(_ settings: InputSettings) {
        converted = ConvertedEvents(settings.missing ?? .reject)
        var formats = settings.formats
        formats.identity = nil
        scanner = LineScanner(Projection(), lineLimit: settings.maxLine, formats: formats)
        scanner.converted = converted
    }

    /// The lines for the events of a block.
    /// - Parameters:
    ///   - source: where the block's lines come from, which numbers them.
    ///   - arrival: when they came.
    package mutating func convert(
        _ block: ByteBlock, source: LineSource, arrival: Instant, isFirst: Bool
    ) -> ByteBlock {
        converted.begin(arrival)
        let events = scanner.scan(block, source: source, arrival: arrival, isFirst: isFirst)
        let firstLine = source.number(events.lineCount)
        let output = ByteBlock(capacity: block.count * 2)
        var next = 0
        for reject in events.rejects {
            next = append(before: reject.line, from: next, to: output)
            append(reject, line: firstLine + UInt64(events.line(ofEntry: reject.line)), to: output)
        }
        _ = append(before: .max, from: next, to: output)
        eventCount += UInt64(events.count)
        rejectCount += UInt64(events.rejects.count)
        droppedCount += UInt64(events.extras.dropped)
        return output
    }

    private func append(before entry: Int, from first: Int, to output: ByteBlock) -> Int {
        var next = first
        while next < converted.lines.count, converted.lines[next].entry < entry {
            output.append(converted.lines[next].text)
            next += 1
        }
        return next
    }

    private func append(_ reject: Reject, line: UInt64, to output: ByteBlock) {
        var text = Array("{\"rejected\":\"\(reject.reason.rawValue)\",\"detail\":".utf8)
        text.append(jsonString: reject.detail)
        text += Array(",\"line\":\(line)".utf8)
        if let index = reject.index { text += Array(",\"index\":\(index)".utf8) }
        output.append(text + Array("}\n".utf8))
    }
}

/// The events of a block in the native form, as they are made.
final class ConvertedEvents {
    private(set) var lines: [(entry: Int, text: [UInt8])] = []
    private let missing: InputSettings.MissingTime
    private var arrival = Instant.distantPast
    private var greatest = Instant.distantPast

    init(_ missing: InputSettings.MissingTime) { self.missing = missing }

    func begin(_ arrival: Instant) {
        lines = []
        self.arrival = arrival
    }

    /// The time of an event, where it gives none by what is said for that.
    func time(_ own: Instant) throws(LineFault) -> Instant {
        var time = own
        if own == .distantPast {
            switch missing {
            case .arrival: time = arrival
            case .previous where greatest != .distantPast: time = greatest
            default:
                throw LineFault(
                    reason: .missingField,
                    detail: "the event has no time; time.missing (\"previous\" or \"arrival\") takes it without")
            }
        }
        greatest = max(greatest, time)
        return time
    }

    /// Takes the event that a reader holds.
    func take(
        _ row: EventRow, customer: Piece, type: Piece, id: Piece?, channel: Piece?, _ reader: MappedReader,
        _ line: ElementSight
    ) {
        var text = Array("{".utf8)
        func add(_ key: StaticString, _ piece: Piece?) {
            guard let piece else { return }
            text.append(plain: key)
            text.append(jsonString: reader.bytes(of: piece, line))
            text.append(UInt8(ascii: ","))
        }
        add("\"id\":", id)
        add("\"customer_id\":", customer)
        add("\"event\":", type)
        text.append(plain: "\"timestamp\":\"")
        row.time.append(to: &text)
        text.append(plain: "\",")
        add("\"channel\":", channel)
        text.append(plain: "\"properties\":")
        reader.appendProperties(line, to: &text)
        appendIDs(reader, line, to: &text)
        if let merging = reader.merging(line) {
            text.append(plain: ",\"merge\":{\"into\":")
            text.append(jsonString: reader.bytes(of: merging.into, line))
            text.append(plain: ",\"from\":")
            text.append(jsonString: reader.bytes(of: merging.from, line))
            text += Array((merging.force ? ",\"force\":true}" : "}").utf8)
        }
        if let account = reader.identity(reader.program.account, line) {
            text.append(plain: ",\"account\":")
            text.append(jsonString: reader.bytes(of: account, line))
        }
        lines.append((Int(row.line), text + Array("}\n".utf8)))
    }

    private func appendIDs(_ reader: MappedReader, _ line: ElementSight, to text: inout [UInt8]) {
        var output: [UInt8] = []
        func add(_ name: [UInt8], _ value: View<UInt8>) {
            output.append(UInt8(ascii: output.isEmpty ? "{" : ","))
            View.of(name) { output.append(jsonString: $0) }
            output.append(UInt8(ascii: ":"))
            output.append(jsonString: value)
        }
        for namespace in reader.program.ids {
            guard let piece = reader.identity(namespace.spots, line) else { continue }
            add(namespace.name, reader.bytes(of: piece, line))
        }
        if reader.program.isNative, let number = reader.program.number(of: "/ids"),
            let found = line.capture(number), found.kind == .json
        {
            NativeIDs.each(at: Int(found.start), line.bytes) { name, value in View.of(value) { add(name, $0) } }
        }
        guard !output.isEmpty else { return }
        text.append(plain: ",\"ids\":")
        text += output
        text.append(UInt8(ascii: "}"))
    }
}

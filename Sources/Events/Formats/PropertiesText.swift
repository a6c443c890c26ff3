import Storage

extension MappedReader {
    /// Appends the element's properties as a JSON object: those of all sources, of equal keys the last one's.
    func appendProperties(_ line: ElementSight, to output: inout [UInt8]) {
        let live = program.properties.indices.filter { index in
            guard holds(index, line) else { return false }
            guard let capture = program.properties[index].capture else { return true }
            return line.capture(capture) != nil
        }
        // One object as it stands is the common case.
        if live.count == 1, let capture = program.properties[live[0]].capture, let found = line.capture(capture),
            program.properties[live[0]].isSpread, program.properties[live[0]].without.isEmpty, found.kind == .json,
            line.bytes[Int(found.start)] == UInt8(ascii: "{")
        {
            output.append(line.bytes[Int(found.start)..<Int(found.end)])
            return
        }
        var members = Members()
        for index in live { add(program.properties[index], line, to: &members) }
        members.append(to: &output)
    }

    /// Properties by their keys, in the order in which these first came.
    private struct Members {
        private var places: [[UInt8]: Int] = [:]
        private var entries: [(key: [UInt8], value: [UInt8])] = []

        mutating func set(_ key: [UInt8], _ value: [UInt8]) {
            if let place = places[key] {
                entries[place].value = value
            } else {
                places[key] = entries.count
                entries.append((key, value))
            }
        }

        func append(to output: inout [UInt8]) {
            output.append(UInt8(ascii: "{"))
            for (index, entry) in entries.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                View.of(entry.key) { output.append(jsonString: $0) }
                output.append(UInt8(ascii: ":"))
                output += entry.value
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private func add(_ source: MappingProgram.Properties, _ line: ElementSight, to members: inout Members) {
        guard let capture = source.capture else { return addRest(line, to: &members) }
        guard let found = line.capture(capture), found.kind != .null else { return }
        if let number = source.list {
            KeyValueList.each(of: found, program.lists[number], line.bytes) { key, value in
                members.set(key.copied, json(value))
            }
            return
        }
        let start = Int(found.start)
        if found.kind == .json, source.isSpread, line.bytes[start] == UInt8(ascii: "{") {
            JSONWalk.members(of: line.bytes, from: start) { key, value in
                let text = line.bytes[value.lowerBound..<value.upperBound].copied
                if source.without.contains(where: { text == quoted($0) }) { return }
                members.set(line.bytes[key.lowerBound + 1..<key.upperBound - 1].unescaped(), text)
            }
            return
        }
        if found.kind == .json, line.bytes[start] == UInt8(ascii: "["), isEmptyList(start, line) { return }
        if found.kind == .string, found.start == found.end { return }
        let text = line.bytes[found.kind == .string ? start - 1..<Int(found.end) + 1 : start..<Int(found.end)].copied
        if source.without.contains(where: { text == quoted($0) }) { return }
        members.set(source.name, text)
    }

    private func addRest(_ line: ElementSight, to members: inout Members) {
        JSONWalk.members(of: line.bytes, from: line.start) { key, value in
            let name = line.bytes[key.lowerBound + 1..<key.upperBound - 1].unescaped()
            if program.named.contains(String(decoding: name, as: UTF8.self)) { return }
            members.set(name, line.bytes[value.lowerBound..<value.upperBound].copied)
        }
    }

    private func isEmptyList(_ start: Int, _ line: ElementSight) -> Bool {
        var text = JSONText(bytes: line.bytes, at: start + 1)
        text.skipSpace()
        return line.bytes[text.at] == UInt8(ascii: "]")
    }

    private func quoted(_ text: [UInt8]) -> [UInt8] { [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")] }

    private func json(_ value: KeyValueList.Value) -> [UInt8] {
        switch value.kind {
        case .string:
            var text: [UInt8] = []
            View.of(value.text) { text.append(jsonString: $0) }
            return text
        case .yes: return Array("true".utf8)
        case .no: return Array("false".utf8)
        default: return value.text
        }
    }
}

import Storage

extension Mapping {
    /// The mapping as it could stand in a configuration, under `input.mapping`.
    package var text: String {
        var parts: [String] = []
        func add(_ key: String, _ value: String?) {
            if let value { parts.append("  \(key): \(value),") }
        }
        if !each.isEmpty { add("each", Mapping.list(each.map { Mapping.quoted($0.text) })) }
        if !inherit.isEmpty {
            add("inherit", "[" + inherit.map { Mapping.quoted($0.text) }.joined(separator: ", ") + "]")
        }
        add("id", Mapping.text(id))
        add("customer_id", Mapping.text(customerID))
        add("event", Mapping.text(event))
        add("timestamp", time.text)
        add("channel", Mapping.text(channel))
        if !properties.isEmpty { add("properties", Mapping.block(properties.map(\.text))) }
        if !ids.isEmpty {
            let entries = ids.map { "    \(Mapping.key($0.name)): \(Mapping.text($0.places) ?? "[]")," }
            add("ids", "{\n" + entries.joined(separator: "\n") + "\n  }")
        }
        if !merge.isEmpty { add("merge", Mapping.block(merge.map(\.text))) }
        add("account", Mapping.text(account))
        return "{\n" + parts.joined(separator: "\n") + "\n}\n"
    }

    static func text(_ places: [MappedPlace]) -> String? { places.isEmpty ? nil : list(places.map(\.text)) }

    static func list(_ texts: [String]) -> String {
        if texts.count == 1 { return texts[0] }
        let line = "[" + texts.joined(separator: ", ") + "]"
        return line.utf8.count <= 80 ? line : block(texts)
    }

    static func block(_ texts: [String]) -> String {
        "[\n" + texts.map { "    \($0)," }.joined(separator: "\n") + "\n  ]"
    }

    static func quoted(_ text: String) -> String {
        var output: [UInt8] = []
        output.append(jsonString: text)
        return String(decoding: output, as: UTF8.self)
    }

    static func key(_ text: String) -> String {
        text.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 == 0x5F } && !text.isEmpty ? text : quoted(text)
    }

    static func text(_ tests: [PlaceTest]) -> String {
        let entries = tests.map { test in
            let value =
                test.texts.isEmpty
                ? "true"
                : test.texts.count == 1
                    ? quoted(test.texts[0]) : "[" + test.texts.map(quoted).joined(separator: ", ") + "]"
            return "\(quoted(test.at.text)): \(value)"
        }
        return "{ " + entries.joined(separator: ", ") + " }"
    }
}

extension Mapping.Merging {
    var text: String {
        "{ on: \(Mapping.quoted(on)), into: \(Mapping.text(into) ?? "[]"), from: \(Mapping.text(from) ?? "[]")"
            + (force ? ", force: true }" : " }")
    }
}

extension MappedPlace {
    var text: String {
        var parts: [String] = []
        switch source {
        case .pointer(let pointer):
            let name = Mapping.quoted(pointer.text)
            if self == MappedPlace(source) { return name }
            parts.append("from: \(name)")
        case .text(let text): parts.append("text: \(Mapping.quoted(text))")
        case .join(let places, let by, let needs):
            parts.append("join: [\(places.map(\.text).joined(separator: ", "))], by: \(Mapping.quoted(by))")
            if !needs.isEmpty {
                parts.append("needs: [\(needs.map { Mapping.quoted($0.text) }.joined(separator: ", "))]")
            }
        case .first(let places): parts.append("from: [\(places.map(\.text).joined(separator: ", "))]")
        case .expression(let text): parts.append("expr: \(Mapping.quoted(text))")
        }
        if !when.isEmpty { parts.append("when: \(Mapping.text(when))") }
        if let other = Mapping.text(otherwise) { parts.append("else: \(other)") }
        if isLower { parts.append("lower: true") }
        if !words.isEmpty {
            let entries = words.sorted { $0.key < $1.key }.map {
                "\(Mapping.key($0.key.text)): \(Mapping.quoted($0.value))"
            }
            parts.append("words: { \(entries.joined(separator: ", ")) }")
        }
        if let prefix { parts.append("prefix: \(Mapping.quoted(prefix))") }
        if let noPrefix { parts.append("unless_prefix: \(Mapping.quoted(noPrefix))") }
        if isNumber { parts.append("number: true") }
        return "{ " + parts.joined(separator: ", ") + " }"
    }
}

extension TimePlaces {
    var text: String? {
        guard let places = Mapping.text(from) else { return nil }
        var parts = ["from: \(places)"]
        if unit != .auto { parts.append("unit: \"\(unit.rawValue)\"") }
        if let zone { parts.append("zone: \(Mapping.quoted(zone))") }
        if let skew {
            parts.append(
                "skew: { original: \(Mapping.quoted(skew.original.text)), sent: \(Mapping.quoted(skew.sent.text)), "
                    + "received: \(Mapping.quoted(skew.received.text)) }")
        }
        if let before {
            parts.append(
                "before: { time: \(Mapping.quoted(before.time.text)), ms: \(Mapping.quoted(before.milliseconds.text)) }"
            )
        }
        return parts.count == 1 ? places : "{ " + parts.joined(separator: ", ") + " }"
    }
}

extension PropertyPlaces {
    var text: String {
        let pointer = Mapping.quoted(from?.text ?? "")
        var parts: [String] = []
        if let list {
            parts.append(
                "list: \(pointer), key: \(Mapping.quoted(list.key.text)), value: \(Mapping.text(list.value) ?? "[]")")
        } else {
            if name == nil, when.isEmpty, without.isEmpty { return pointer }
            parts.append("from: \(pointer)")
        }
        if let name { parts.append("as: \(Mapping.quoted(name))") }
        if !when.isEmpty { parts.append("when: \(Mapping.text(when))") }
        if !without.isEmpty { parts.append("without: [\(without.map(Mapping.quoted).joined(separator: ", "))]") }
        return "{ " + parts.joined(separator: ", ") + " }"
    }
}

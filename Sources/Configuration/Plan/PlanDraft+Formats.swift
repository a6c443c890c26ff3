import Events
import Expressions
import Storage

/// What `input` says about formats: `format`, `mapping`, `rename` and `drop`, and `time.unit`.
extension PlanDraft {
    /// Reads the keys of `input` that are about formats.
    func formatPlan(_ fields: Fields<InputKey>) -> FormatPlan {
        var plan = FormatPlan()
        if let preset = fields.word(.format, Preset.self) { plan.preset = preset }
        _ = fields.object(.mapping, MappingKey.self) { mapping($0, &plan) }
        plan.expressions = lineExpressions.mapValues { expression in { expression.value(for: $0) } }
        for definition in fields.definitions(.rename) {
            if let name = definition.reader.string() { plan.renames[ByteName(definition.name)] = name }
        }
        plan.drops = fields.strings(.drop) ?? []
        _ = fields.object(.csv, TableKey.self) { csv in
            plan.delimiter = csv.word(.delimiter)?.utf8.first
            return true
        }
        let zone = zone
        plan.localTime = { name, clock in
            guard let zone = zone(name) else { return nil }
            return zone.firstTime(showing: clock)
        }
        return plan
    }

    private func mapping(_ fields: Fields<MappingKey>, _ plan: inout FormatPlan) -> Bool {
        func replace(_ change: @escaping @Sendable (inout Mapping) -> Void) { plan.replacements.append(change) }
        if let each = pointers(fields[.each]) { replace { $0.each = each } }
        if let inherit = pointers(fields[.inherit]) { replace { $0.inherit = inherit } }
        if let id = places(fields[.id]) { replace { $0.id = id } }
        if let customer = places(fields[.customerID]) { replace { $0.customerID = customer } }
        if let event = places(fields[.event]) { replace { $0.event = event } }
        if let channel = places(fields[.channel]) { replace { $0.channel = channel } }
        if let account = places(fields[.account]) { replace { $0.account = account } }
        if let time = fields[.timestamp], let read = timePlaces(time) { replace { read(&$0.time) } }
        if let properties = fields[.properties] {
            let all = elements(properties).compactMap { propertyPlaces($0) }
            replace { $0.properties = all }
        }
        if fields.has(.ids) {
            let ids = fields.definitions(.ids).map { Mapping.Namespace($0.name, places($0.reader) ?? []) }
            replace { $0.ids = ids }
        }
        if let merge = fields[.merge] {
            let all = mergings(merge)
            replace { $0.merge = all }
        }
        return true
    }

    /// One event that merges ids, or several.
    func mergings(_ reader: Reader) -> [Mapping.Merging] { elements(reader).compactMap { merging($0) } }

    /// The elements of a list, or the one that stands for itself.
    private func elements(_ reader: Reader) -> [Reader] {
        if case .list = reader.node.value { return reader.list() ?? [] }
        return [reader]
    }

    private func merging(_ reader: Reader) -> Mapping.Merging? {
        reader.object(MergeKey.self) { fields in
            let on = fields.required(.on)?.string()
            let into = places(fields.required(.into))
            let from = places(fields.required(.from))
            let force = fields.bool(.force) ?? false
            guard let on, let into, let from else { return nil }
            return Mapping.Merging(on: on, into: into, from: from, force: force)
        }
    }

    // MARK: Places

    private func pointer(_ reader: Reader?) -> Pointer? {
        guard let reader, let text = reader.string(allowEmpty: true) else { return nil }
        if let pointer = Pointer(text) { return pointer }
        reader.error(
            "\(Wording.quoted(text)) is no JSON Pointer; write \"/key/key\", with ~1 for a slash in a key and ~0 for ~, "
                + "of at most \(Pointer.lengthMost) keys")
        return nil
    }

    private func pointers(_ reader: Reader?) -> [Pointer]? {
        reader.map { elements($0).compactMap { pointer($0) } }
    }

    func places(_ reader: Reader?) -> [MappedPlace]? {
        reader.map { elements($0).compactMap { place($0) } }
    }

    private func place(_ reader: Reader) -> MappedPlace? {
        guard case .object = reader.node.value else {
            return pointer(reader).map { MappedPlace(.pointer($0)) }
        }
        return reader.object(PlaceKey.self) { fields in
            guard let (key, value) = fields.one(of: [.from, .text, .join, .expr]) else { return nil }
            var place: MappedPlace
            switch key {
            case .expr:
                guard let text = value.string() else { return nil }
                let expression = LineExpression(text, zone: zone)
                if let fault = expression.fault { value.error(fault) }
                lineExpressions[text] = expression
                place = MappedPlace(.expression(text))
            case .text: place = MappedPlace(.text(value.string(allowEmpty: true) ?? ""))
            case .join:
                place = MappedPlace(
                    .join(
                        places(value) ?? [], by: fields.string(.by, allowEmpty: true) ?? "",
                        needs: pointers(fields[.needs]) ?? []))
            default:
                let all = places(value) ?? []
                place = all.count == 1 && all[0].when.isEmpty ? all[0] : MappedPlace(.first(all))
            }
            place.when += tests(fields[.when])
            place.otherwise = places(fields[.otherwise]) ?? []
            place.isLower = fields.bool(.lower) ?? place.isLower
            for definition in fields.definitions(.words) {
                place.words[ByteName(definition.name)] = definition.reader.string(allowEmpty: true)
            }
            place.prefix = fields.string(.prefix) ?? place.prefix
            place.noPrefix = fields.string(.unlessPrefix) ?? place.noPrefix
            place.isNumber = fields.bool(.number) ?? place.isNumber
            return place
        }
    }

    /// Conditions: places, each with a text, several, or `true` for its being there.
    private func tests(_ reader: Reader?) -> [PlaceTest] {
        (reader?.definitions() ?? []).compactMap { definition in
            guard let at = Pointer(definition.name) else {
                definition.error("\(Wording.quoted(definition.name)) is no JSON Pointer; write \"/key/key\"")
                return nil
            }
            switch definition.reader.node.value {
            case .bool(true): return PlaceTest(at, [])
            case .integer(let number): return PlaceTest(at, ["\(number)"])
            default: return definition.reader.strings().map { PlaceTest(at, $0) }
            }
        }
    }

    private func propertyPlaces(_ reader: Reader) -> PropertyPlaces? {
        guard case .object = reader.node.value else {
            return pointer(reader).map { PropertyPlaces($0.tokens.isEmpty ? nil : $0) }
        }
        return reader.object(PropertyKey.self) { fields in
            guard let (key, value) = fields.one(of: [.from, .list]), let from = pointer(value) else { return nil }
            var read: PropertyPlaces
            if key == .list {
                guard let name = pointer(fields.required(.key)), let values = places(fields.required(.value)) else {
                    return nil
                }
                read = PropertyPlaces(list: from, key: name, value: values)
            } else {
                read = PropertyPlaces(from.tokens.isEmpty ? nil : from, as: fields.string(.name))
            }
            read.when = tests(fields[.when])
            read.without = fields.strings(.without) ?? []
            return read
        }
    }

    private func timePlaces(_ reader: Reader) -> (@Sendable (inout TimePlaces) -> Void)? {
        guard case .object = reader.node.value else {
            let from = places(reader) ?? []
            return { time in
                time = TimePlaces(from)
            }
        }
        return reader.object(TimePlaceKey.self) { fields in
            let from = places(fields[.from])
            let unit = fields[.unit]?.word(TimePlaces.Unit.self)
            let zone = fields[.zone].flatMap { zoneName($0) }
            let skew: TimePlaces.Skew? = fields.object(.skew, SkewKey.self) { skew in
                let original = pointer(skew.required(.original))
                let sent = pointer(skew.required(.sent))
                let received = pointer(skew.required(.received))
                guard let original, let sent, let received else { return nil }
                return TimePlaces.Skew(original: original, sent: sent, received: received)
            }
            let before: TimePlaces.Before? = fields.object(.before, BeforeKey.self) { before in
                let time = pointer(before.required(.time))
                let span = pointer(before.required(.ms))
                guard let time, let span else { return nil }
                return TimePlaces.Before(time: time, milliseconds: span)
            }
            return { time in
                if let from {
                    // Places of one's own are read as times are in general, not as the preset's.
                    time = TimePlaces(from)
                }
                if let unit { time.unit = unit }
                if let zone { time.zone = zone }
                if let skew { time.skew = skew }
                if let before { time.before = before }
            }
        }
    }

    private func zoneName(_ reader: Reader) -> String? {
        guard let name = reader.string() else { return nil }
        if zone(name) != nil { return name == "UTC" ? nil : name }
        reader.error("\(Wording.quoted(name)) is not a time zone; write an IANA name, such as \"Europe/Berlin\"")
        return nil
    }
}

extension Zone {
    /// The first time, in seconds since 1970, at which clocks show so many seconds since their 1970. What they pass over
    /// when they are put on is taken by the offset before.
    func firstTime(showing clock: Int64) -> Int64 {
        let before = clock - Int64(offset(at: clock - 86_400))
        let after = clock - Int64(offset(at: clock + 86_400))
        if before == after || Int64(offset(at: before)) == clock - before { return before }
        return Int64(offset(at: after)) == clock - after ? after : before
    }
}

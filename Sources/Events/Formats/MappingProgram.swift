import Storage

/// A mapping together with what a plan reads: what of a line is captured, and what comes of it.
///
/// Captures are numbered. One pass over a line notes where each stands; then each target picks from them. Made once for a
/// format and a plan, and shared unchanged.
struct MappingProgram: Sendable {
    /// A place with its captures.
    final class Spot: Sendable {
        enum Source: Sendable {
            case capture(Int)
            case text([UInt8])
            case join([Spot], by: [UInt8], needs: [Int])
            case first([Spot])
            case expression(String)
        }

        let source: Source
        /// The capture that the place is, where it is one alone and under no condition; else -1.
        let plainCapture: Int
        let when: [Test]
        let otherwise: [Spot]
        let isLower: Bool
        let words: [(from: [UInt8], to: [UInt8])]
        let prefix: [UInt8]?
        let noPrefix: [UInt8]?
        let isNumber: Bool
        /// Whether the text is taken as it stands.
        let isPlain: Bool

        init(_ source: Source, _ place: MappedPlace, when: [Test], otherwise: [Spot]) {
            self.source = source
            self.when = when
            self.otherwise = otherwise
            isLower = place.isLower
            words = place.words.sorted { $0.key < $1.key }.map { (Array($0.key.text.utf8), Array($0.value.utf8)) }
            prefix = place.prefix.map { Array($0.utf8) }
            noPrefix = place.noPrefix.map { Array($0.utf8) }
            isNumber = place.isNumber
            isPlain = !isLower && words.isEmpty && prefix == nil && noPrefix == nil && !isNumber
            if case .capture(let number) = source, when.isEmpty, isPlain {
                plainCapture = number
            } else {
                plainCapture = -1
            }
        }

        /// The captures whose texts it may be.
        var captures: [Int] {
            let own: [Int] = if case .capture(let number) = source { [number] } else { [] }
            return own + otherwise.flatMap(\.captures)
        }
    }

    final class Test: Sendable {
        let capture: Int
        let texts: [[UInt8]]

        init(capture: Int, texts: [[UInt8]]) { (self.capture, self.texts) = (capture, texts) }
    }

    /// One source of properties.
    final class Properties: Sendable {
        /// Nil for the keys that the mapping does not name.
        let capture: Int?
        /// What a value that is not an object is called.
        let name: [UInt8]
        /// Whether an object's members are properties, too.
        let isSpread: Bool
        let when: [Test]
        let without: [[UInt8]]
        let list: Int?

        init(capture: Int?, name: [UInt8], isSpread: Bool, when: [Test], without: [[UInt8]], list: Int?) {
            (self.capture, self.name, self.isSpread) = (capture, name, isSpread)
            (self.when, self.without, self.list) = (when, without, list)
        }
    }

    struct List: Sendable {
        var key: [String]
        var value: [MappedPlace]
        /// The groups of slots by key, as far as the plan reads one.
        var groups: [(key: [UInt8], group: SlotNumber)] = []
        var properties = 0
    }

    /// What a capture is good for: a slot of the plan, from a source of properties or from none.
    struct Use: Sendable, BitwiseCopyable {
        var slot: SlotNumber
        /// The later source of properties wins; -1 for none.
        var properties: Int
        /// Whether it is the slot's value; else it only keeps earlier sources from saying one.
        var isValue: Bool
        /// Whether an object is none.
        var isWhole: Bool
    }

    let mapping: Mapping
    private(set) var paths: [[String]] = []
    private var numbers: [[ByteName]: Int] = [:]
    /// For each capture its uses.
    private(set) var uses: [[Use]] = []
    /// For each capture whose value is a slot's and nothing else's, whatever else an element says: that slot and its source
    /// of properties; no slot for others.
    private(set) var direct: [(slot: SlotNumber, properties: Int)] = []
    /// Of each place of events the capture of its first key; nil for the line itself.
    private(set) var each: [Int?] = []
    private(set) var id: [Spot] = []
    private(set) var customerID: [Spot] = []
    private(set) var event: [Spot] = []
    /// The captures that an event's type may be: lines of one type have their keys in the same order.
    private(set) var kinds: [Int] = []
    private(set) var channel: [Spot] = []
    private(set) var account: [Spot] = []
    private(set) var ids: [(name: [UInt8], spots: [Spot])] = []
    private(set) var idSpots: [[Spot]] = []
    private(set) var merge: [(on: [UInt8], into: [Spot], from: [Spot], force: Bool)] = []
    private(set) var properties: [Properties] = []
    private(set) var lists: [List] = []
    private(set) var time: [Spot] = []
    /// Captures of the three times; and how many of `time` are looked at before them.
    private(set) var skew: (original: Int, sent: Int, received: Int)?
    private(set) var timesBeforeSkew = 0
    private(set) var before: (time: Int, milliseconds: Int)?
    /// The slot of the whole line and that of all properties, where the plan reads them.
    private(set) var wholeSlot = SlotNumber.none
    private(set) var propertiesSlot = SlotNumber.none
    /// Keys at the root that the mapping names, where others are properties.
    private(set) var named: Set<ByteName> = []
    /// Whether the plan reads a property that stands in a key/value list.
    private(set) var readsLists = false
    /// Whether something reads an element as a whole, so that it has to be JSON.
    var readsWhole: Bool {
        !wholeSlot.isNone || !propertiesSlot.isNone || readsLists || !each.isEmpty || hasExpressions
    }
    private var hasExpressions = false
    /// Whether lines say who and what as the native form does.
    let isNative: Bool
    /// Whether numbers may be ids and names: in a table nobody can say what is a text.
    let takesNumbers: Bool

    init(_ mapping: Mapping, for projection: Projection, preset: Preset) {
        self.mapping = mapping
        let native = Mapping.native
        isNative =
            preset == .native && mapping.customerID == native.customerID && mapping.event == native.event
            && mapping.id == native.id && mapping.properties == native.properties && mapping.ids.isEmpty
        takesNumbers = preset == .csv
        for pointer in mapping.each {
            let first = pointer.tokens.first.flatMap { $0 == "*" ? nil : capture(Pointer(tokens: [$0])) }
            each.append(first)
        }
        id = spots(mapping.id)
        customerID = spots(mapping.customerID)
        event = spots(mapping.event)
        kinds = event.flatMap(\.captures)
        channel = spots(mapping.channel)
        account = spots(mapping.account)
        for namespace in mapping.ids { ids.append((Array(namespace.name.utf8), spots(namespace.places))) }
        for entry in mapping.merge {
            merge.append((Array(entry.on.utf8), spots(entry.into), spots(entry.from), entry.force))
        }
        addTime()
        if isNative {
            _ = capture("/ids")
            _ = capture("/merge")
        }
        named = Set(names: paths.compactMap(\.first))
        for places in mapping.properties { add(places) }
        for (slot, path) in projection.paths.enumerated() { add(slot: SlotNumber(slot), path) }
        addDirect(slots: projection.paths.count)
        idSpots = ids.map(\.spots)
        readsLists = lists.contains { !$0.groups.isEmpty }
    }

    private mutating func addDirect(slots: Int) {
        var counts = [Int](repeating: 0, count: slots)
        for use in uses.joined() { counts[use.slot] += 1 }
        for list in lists { for entry in list.groups { counts[entry.group] += 1 } }
        direct = uses.map { uses in
            guard uses.count == 1, counts[uses[0].slot] == 1, uses[0].isValue, !uses[0].isWhole else {
                return (.none, -1)
            }
            guard uses[0].properties >= 0 else { return (uses[0].slot, -1) }
            let source = properties[uses[0].properties]
            let isPlain = source.without.isEmpty && (source.isSpread || source.capture == nil)
            return isPlain ? (uses[0].slot, source.when.isEmpty ? -1 : uses[0].properties) : (.none, -1)
        }
    }

    /// How many captures there are.
    var captureCount: Int { paths.count }

    private mutating func addTime() {
        time = spots(mapping.time.from)
        timesBeforeSkew = time.count
        if let places = mapping.time.skew {
            let own = [places.original, places.sent, places.received]
            skew = (capture(own[0]), capture(own[1]), capture(own[2]))
            timesBeforeSkew =
                mapping.time.from.firstIndex { place in
                    if case .pointer(let pointer) = place.source { own.contains(pointer) } else { false }
                } ?? time.count
        }
        if let places = mapping.time.before { before = (capture(places.time), capture(places.milliseconds)) }
    }

    private mutating func add(_ places: PropertyPlaces) {
        let tests = tests(places.when)
        var list: Int?
        if let form = places.list {
            list = lists.count
            lists.append(List(key: form.key.tokens, value: form.value, properties: properties.count))
        }
        properties.append(
            Properties(
                capture: places.from.map { capture($0) },
                name: Array((places.name ?? places.from?.tokens.last ?? "").utf8),
                isSpread: places.name == nil && list == nil, when: tests,
                without: places.without.map { Array($0.utf8) },
                list: list))
    }

    private mutating func add(slot: SlotNumber, _ path: [String]) {
        guard let first = path.first else {
            wholeSlot = slot
            return
        }
        guard first == "properties" else {
            let number = capture(Pointer(tokens: path))
            uses[number].append(Use(slot: slot, properties: -1, isValue: true, isWhole: false))
            return
        }
        guard path.count > 1 else {
            propertiesSlot = slot
            return
        }
        for (rank, source) in properties.enumerated() { add(slot: slot, path, rank: rank, source) }
    }

    private mutating func add(slot: SlotNumber, _ path: [String], rank: Int, _ source: Properties) {
        let rest = Array(path.dropFirst())
        func use(isValue: Bool, isWhole: Bool = false) -> Use {
            Use(slot: slot, properties: rank, isValue: isValue, isWhole: isWhole)
        }
        if let list = source.list {
            if rest.count == 1 { lists[list].groups.append((Array(rest[0].utf8), slot)) }
            return
        }
        guard let capture = source.capture else {
            if named.contains(rest[0]) { return }
            let number = self.capture(Pointer(tokens: rest))
            uses[number].append(use(isValue: true))
            return
        }
        let base = paths[capture]
        if Array(rest[0].utf8) == source.name {
            let number = self.capture(Pointer(tokens: base + rest.dropFirst()))
            uses[number].append(use(isValue: true, isWhole: source.isSpread))
        }
        guard source.isSpread else { return }
        if properties.count > 1, rest.count > 1 {
            let gate = self.capture(Pointer(tokens: base + [rest[0]]))
            uses[gate].append(use(isValue: false))
        }
        let number = self.capture(Pointer(tokens: base + rest))
        uses[number].append(use(isValue: true))
    }

    private mutating func capture(_ pointer: Pointer) -> Int {
        let key = pointer.tokens.map { ByteName($0) }
        if let number = numbers[key] { return number }
        paths.append(pointer.tokens)
        uses.append([])
        numbers[key] = paths.count - 1
        return paths.count - 1
    }

    private mutating func tests(_ tests: [PlaceTest]) -> [Test] {
        tests.map { Test(capture: capture($0.at), texts: $0.texts.map { Array($0.utf8) }) }
    }

    private mutating func spots(_ places: [MappedPlace]) -> [Spot] { places.map { spot($0) } }

    private mutating func spot(_ place: MappedPlace) -> Spot {
        let source: Spot.Source =
            switch place.source {
            case .pointer(let pointer): .capture(capture(pointer))
            case .text(let text): .text(Array(text.utf8))
            case .join(let places, let text, let needs):
                .join(spots(places), by: Array(text.utf8), needs: needs.map { capture($0) })
            case .first(let places): .first(spots(places))
            case .expression(let text): .expression(text)
            }
        if case .expression = source { hasExpressions = true }
        return Spot(source, place, when: tests(place.when), otherwise: spots(place.otherwise))
    }

    /// The number of a capture that is there.
    func number(of pointer: Pointer) -> Int? { numbers[pointer.tokens.map { ByteName($0) }] }
}

package import Events
package import Expressions
package import Storage

/// The names that expressions may use, and the numbers under which the engine answers them.
///
/// A variable's number is its scope and its place within it. The scopes are: the current event, the
/// customer's windows, scores, segments and profile, the customer, the time, the touchpoint, the
/// moment, the lists of events, and from `firstStep` on the steps of a sequence, each of which has
/// an event's fields.
package struct Vocabulary: Declarations {
    /// What an expression may read, besides the event.
    package struct Reach: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }
        package static let windows = Reach(rawValue: 1)
        package static let moment = Reach(rawValue: 2)
        /// No current event: for what is decided between events.
        package static let noEvent = Reach(rawValue: 4)
        package static let profile = Reach(rawValue: 16)
        package static let scores = Reach(rawValue: 32)
        package static let segments = Reach(rawValue: 64)
        package static let touchpoint = Reach(rawValue: 128)
        /// The lists of the events bound to each step.
        package static let stepLists = Reach(rawValue: 8)
    }

    static let eventScope = 0
    static let windowScope = 1
    static let scoreScope = 2
    static let segmentScope = 3
    static let profileScope = 4
    static let customerScope = 5
    static let nowScope = 6
    static let touchpointScope = 7
    static let momentScope = 8
    static let stepListScope = 9
    static let momentStepScope = 10
    static let tableScope = 11
    static let accountScope = 12
    static let firstStep = 16
    static let scopeShift = 20
    /// The first place of an event's slots; before it stand its fixed fields.
    static let firstSlot = 16
    /// The kind of record that an event in a list is.
    static let eventRecord: UInt32 = 1

    enum EventPlace: Int { case id, customerID, type, channel, time }
    enum TouchpointPlace: Int, CaseIterable {
        case name, stage, phase, channel, medium, polarity, initiative, friction
    }
    enum MomentPlace: Int { case name, kind, start, end }
    enum AccountPlace: Int { case id, members }

    /// The paths and types asked for so far; grows as expressions are compiled.
    package var projection: Projection
    /// The windows that may be read, with the types of their values, by name.
    package var windows: [ByteName: (index: Int, type: StaticType)] = [:]
    /// The scores, segments and attributes that may be read, by name.
    package var scores: [ByteName: Int] = [:]
    package var segments: [ByteName: Int] = [:]
    package var attributes: [ByteName: Int] = [:]
    /// The reference tables, which may be read everywhere.
    package var tables = ReferenceTables()
    /// The steps of the sequence at hand, in order.
    package var steps: [String] = []
    package var reach: Reach = []
    /// What is read of events in lists, as variables of an event.
    package var listedPlaces: [Int] = []

    package init(projection: Projection) { self.projection = projection }

    /// The variable's number of a window.
    package static func window(_ index: Int) -> Int { windowScope << scopeShift | index }

    /// The variables' numbers of a score, a segment and an attribute.
    package static func score(_ index: Int) -> Int { scoreScope << scopeShift | index }
    /// The variable's number of a segment.
    package static func segment(_ index: Int) -> Int { segmentScope << scopeShift | index }
    /// The variable's number of an attribute.
    package static func attribute(_ index: Int) -> Int { profileScope << scopeShift | index }

    /// The number of the score or segment that a variable reads, segments after the scores.
    static func item(_ variable: Int, scores: Int) -> Int? {
        switch scope(variable) {
        case scoreScope: place(variable)
        case segmentScope: scores + place(variable)
        default: nil
        }
    }

    /// The scope of a variable, from 0, and its place within it.
    package static func scope(_ variable: Int) -> Int { variable >> scopeShift }
    /// The place of a variable within its scope.
    package static func place(_ variable: Int) -> Int { variable & (1 << scopeShift - 1) }

    /// The slot that a variable reads of an event, if it reads one.
    static func slot(_ variable: Int) -> SlotNumber? {
        scope(variable) == eventScope || scope(variable) >= firstStep ? slot(atPlace: place(variable)) : nil
    }

    /// The slot that a place in an event's scope stands for, if it is not one of the fixed fields.
    @inline(__always)
    static func slot(atPlace place: Int) -> SlotNumber? { place < firstSlot ? nil : SlotNumber(place &- firstSlot) }

    /// The fixed field that a variable reads of an event, if it reads one.
    static func eventPlace(_ variable: Int) -> EventPlace? {
        guard scope(variable) == eventScope || scope(variable) >= firstStep else { return nil }
        return EventPlace(rawValue: place(variable))
    }

    /// Whether the variable says something of an account.
    package static func isOfAccount(_ variable: Int) -> Bool { scope(variable) == accountScope }

    /// The number of the window that a variable reads, if it reads one.
    package static func window(readBy variable: Int) -> Int? { scope(variable) == windowScope ? place(variable) : nil }

    /// The number of the attribute that a variable reads, if it reads one.
    package static func attribute(readBy variable: Int) -> Int? {
        scope(variable) == profileScope ? place(variable) : nil
    }

    /// The number of the score or segment that a variable reads, if it reads one.
    package static func item(readBy variable: Int, scores: Int) -> Int? { item(variable, scores: scores) }

    /// Whether the variable belongs to the events bound so far.
    package static func isOfSteps(_ variable: Int) -> Bool { scope(variable) >= firstStep || isOfStepLists(variable) }

    static func isOfStepLists(_ variable: Int) -> Bool { scope(variable) == stepListScope }

    /// Whether the variable belongs to the current event, its touchpoint included.
    package static func isOfEvent(_ variable: Int) -> Bool {
        scope(variable) == eventScope || scope(variable) == touchpointScope
    }

    /// Whether the variable is a list of the events that the moment at hand bound to a step.
    package static func isOfMomentSteps(_ variable: Int) -> Bool { scope(variable) == momentStepScope }

    /// Whether the variable is known only once windows are: it belongs to them, to what follows them, or to a moment.
    package static func comesAfterWindows(_ variable: Int) -> Bool {
        switch scope(variable) {
        case eventScope, profileScope, customerScope, nowScope, touchpointScope, tableScope: false
        default: true
        }
    }

    static func isOfTouchpoint(_ variable: Int) -> Bool { scope(variable) == touchpointScope }

    /// See `Declarations`. A path of an event is given a slot of the projection.
    package mutating func variable(path: [String]) -> (variable: Variable, consumed: Int)? {
        let rest = Array(path.dropFirst())
        switch path[0] {
        case "event" where !reach.contains(.noEvent): return event(rest, scope: Vocabulary.eventScope)
        case "windows" where reach.contains(.windows):
            guard let name = rest.first, let window = windows[name] else { return nil }
            return (Variable(id: Vocabulary.window(window.index), type: window.type), 2)
        case "scores" where reach.contains(.scores):
            guard let name = rest.first, let index = scores[name] else { return nil }
            return (Variable(id: Vocabulary.score(index), type: .double), 2)
        case "segments" where reach.contains(.segments):
            guard let name = rest.first, let index = segments[name] else { return nil }
            return (Variable(id: Vocabulary.segment(index), type: .bool), 2)
        case "profile" where reach.contains(.profile):
            guard let name = rest.first, let index = attributes[name] else { return nil }
            return (Variable(id: Vocabulary.attribute(index), type: .dyn), 2)
        case "touchpoint" where reach.contains(.touchpoint) && !reach.contains(.noEvent): return touchpoint(rest)
        case "customer":
            guard rest.first == "id" else { return nil }
            return (Variable(id: Vocabulary.customerScope << Vocabulary.scopeShift, type: .string), 2)
        case "account" where !steps.names("account"):
            let place: (AccountPlace, StaticType)
            switch rest.first {
            case "id": place = (.id, .string)
            case "members": place = (.members, .int)
            default: return nil
            }
            return (Variable(id: Vocabulary.accountScope << Vocabulary.scopeShift | place.0.rawValue, type: place.1), 2)
        case "now": return (Variable(id: Vocabulary.nowScope << Vocabulary.scopeShift, type: .timestamp), 1)
        case "moment" where reach.contains(.moment): return moment(rest)
        case "tables":
            guard let name = rest.first, let table = tables.number(named: name) else { return nil }
            let type = StaticType.map(.dyn, .record(kind: ReferenceTables.rowKind + UInt32(table)))
            return (Variable(id: Vocabulary.tableScope << Vocabulary.scopeShift | table, type: type), 2)
        case "steps" where reach.contains(.stepLists):
            guard let name = rest.first, let step = steps.place(of: name) else { return nil }
            let type = StaticType.list(.record(kind: Vocabulary.eventRecord))
            return (Variable(id: Vocabulary.stepListScope << Vocabulary.scopeShift | step, type: type), 2)
        default:
            guard let step = steps.place(of: path[0]) else { return nil }
            return event(rest, scope: Vocabulary.firstStep + step)
        }
    }

    /// See `Declarations`. Records are bound events.
    package mutating func field(_ name: String, ofRecord kind: UInt32) -> (field: Int, type: StaticType)? {
        if kind >= ReferenceTables.rowKind {
            let table = tables.all[Int(kind - ReferenceTables.rowKind)]
            return table.column(named: name).map { ($0, table.columns[$0].kind.type) }
        }
        guard let (variable, _) = event([name], scope: Vocabulary.eventScope) else { return nil }
        if !listedPlaces.contains(variable.id) { listedPlaces.append(variable.id) }
        return (Vocabulary.place(variable.id), variable.type)
    }

    private mutating func event(_ rest: [String], scope: Int) -> (variable: Variable, consumed: Int)? {
        func fixed(_ place: EventPlace, _ type: StaticType) -> (variable: Variable, consumed: Int) {
            (Variable(id: scope << Vocabulary.scopeShift | place.rawValue, type: type), 2)
        }
        switch rest.first {
        case "id": return fixed(.id, .string)
        case "customer_id": return fixed(.customerID, .string)
        case "type": return fixed(.type, .string)
        case "channel": return fixed(.channel, .string)
        case "time": return fixed(.time, .timestamp)
        case "properties", "raw":
            let path = rest[0] == "raw" ? Array(rest.dropFirst()) : rest
            let place = projection.slot(path).index + Vocabulary.firstSlot
            return (Variable(id: scope << Vocabulary.scopeShift | place, type: .dyn), rest.count + 1)
        default: return nil
        }
    }

    private func touchpoint(_ rest: [String]) -> (variable: Variable, consumed: Int)? {
        guard let place = TouchpointPlace.allCases.first(where: { "\($0)" == rest.first }) else { return nil }
        let number = Vocabulary.touchpointScope << Vocabulary.scopeShift | place.rawValue
        return (Variable(id: number, type: place == .friction ? .bool : .string), 2)
    }

    private func moment(_ rest: [String]) -> (variable: Variable, consumed: Int)? {
        if rest.first == "steps" {
            guard rest.count > 1, let step = steps.place(of: rest[1]), !rest[1].isEmpty else { return nil }
            let type = StaticType.list(.record(kind: Vocabulary.eventRecord))
            return (Variable(id: Vocabulary.momentStepScope << Vocabulary.scopeShift | step, type: type), 3)
        }
        let known: [ByteName: (MomentPlace, StaticType)] = [
            "name": (.name, .string), "kind": (.kind, .string), "start": (.start, .timestamp),
            "end": (.end, .timestamp),
        ]
        guard let name = rest.first, let (place, type) = known[name] else { return nil }
        return (Variable(id: Vocabulary.momentScope << Vocabulary.scopeShift | place.rawValue, type: type), 2)
    }

    /// The words that may stand where an unknown one stood.
    package func candidates(for path: [String]) -> [String] {
        var roots = ["customer", "now"] + steps
        if !reach.contains(.noEvent) { roots.append("event") }
        if reach.contains(.windows) { roots.append("windows") }
        if reach.contains(.moment) { roots.append("moment") }
        for (flag, name) in [(Reach.profile, "profile"), (.scores, "scores"), (.segments, "segments")]
        where reach.contains(flag) { roots.append(name) }
        if reach.contains(.touchpoint), !reach.contains(.noEvent) { roots.append("touchpoint") }
        if reach.contains(.stepLists) { roots.append("steps") }
        if !tables.all.isEmpty { roots.append("tables") }
        if path.first?.isSame(as: "account") == true { roots.append("account") }
        guard path.count > 1, roots.names(path[0]) else { return roots }
        switch path[0] {
        case "windows": return windows.names
        case "scores": return scores.names
        case "segments": return segments.names
        case "profile": return attributes.names
        case "tables": return tables.all.map(\.name)
        case "touchpoint": return TouchpointPlace.allCases.map { "\($0)" }
        case "customer": return ["id"]
        case "account": return ["id", "members"]
        case "moment": return ["name", "kind", "start", "end", "steps"]
        case "steps": return steps
        default: return ["id", "customer_id", "type", "channel", "time", "properties", "raw"]
        }
    }
}

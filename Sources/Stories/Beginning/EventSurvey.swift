import Events
import Storage

/// What a sample of events holds: types, properties, channels and times, and who did what after what.
///
/// It takes lines of the native form, as many as are wanted; memory is bounded by `eventsMost`.
package struct EventSurvey: Sendable {
    /// The most events that are looked at.
    package static let eventsMost = 100_000
    private static let valuesMost = 1000

    /// What a type's events have under one name.
    package struct PropertyFacts: Sendable {
        package let name: String
        package fileprivate(set) var count = 0
        fileprivate(set) var numbers = 0
        fileprivate(set) var sum = 0.0
        fileprivate var values: Set<ByteName> = []

        /// How many different texts there are, up to a thousand.
        package var distinct: Int { values.count }
        package var isNumber: Bool { numbers * 2 > count }
        /// Of the numbers; nil where there are none.
        package var mean: Double? { numbers == 0 ? nil : sum / Double(numbers) }
    }

    /// One type of event.
    package struct TypeFacts: Sendable {
        package let name: String
        package fileprivate(set) var count = 0
        package fileprivate(set) var properties: [PropertyFacts] = []
        package fileprivate(set) var channels: [(name: String, count: Int)] = []
    }

    private struct Happening {
        let customer: Int
        let type: Int
        let time: Int64
    }

    package private(set) var types: [TypeFacts] = []
    package private(set) var channels: [(name: String, count: Int)] = []
    /// Microseconds since 1970 of the earliest and the latest event.
    package private(set) var span: ClosedRange<Int64>?
    /// By how much an event came behind the newest before it, at most, in microseconds.
    package private(set) var disorder: Int64 = 0
    private var customers: [ByteName: Int] = [:]
    private var typeNumbers: [ByteName: Int] = [:]
    private var happenings: [Happening] = []

    package init() {}

    package var eventCount: Int { happenings.count }
    package var customerCount: Int { customers.count }
    package var isFull: Bool { happenings.count >= Self.eventsMost }

    // MARK: Taking events

    /// Takes a line of the native form; others change nothing.
    package mutating func take(_ line: some Collection<UInt8>) {
        let event = Part(json: line)
        guard !isFull, let customer = event["customer_id"]?.text, let type = event["event"]?.text,
            let time = event["timestamp"]?.text.flatMap({ Instant(text: $0) })
        else { return }
        let number = self.number(ofType: type)
        types[number].count += 1
        for property in event["properties"]?.entries ?? [] {
            Self.count(property.key, property.value, in: &types[number].properties)
        }
        if let channel = event["channel"]?.text {
            Self.count(channel, in: &types[number].channels)
            Self.count(channel, in: &channels)
        }
        if let span {
            disorder = max(disorder, span.upperBound - time.microseconds)
            self.span = min(span.lowerBound, time.microseconds)...max(span.upperBound, time.microseconds)
        } else {
            span = time.microseconds...time.microseconds
        }
        let who = customers[ByteName(customer)] ?? customers.count
        customers[ByteName(customer)] = who
        happenings.append(Happening(customer: who, type: number, time: time.microseconds))
    }

    private mutating func number(ofType name: String) -> Int {
        if let number = typeNumbers[ByteName(name)] { return number }
        typeNumbers[ByteName(name)] = types.count
        types.append(TypeFacts(name: name))
        return types.count - 1
    }

    private static func count(_ name: String, in list: inout [(name: String, count: Int)]) {
        if let index = list.firstIndex(where: { $0.name.isSame(as: name) }) {
            list[index].count += 1
        } else if list.count < 64 {
            list.append((name, 1))
        }
    }

    private static func count(_ name: String, _ value: Part, in list: inout [PropertyFacts]) {
        var index = list.firstIndex { $0.name.isSame(as: name) }
        if index == nil, list.count < 128 {
            list.append(PropertyFacts(name: name))
            index = list.count - 1
        }
        guard let index else { return }
        list[index].count += 1
        switch value {
        case .integer(let number): list[index].add(Double(number))
        case .number(let number): list[index].add(number)
        case .text(let text) where list[index].values.count < valuesMost: list[index].values.insert(ByteName(text))
        default: break
        }
    }

    // MARK: What follows from them

    /// The types, the most frequent first.
    package var ranked: [TypeFacts] {
        types.sorted { ($1.count, ByteName($0.name)) < ($0.count, ByteName($1.name)) }
    }

    /// Of a type, whether the customers who did it did the other one later.
    package struct Passage: Sendable {
        /// How many customers did the first.
        package var began = 0
        /// After how many microseconds each of them did the second, who did, ascending.
        package var waits: [Int64] = []
    }

    /// From the first event of one type to the next of another, customer by customer.
    package func passage(from first: String, to second: String) -> Passage {
        guard let one = typeNumbers[ByteName(first)], let other = typeNumbers[ByteName(second)] else {
            return Passage()
        }
        var begins = [Int64?](repeating: nil, count: customers.count)
        var isOver = [Bool](repeating: false, count: customers.count)
        var passage = Passage()
        for event in ordered {
            if let begin = begins[event.customer], event.type == other, !isOver[event.customer] {
                isOver[event.customer] = true
                passage.waits.append(event.time - begin)
            } else if event.type == one, begins[event.customer] == nil {
                begins[event.customer] = event.time
                passage.began += 1
            }
        }
        passage.waits.sort()
        return passage
    }

    /// The times between two events of one customer, in microseconds, ascending.
    package var gaps: [Int64] {
        var last = [Int64?](repeating: nil, count: customers.count)
        var gaps: [Int64] = []
        for event in ordered {
            if let time = last[event.customer] { gaps.append(event.time - time) }
            last[event.customer] = event.time
        }
        return gaps.sorted()
    }

    private var ordered: [Happening] {
        happenings.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
}

extension EventSurvey.PropertyFacts {
    fileprivate mutating func add(_ number: Double) {
        numbers += 1
        sum += number
    }
}

import Expressions
import Storage
import Testing

/// A host with a few names, as an engine has them.
struct ShopHost: Declarations {
    static let record: UInt32 = 7
    static let variables: [(path: String, type: StaticType)] = [
        ("event.type", .string), ("event.properties.price", .dyn), ("windows.spend", .double),
        ("windows.quiet_for", .duration), ("segments.vip", .bool), ("visits", .int), ("now", .timestamp),
        ("steps.cart", .list(.record(kind: record))), ("event.properties", .dyn),
    ]

    mutating func variable(path: [String]) -> (variable: Variable, consumed: Int)? {
        for length in (1...path.count).reversed() {
            let name = path.prefix(length).joined(separator: ".")
            if let id = Self.variables.firstIndex(where: { $0.path == name }) {
                return (Variable(id: id, type: Self.variables[id].type), length)
            }
        }
        return nil
    }

    mutating func field(_ name: String, ofRecord kind: UInt32) -> (field: Int, type: StaticType)? {
        name == "price" ? (0, .double) : name == "note" ? (1, .string) : nil
    }

    func suggestion(for path: [String]) -> String? { path.first == "evnt" ? "event" : nil }
}

/// Values by variable; the records' price is ten times their index.
struct ShopNames: Names {
    var values: [Int: Value] = [:]

    func value(of variable: Int) -> Value { values[variable] ?? .error(.absent) }

    func field(_ field: Int, of record: Record) -> Value {
        field == 0 ? .double(Double(record.index) * 10) : .error(.noSuchField)
    }
}

@Suite struct HostTests {
    static func compile(_ source: String, expecting: StaticType? = nil) throws(CompileFaults) -> Program {
        var host = ShopHost()
        return try Program.compile(source, declarations: &host, expecting: expecting)
    }

    @Test func readsAreKnown() throws {
        let program = try Self.compile("visits > 3 && event['type'] == 'x' || visits < 1")
        #expect(program.reads == [0, 5])
        #expect(program.depends(on: 5))
        #expect(!program.depends(on: 1))
        #expect(program.type == .bool)
    }

    @Test(
        arguments: [
            ("windows.quiet_for > duration('2h')", [7_200_000_000], [true]),
            ("windows.quiet_for >= duration('2h')", [7_200_000_000], [false]),
            ("duration('2h') < windows.quiet_for", [7_200_000_000], [true]),
            ("!(windows.quiet_for <= duration('1h') + duration('1h'))", [7_200_000_000], [true]),
            ("visits < 3 ? false : duration('1s') <= windows.quiet_for", [1_000_000], [false]),
            ("windows.quiet_for == duration('1s')", [1_000_000, 1_000_000], [false, true]),
            ("windows.quiet_for >= duration('1500ns')", [2], [false]),
            ("windows.quiet_for > duration('1500ns')", [1], [true]),
            ("event.properties.price > 3", [], []),
        ] as [(String, [Int64], [Bool])])
    func durationThresholds(_ source: String, _ thresholds: [Int64], _ strict: [Bool]) throws {
        let found = try Self.compile(source).durationComparisons
        #expect(found.map(\.threshold) == thresholds)
        #expect(found.map(\.strict) == strict)
        #expect(found.allSatisfy { $0.variable == 3 })
    }

    @Test func conditionsAreFalseOnErrorsAndCountThem() throws {
        let bench = Workbench()
        let condition = try Self.compile("event.properties.price > 10", expecting: .bool)
        #expect(!bench.holds(condition, ShopNames()))
        #expect(bench.lastFault == .absent)
        #expect(bench.faultCount == 1)
        #expect(bench.holds(condition, ShopNames(values: [1: .double(10.5)])))
        #expect(bench.lastFault == nil)
        #expect(!bench.holds(condition, ShopNames(values: [1: .int(10)])))
        #expect(!bench.holds(condition, ShopNames(values: [1: .null])))
        #expect(bench.lastFault == .noSuchOverload)
    }

    @Test func presenceOfVariables() throws {
        let bench = Workbench()
        let condition = try Self.compile("has(event.properties.price) && !has(event.properties.colour)")
        let properties = Value.json(bench.copy("{\"size\":1}"))
        #expect(bench.holds(condition, ShopNames(values: [1: .int(1), 8: properties])))
        #expect(!bench.holds(condition, ShopNames(values: [8: properties])))
    }

    @Test func recordsAnswerByField() throws {
        let bench = Workbench()
        let events = (1...3).map { Value.record(Record(kind: ShopHost.record, index: $0)) }
        let names = ShopNames(values: [7: .list(bench.copy(events))])
        let prices = try Self.compile("steps.cart.map(e, e.price)")
        #expect(prices.type == .list(.double))
        var output: [UInt8] = []
        bench.evaluate(prices, names).appendJSON(to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "[10.0,20.0,30.0]")
        #expect(bench.holds(try Self.compile("steps.cart.all(e, has(e.price) && !has(e.note))"), names))
        #expect(bench.holds(try Self.compile("steps.cart[1] == steps.cart[1u]"), names))
    }

    @Test func constantsAreWorkedOut() throws {
        #expect(
            try Self.compile("duration('1h') + duration('30m')").constant?.equals(
                .duration(microseconds: 5_400_000_000)) == true)
        #expect(try Self.compile("visits + 1").constant == nil)
    }
}

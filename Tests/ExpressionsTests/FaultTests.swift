import Expressions
import Testing

/// What is wrong with an expression is said when it is compiled, with its place and what would be right.
@Suite struct FaultTests {
    @Test(arguments: [
        ("evnt.type == 'x'", 0, "unknown name 'evnt.type'; did you mean 'event'?"),
        ("visits > 1 &&", 13, "expected a value, not the end"),
        ("", 0, "an expression is missing"),
        ("visits = 3", 7, "unexpected '='; equality is '=='"),
        ("visits > 'a'", 7, "'>' has no meaning for an int and a string"),
        ("visits + 1.5", 7, "'+' has no meaning for an int and a double; convert one of them, as in double(x)"),
        (
            "windows.quiet_for > 3", 18,
            "'>' has no meaning for a duration and an int; a duration is written duration('90m')"
        ),
        ("visits.startsWith('a')", 7, "startsWith() has no meaning for (int, string)"),
        ("event.type.startWith('a')", 11, "unknown function startWith(); did you mean startsWith()?"),
        ("event.type.contains()", 11, "contains() takes 1 argument, not 0"),
        ("contains('a', 'b')", 0, "contains() is called on a value, as in x.contains()"),
        ("size(1, 2)", 0, "size() takes 1 argument, not 2"),
        (
            "duration('2 hours')", 0,
            "the text cannot be converted; a duration is written like '90s', '30m' or '1h30m'"
        ),
        ("event.type.matches('(a')", 19, "invalid regular expression: a ( without its )"),
        (
            "event.type.matches('a**')", 19,
            "invalid regular expression: a repetition of a repetition; put the inner one in a group"
        ),
        ("visits && true", 0, "a condition is a bool, not int"),
        ("visits ? 1 : 2", 0, "a condition is a bool, not int"),
        ("visits.name", 7, "an int has no field 'name'"),
        ("'abc' 'def'", 6, "unexpected a string after the expression"),
        ("'abc", 0, "a string that begins here has no end"),
        ("[1, 2", 5, "expected ',' after one of the elements, not the end"),
        ("{'a' 1}", 5, "expected ':' after a key, not 1"),
        ("steps.cart.map(e, e.cost)", 20, "unknown field 'cost'"),
        ("[1].exists(x, x)", 14, "a condition is a bool, not int"),
        ("visits > 1 and true", 11, "unexpected 'and' after the expression; 'and' is written '&&'"),
        ("(visits > 1 OR true)", 12, "expected ')' after the expression, not 'OR'; 'OR' is written '||'"),
        ("visits > 1 && not true", 14, "'not' is written '!'"),
        ("not(true)", 0, "'not' is written '!'"),
        ("if > 3", 0, "'if' is a reserved word and cannot be a name"),
        ("Point{x: 1}", 0, "messages cannot be made here; a map is written {'key': value}"),
        ("{1.5: 1}", 1, "a key is a bool, an int, a uint or a string, not double"),
        ("1 in 2", 2, "'in' has no meaning for an int and an int; what is on the right is a list or a map"),
    ])
    func namesEachFaultWithItsPlace(_ source: String, _ offset: Int, _ message: String) throws {
        let thrown = #expect(throws: CompileFaults.self) { try HostTests.compile(source) }
        #expect(thrown?.faults.first == CompileFault(message: message, offset: offset))
    }

    @Test func allFaultsAreReported() {
        let thrown = #expect(throws: CompileFaults.self) { try HostTests.compile("a > 1 || b < 2 || f(3)") }
        #expect(thrown?.faults.map(\.offset) == [0, 9, 18])
    }

    @Test func theResultIsOfTheTypeNeeded() throws {
        let thrown = #expect(throws: CompileFaults.self) { try HostTests.compile("visits", expecting: .bool) }
        #expect(thrown?.faults.map(\.message) == ["this is an int, but a bool is needed here"])
        #expect(try HostTests.compile("event.properties.price", expecting: .bool).type == .dyn)
    }

    @Test(arguments: ["visits == 'a'", "visits != null", "[1, 'a'] == []", "{'a': 1, 'b': 'x'} != {}", "1 in ['a']"])
    func mixedTypesMayBeCompared(_ source: String) throws {
        #expect(try HostTests.compile(source, expecting: .bool).type == .bool)
    }
}

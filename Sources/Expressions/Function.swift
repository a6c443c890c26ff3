/// The functions of the language and of its string and mathematics extensions.
enum Function: String, BitwiseCopyable, CaseIterable {
    case size, type, dyn
    case bool, int, uint, double, string, bytes, duration, timestamp
    case contains, startsWith, endsWith, matches
    case getFullYear, getMonth, getDate, getDayOfMonth, getDayOfWeek, getDayOfYear
    case getHours, getMinutes, getSeconds, getMilliseconds
    case charAt, indexOf, lastIndexOf, join, lowerAscii, upperAscii, replace, split, substring, trim, reverse, format
    case quote = "strings.quote"
    case greatest = "math.greatest"
    case least = "math.least"
    case ceil = "math.ceil"
    case floor = "math.floor"
    case round = "math.round"
    case trunc = "math.trunc"
    case sqrt = "math.sqrt"
    case ln = "math.ln"
    case exp = "math.exp"
    case pow = "math.pow"
    case abs = "math.abs"
    case sign = "math.sign"
    case isNaN = "math.isNaN"
    case isInf = "math.isInf"
    case isFinite = "math.isFinite"
    case bitAnd = "math.bitAnd"
    case bitOr = "math.bitOr"
    case bitXor = "math.bitXor"
    case bitNot = "math.bitNot"
    case bitShiftLeft = "math.bitShiftLeft"
    case bitShiftRight = "math.bitShiftRight"

    /// What carries a function out.
    enum Family {
        /// `Evaluator.apply` itself.
        case general
        /// `Evaluator.textFunction`; the first argument is text.
        case text
        /// `Evaluator.timePart`.
        case time
        /// `Evaluator.mathematics`.
        case mathematics
    }

    /// A new function stands here, in the table of overloads below, and where its family is carried out.
    var family: Family {
        switch self {
        case .size, .type, .dyn, .bool, .int, .uint, .double, .string, .bytes, .duration, .timestamp, .contains,
            .startsWith, .endsWith, .matches, .join, .greatest, .least:
            .general
        case .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear, .getHours, .getMinutes,
            .getSeconds, .getMilliseconds:
            .time
        case .charAt, .indexOf, .lastIndexOf, .lowerAscii, .upperAscii, .replace, .split, .substring, .trim, .reverse,
            .format, .quote:
            .text
        case .ceil, .floor, .round, .trunc, .sqrt, .ln, .exp, .pow, .abs, .sign, .isNaN, .isInf, .isFinite, .bitAnd,
            .bitOr, .bitXor,
            .bitNot, .bitShiftLeft, .bitShiftRight:
            .mathematics
        }
    }

    /// Whether any number of arguments is taken.
    var isVariadic: Bool { self == .greatest || self == .least }
}

/// One way to call a function.
struct Overload {
    let function: Function
    let isMember: Bool
    /// The types allowed for each argument, the receiver first.
    let parameters: [[StaticType]]
    /// Nil: the first argument's type.
    let result: StaticType?

    /// Reads a line of the table below: `(string|bytes).size() int`, `matches(string,string) bool`. A line that is
    /// mistyped is a mistake of ours, and stops the process when the first expression is compiled.
    init(_ line: String) {
        let halves = line.split(separator: " ")
        guard halves.count == 2, let open = halves[0].lastIndex(of: "("), halves[0].last == ")" else {
            preconditionFailure("\(line) is no overload")
        }
        var head = halves[0][..<open]
        var parameters: [[StaticType]] = []
        isMember = head.first == "("
        if isMember {
            guard let close = head.firstIndex(of: ")") else { preconditionFailure("\(line) has no receiver") }
            parameters.append(Overload.types(head[head.index(after: head.startIndex)..<close]))
            head = head[head.index(close, offsetBy: 2)...]
        }
        guard let function = Function(rawValue: String(head)) else { preconditionFailure("\(line) names no function") }
        self.function = function
        let inner = halves[0][halves[0].index(after: open)...].dropLast()
        parameters += inner.split(separator: ",").map(Overload.types)
        self.parameters = parameters
        result = halves[1] == "same" ? nil : Overload.type(halves[1])
    }

    private static func types(_ words: Substring) -> [StaticType] {
        words.split(separator: "|").flatMap { word -> [StaticType] in
            word == "number" ? [.int, .uint, .double] : [type(word)]
        }
    }

    private static func type(_ word: Substring) -> StaticType {
        switch word {
        case "bool": .bool
        case "int": .int
        case "uint": .uint
        case "double": .double
        case "string": .string
        case "bytes": .bytes
        case "duration": .duration
        case "timestamp": .timestamp
        case "type": .type
        case "list": .list(.dyn)
        case "strings": .list(.string)
        case "map": .map(.dyn, .dyn)
        case "any": .dyn
        default: preconditionFailure("\(word) is no type of an overload")
        }
    }

    /// Every call that has a meaning, by function.
    static let all: [Function: [Overload]] = Dictionary(grouping: table.map { Overload($0) }, by: \.function)

    private static let table = [
        "size(string|bytes|list|map) int", "(string|bytes|list|map).size() int", "type(any) type", "dyn(any) any",
        "bool(bool|string) bool", "int(number|string|timestamp) int", "uint(number|string) uint",
        "double(number|string) double", "string(number|bool|string|bytes|timestamp|duration) string",
        "bytes(bytes|string) bytes", "duration(duration|string) duration",
        "timestamp(timestamp|string|int) timestamp",
        "(string).contains(string) bool", "(string).startsWith(string) bool", "(string).endsWith(string) bool",
        "matches(string,string) bool", "(string).matches(string) bool",
        "(timestamp).getFullYear() int", "(timestamp).getFullYear(string) int", "(timestamp).getMonth() int",
        "(timestamp).getMonth(string) int", "(timestamp).getDate() int", "(timestamp).getDate(string) int",
        "(timestamp).getDayOfMonth() int", "(timestamp).getDayOfMonth(string) int",
        "(timestamp).getDayOfWeek() int", "(timestamp).getDayOfWeek(string) int",
        "(timestamp).getDayOfYear() int", "(timestamp).getDayOfYear(string) int",
        "(timestamp|duration).getHours() int", "(timestamp).getHours(string) int",
        "(timestamp|duration).getMinutes() int", "(timestamp).getMinutes(string) int",
        "(timestamp|duration).getSeconds() int", "(timestamp).getSeconds(string) int",
        "(timestamp|duration).getMilliseconds() int", "(timestamp).getMilliseconds(string) int",
        "(string).charAt(int) string", "(string).indexOf(string) int", "(string).indexOf(string,int) int",
        "(string).lastIndexOf(string) int", "(string).lastIndexOf(string,int) int",
        "(strings).join() string", "(strings).join(string) string", "(string).lowerAscii() string",
        "(string).upperAscii() string", "(string).replace(string,string) string",
        "(string).replace(string,string,int) string", "(string).split(string) strings",
        "(string).split(string,int) strings", "(string).substring(int) string", "(string).substring(int,int) string",
        "(string).trim() string", "(string).reverse() string", "(string).format(list) string",
        "strings.quote(string) string",
        "math.greatest(number|list) any", "math.least(number|list) any", "math.ceil(double) double",
        "math.floor(double) double", "math.round(double) double", "math.trunc(double) double",
        "math.sqrt(number) double", "math.ln(number) double", "math.exp(number) double",
        "math.pow(number,number) double", "math.abs(number) same", "math.sign(number) same", "math.isNaN(double) bool",
        "math.isInf(double) bool", "math.isFinite(double) bool", "math.bitAnd(int,int) int",
        "math.bitAnd(uint,uint) uint", "math.bitOr(int,int) int", "math.bitOr(uint,uint) uint",
        "math.bitXor(int,int) int", "math.bitXor(uint,uint) uint", "math.bitNot(int|uint) same",
        "math.bitShiftLeft(int|uint,int) same", "math.bitShiftRight(int|uint,int) same",
    ]
}

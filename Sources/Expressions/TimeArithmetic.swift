import Events

/// Times and spans of time as numbers of nanoseconds.
enum TimeArithmetic {
    /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    static let seconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// A span of time, if its nanoseconds fit 64 bits: about 292 years.
    static func duration(_ nanoseconds: Int128) -> Value {
        guard let fitting = Int64(exactly: nanoseconds) else { return .error(.outOfRange) }
        return .duration(seconds: fitting / 1_000_000_000, nanos: Int32(fitting % 1_000_000_000))
    }

    /// A moment, if its year has up to four digits.
    static func timestamp(_ nanoseconds: Int128) -> Value {
        var seconds = nanoseconds / 1_000_000_000
        var nanos = nanoseconds % 1_000_000_000
        if nanos < 0 {
            nanos += 1_000_000_000
            seconds -= 1
        }
        guard let fitting = Int64(exactly: seconds), TimeArithmetic.seconds.contains(fitting) else {
            return .error(.outOfRange)
        }
        return .timestamp(seconds: fitting, nanos: Int32(nanos))
    }
}

extension Value {
    /// The nanoseconds of a duration, or of a timestamp since 1970; 0 for anything else.
    var nanoseconds: Int128 {
        switch self {
        case .duration(let seconds, let nanos), .timestamp(let seconds, let nanos):
            Int128(seconds) * 1_000_000_000 + Int128(nanos)
        default: 0
        }
    }
}

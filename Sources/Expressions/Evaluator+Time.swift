import Events
import Storage

extension Evaluator {
    /// `getHours` and its like, of a time in a zone (UTC where none is given) or of a span of time.
    mutating func timePart(_ function: Function, _ arguments: Arguments) -> Value {
        switch arguments.first {
        case .duration(let seconds, let nanos):
            guard arguments.count == 1 else { return .error(.noSuchOverload) }
            switch function {
            case .getHours: return .int(seconds / 3600)
            case .getMinutes: return .int(seconds / 60)
            case .getSeconds: return .int(seconds)
            case .getMilliseconds: return .int(Int64(nanos / 1_000_000))
            default: return .error(.noSuchOverload)
            }
        case .timestamp(let seconds, let nanos):
            if function == .getMilliseconds, arguments.count == 1 { return .int(Int64(nanos / 1_000_000)) }
            var offset = 0
            if arguments.count == 2 {
                guard case .string(let name) = arguments.second else { return .error(.noSuchOverload) }
                guard let found = zones.offset(of: name, at: seconds) else { return .error(.unknownZone) }
                offset = found
            }
            return .int(Int64(part(function, Int(seconds) + offset, nanos)))
        default:
            return .error(.noSuchOverload)
        }
    }

    private func part(_ function: Function, _ local: Int, _ nanos: Int32) -> Int {
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let rest = local - days * 86_400
        switch function {
        case .getHours: return rest / 3600
        case .getMinutes: return rest / 60 % 60
        case .getSeconds: return rest % 60
        case .getMilliseconds: return Int(nanos / 1_000_000)
        // 1970-01-01 was a Thursday; Sunday is 0.
        case .getDayOfWeek: return ((days + 4) % 7 + 7) % 7
        default: break
        }
        let date = Civil.date(days: days)
        switch function {
        case .getFullYear: return date.year
        case .getMonth: return date.month - 1
        case .getDate: return date.day
        case .getDayOfMonth: return date.day - 1
        default: return days - Civil.days(year: date.year, month: 1, day: 1)
        }
    }
}

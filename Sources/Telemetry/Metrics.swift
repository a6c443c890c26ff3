import Synchronization

/// All instruments of a run, by name and labels, and all else that can be read at any time.
///
/// Registering a name with labels that are there already gives the instrument that is there, so
/// that what comes and goes (a connection, a reloaded action) goes on counting. A name has one help
/// text and one kind; another is a mistake of ours. Each name has at most `seriesMost` series,
/// because scrapers keep every one of them: what comes beyond shares a last one whose labels all
/// say `other`. Registering takes a lock; keep the instrument.
package final class Metrics: Sendable {
    /// The most series of one name, besides the one of the others.
    package static let seriesMost = 1000
    /// The most bytes of a label's value; what is longer is cut.
    package static let labelBytesMost = 200

    /// What a scraper would keep as one time series.
    private enum Instrument: Sendable {
        case counter(Counter, scale: Double)
        case gauge(Gauge)
        case histogram(Histogram, scale: Double)
    }

    private struct Series: Sendable {
        let labels: [Reading.Label]
        let instrument: Instrument
    }

    private struct Family: Sendable {
        let name: String
        let help: String
        let kind: Reading.Kind
        var places: [[Reading.Label]: Int] = [:]
        var series: [Series] = []
    }

    private struct State {
        var places: [String: Int] = [:]
        var families: [Family] = []
        var observers: [@Sendable (inout Reading) -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// A count that only grows; its name ends in `_total`.
    /// - Parameter scale: what one stands for in the unit of the name: 1e-9 for nanoseconds that are shown in seconds.
    package func counter(
        _ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:], scale: Double = 1
    ) -> Counter {
        precondition(name.hasSuffix("_total"), "\(name): a counter's name ends in _total")
        let instrument = register(name, help, .counter, labels) { .counter(Counter(), scale: scale) }
        guard case .counter(let counter, _) = instrument else { preconditionFailure("\(name): is no counter") }
        return counter
    }

    /// A number that goes up and down.
    package func gauge(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        let instrument = register(name, help, .gauge, labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = instrument else { preconditionFailure("\(name): is no gauge") }
        return gauge
    }

    /// A histogram of microseconds, shown in seconds: its name ends in `_seconds`.
    package func histogram(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String> = [:]) -> Histogram {
        precondition(name.hasSuffix("_seconds"), "\(name): a histogram of times ends in _seconds")
        let instrument = register(name, help, .histogram, labels) { .histogram(Histogram(), scale: 1e-6) }
        guard case .histogram(let histogram, _) = instrument else { preconditionFailure("\(name): is no histogram") }
        return histogram
    }

    /// Has `observe` asked at each reading for what is better looked up than counted. It is called on the reader's thread
    /// and must not wait.
    package func observe(_ observe: @escaping @Sendable (inout Reading) -> Void) {
        state.withLock { $0.observers.append(observe) }
    }

    /// What everything says now.
    package var reading: Reading {
        let (families, observers) = state.withLock { ($0.families, $0.observers) }
        var reading = Reading()
        reading.families = families.map { family in
            Reading.Family(
                family.name, family.help, family.kind,
                samples: family.series.map { Reading.Sample($0.labels, Metrics.value(of: $0.instrument)) })
        }
        for observe in observers { observe(&reading) }
        return reading
    }

    private static func value(of instrument: Instrument) -> Reading.Value {
        switch instrument {
        case .counter(let counter, let scale): .number(Double(counter.value) * scale)
        case .gauge(let gauge): .number(gauge.value)
        case .histogram(let histogram, let scale): .histogram(histogram.counts, scale: scale)
        }
    }

    private func register(
        _ name: String, _ help: String, _ kind: Reading.Kind, _ labels: KeyValuePairs<String, String>,
        _ make: () -> Instrument
    ) -> Instrument {
        precondition(Metrics.isName(name), "\(name): is not a metric's name")
        let labels = labels.map { name, value in
            precondition(Metrics.isName(name) && name != "le", "\(name): is not a label's name")
            return Reading.Label(name, Metrics.cut(value))
        }
        return state.withLock { state in
            let place = state.places[name] ?? state.families.count
            if place == state.families.count {
                state.places[name] = place
                state.families.append(Family(name: name, help: help, kind: kind))
            }
            precondition(state.families[place].kind == kind, "\(name): is a \(state.families[place].kind.rawValue)")
            if let found = state.families[place].places[labels] {
                return state.families[place].series[found].instrument
            }
            var kept = labels
            if state.families[place].series.count >= Metrics.seriesMost {
                kept = labels.map { Reading.Label($0.name, "other") }
                if let found = state.families[place].places[kept] {
                    return state.families[place].series[found].instrument
                }
            }
            let series = Series(labels: kept, instrument: make())
            state.families[place].places[kept] = state.families[place].series.count
            state.families[place].series.append(series)
            return series.instrument
        }
    }

    /// Whether a text can be the name of a metric or label.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    private static func cut(_ value: String) -> String {
        if value.utf8.count <= labelBytesMost { return value }
        var kept = ""
        for character in value.unicodeScalars {
            if kept.utf8.count + 4 > labelBytesMost - 3 { break }
            kept.unicodeScalars.append(character)
        }
        return kept + "…"
    }
}

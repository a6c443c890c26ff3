/// Synthetic customers of a business: the events of their journeys, one line each, in order of time.
///
/// The same parameters give the same bytes on every machine. Time begins with 2026. Memory grows with the
/// customers, by some twenty bytes each, and not with the events.
package struct SampleJourneys: ~Copyable {
    /// The businesses whose customers can be played.
    package enum Business: String, CaseIterable, Sendable {
        /// A shop with web site, app and stores.
        case retail
        /// A service that is used month by month, from the trial to leaving or renewing.
        case subscription
        /// A bank's loan, from the simulator to the last instalment.
        case loan
    }

    /// What is asked for.
    package struct Parameters: Sendable {
        package var business = Business.retail
        /// How many customers there are: 1 to 10,000,000.
        package var customers = 100_000
        /// How many lines: 0 to 1,000,000,000,000.
        package var events = 1_000_000
        package var seed: UInt64 = 1
        /// Events a second of event time, on average. Without it a customer has ten events in thirty days on average, so
        /// that a million events of a hundred thousand customers span thirty days.
        package var rate: Double?
        /// Whether a shop's customers fill carts, buy, complain and praise more than most, so that there is more to decide.
        package var isEager = false

        package init() {}
    }

    /// Why there are no journeys with these parameters.
    package enum ParameterError: Error, Equatable, CustomStringConvertible {
        case customers(Int)
        case events(Int)
        case rate(Double)
        /// The events would last beyond the year 9999.
        case tooLong(years: Int)

        package var description: String {
            switch self {
            case .customers(let count): "\(count) customers: give 1 to 10000000"
            case .events(let count): "\(count) events: give 0 to 1000000000000"
            case .rate(let rate): "\(rate) events a second: give more than 0, at most 1000000000"
            case .tooLong(let years): "the events would last \(years) years: give a higher rate, or fewer events"
            }
        }
    }

    private static let yearsMost = 7000
    private let stream: any LineStream

    package init(_ parameters: Parameters) throws(ParameterError) {
        guard (1...10_000_000).contains(parameters.customers) else { throw .customers(parameters.customers) }
        guard (0...1_000_000_000_000).contains(parameters.events) else { throw .events(parameters.events) }
        let rate = parameters.rate ?? Double(parameters.customers) * 10 / (30 * 86_400)
        guard rate > 0, rate <= 1e9 else { throw .rate(rate) }
        let years = Double(parameters.events) / rate / (365.25 * 86_400)
        guard years < Double(Self.yearsMost) else { throw .tooLong(years: Int(min(years, 1e15))) }
        stream =
            switch parameters.business {
            case .retail: Playing(RetailProfile(parameters.isEager ? .eager : .everyday), parameters, rate: rate)
            case .subscription: Playing(SubscriptionProfile(customers: parameters.customers), parameters, rate: rate)
            case .loan: Playing(LoanProfile(customers: parameters.customers), parameters, rate: rate)
            }
    }

    /// Appends the next line with its LF; false when there are no more.
    package mutating func next(into out: inout [UInt8]) -> Bool {
        stream.next(into: &out)
    }
}

/// Lines of one simulation or another, so that whoever writes them need not know of which.
private protocol LineStream: AnyObject {
    func next(into out: inout [UInt8]) -> Bool
}

private final class Playing<Profile: JourneyProfile>: LineStream {
    private var simulation: Simulation<Profile>

    init(_ profile: Profile, _ parameters: SampleJourneys.Parameters, rate: Double) {
        simulation = Simulation(
            profile: profile, customers: parameters.customers, events: parameters.events, seed: parameters.seed,
            rate: rate)
    }

    func next(into out: inout [UInt8]) -> Bool { simulation.next(into: &out) }
}

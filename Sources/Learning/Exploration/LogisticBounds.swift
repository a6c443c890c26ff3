/// What the logistic function is at most, by a table: far quicker than the function itself.
///
/// Between −16 and 16 the function is known at steps of 1/32, and a number goes by the next step at or above it. The
/// function climbs, so that is a bound, and at most e^(1/32) times what is bounded. Each entry is greater by 10⁻⁹ of
/// itself than the function, which is more than rounding can take.
struct LogisticBounds: Sendable {
    static let table = LogisticBounds()

    private static let end = 16.0
    private static let steps = 32.0
    private let entries: [Double]

    private init() {
        entries = (0...Int(2 * Self.end * Self.steps)).map {
            Explorer.logistic(Double($0) / Self.steps - Self.end) * (1 + 1e-9)
        }
    }

    /// A number that the function is not above at `x`; infinite where that is not a number.
    @inline(__always) func bound(_ x: Double) -> Double {
        let place = (x + LogisticBounds.end) * LogisticBounds.steps
        if place >= 0, place < Double(entries.count - 1) { return entries[Int(place) + 1] }
        if place < 0 { return entries[0] }
        return place.isNaN ? .infinity : 1
    }
}

/// How often what was promised came: of the decisions whose propensity lay in one part of 0 to 1.
package struct CalibrationBin: Sendable, Equatable {
    package let trials: Int
    package let successes: Int
    /// The sum of what was promised.
    package let promised: Double

    package init(trials: Int, successes: Int, promised: Double) {
        (self.trials, self.successes, self.promised) = (trials, successes, promised)
    }

    /// The bins in their order, each as wide as the others.
    static func figure(_ bins: [CalibrationBin]) -> Figure {
        let width = 1 / Double(bins.count)
        return .list(
            bins.enumerated().map { place, bin in
                .table([
                    ("from", .number(Double(place) * width)), ("to", .number(Double(place + 1) * width)),
                    ("trials", .count(bin.trials)), ("successes", .count(bin.successes)),
                    ("promised", Figure(bin.trials > 0 ? bin.promised / Double(bin.trials) : nil)),
                    ("observed", .ratio(bin.successes, of: bin.trials)),
                ])
            })
    }
}

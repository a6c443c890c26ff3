/// How journeys go on from each touchpoint, as a chain of order 1 over the start, the touchpoints, the conversion and
/// nothing.
struct MarkovChain {
    /// The touchpoints that have a part in it.
    let states: [Int]
    /// For each state, and last the start: how often each state follows, then the conversion, then all there is.
    private let steps: [[Double]]
    private let conversions: [Double]
    private let totals: [Double]

    /// - Parameters:
    ///   - steps: how often one touchpoint directly follows another in journeys that are closed.
    ///   - conversions: how often a conversion follows one.
    ///   - exits: how often nothing does.
    ///   - starts: how often journeys begin with one.
    ///   - directConversions: how many conversions had no touch before.
    init(
        _ states: [Int], steps count: (_ from: Int, _ to: Int) -> Int, conversions conversionCount: (Int) -> Int,
        exits: (Int) -> Int, starts: (Int) -> Int, directConversions: Int
    ) {
        self.states = states
        var steps: [[Double]] = []
        var conversions: [Double] = []
        var all: [Double] = []
        for from in states {
            let next = states.map { Double(count(from, $0)) }
            let converted = Double(conversionCount(from))
            steps.append(next)
            conversions.append(converted)
            all.append(next.reduce(0, +) + converted + Double(exits(from)))
        }
        let next = states.map { Double(starts($0)) }
        steps.append(next)
        conversions.append(Double(directConversions))
        all.append(next.reduce(0, +) + Double(directConversions))
        (self.steps, self.conversions, self.totals) = (steps, conversions, all)
    }

    /// The chance to end in a conversion from each state, and last from the start: v = (I − Q)⁻¹ r.
    /// - Parameter removed: a place among the states of which all that leads there leads to nothing.
    func chances(without removed: Int? = nil) -> [Double] {
        let kept = (0...states.count).filter { $0 != removed }
        var rows: [[Double]] = []
        for from in kept {
            let total = totals[from]
            var row = kept.map { to -> Double in
                let isSame: Double = from == to ? 1 : 0
                guard to < states.count, total > 0 else { return isSame }
                return isSame - steps[from][to] / total
            }
            row.append(total > 0 ? conversions[from] / total : 0)
            rows.append(row)
        }
        let solved = MarkovChain.solve(&rows)
        var chances = [Double](repeating: 0, count: states.count + 1)
        for (place, state) in kept.enumerated() { chances[state] = solved[place] }
        return chances
    }

    /// Gauss–Jordan with the largest pivot. The rows end with the right side.
    private static func solve(_ rows: inout [[Double]]) -> [Double] {
        let count = rows.count
        for column in 0..<count {
            var pivot = column
            for row in column..<count where rows[row][column].magnitude > rows[pivot][column].magnitude { pivot = row }
            rows.swapAt(column, pivot)
            let divisor = rows[column][column]
            // Every state leads to an end, so that this does not come; a row of zeros has the solution 0.
            if divisor == 0 { continue }
            let base = rows[column]
            for row in 0..<count where row != column && rows[row][column] != 0 {
                let factor = rows[row][column] / divisor
                for place in column...count { rows[row][place] -= factor * base[place] }
            }
        }
        return (0..<count).map { rows[$0][$0] == 0 ? 0 : rows[$0][count] / rows[$0][$0] }
    }
}

import Journeys
import Storage
import Testing

@testable import Pipeline

/// Sees to it that the keys of lines say their order outright: within what a shard makes of a batch
/// each is greater than the one before, and greater than all of any shard's in the batches before.
/// Else the order would depend on the cut of the input, or on how many shards there are.
struct LineOrder {
    private var greatest: OrderKey?

    mutating func check(_ made: [EngineOutput]) {
        var reached = greatest
        for output in made {
            var before = greatest
            for line in output.journeys.lines {
                if let before, !(before < line.key) {
                    let text = output.journeys.withText(of: line) { $0.text }
                    Issue.record("a line's place is not behind that of the one before: \(text)")
                }
                before = line.key
            }
            if let before, reached.map({ $0 < before }) ?? true { reached = before }
        }
        greatest = reached
    }
}

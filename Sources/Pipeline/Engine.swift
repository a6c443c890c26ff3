package import Events
package import Storage

// The place where what happens between the ordered events and the output lines is plugged in. For now each event of the
// type "ping" becomes one line.

/// What a configuration comes to.
package struct Plan: Sendable {
    package var input = InputSettings()
    package var projection = Projection()

    package init() { _ = projection.type("ping") }
}

/// What one shard made of one batch.
package final class ShardOutput: Sendable {
    package struct Line: Sendable {
        package let place: UInt64
        package let text: [UInt8]
    }

    package let lines: [Line]
    /// Lines that the shard refused, with their places.
    package let rejects: [(place: UInt64, reject: Reject)]
    /// Totals by name that only shards know; told with the last output.
    package let totals: [String: UInt64]

    package init(lines: [Line], rejects: [(place: UInt64, reject: Reject)], totals: [String: UInt64]) {
        self.lines = lines
        self.rejects = rejects
        self.totals = totals
    }
}

/// One shard's customers.
package struct Shard: ~Copyable {
    private let index: Int

    package init(plan: Plan, index: Int, of count: Int) { self.index = index }

    package mutating func process(_ batch: OrderedBatch) -> ShardOutput {
        let rows = batch.rows(ofShard: index)
        var lines: [ShardOutput.Line] = []
        for place in 0..<rows.count {
            let row = batch.events.row(Int(rows[place]))
            guard row.type == 1 else { continue }
            let customer = batch.events.text(row.customerID).text
            let text = #"{"type":"moment","moment":"seen","customer_id":"\#(customer)"}"# + "\n"
            lines.append(ShardOutput.Line(place: batch.place(Int(rows[place])), text: Array(text.utf8)))
        }
        return ShardOutput(lines: lines, rejects: [], totals: [:])
    }

    package mutating func finish(flush: Bool) -> ShardOutput { ShardOutput(lines: [], rejects: [], totals: [:]) }
}

/// Puts the shards' lines in order and decides.
package struct DecisionStage: ~Copyable {
    /// How many moments and decisions there were, by name.
    package private(set) var totals: [String: UInt64] = [:]

    package init(plan: Plan) {}

    package mutating func merge(_ outputs: [ShardOutput], into block: ByteBlock) {
        for line in outputs.flatMap(\.lines).sorted(by: { $0.place < $1.place }) {
            block.append(line.text)
            totals["moment seen", default: 0] += 1
        }
    }
}

import Events
import Storage
import Testing

@Suite struct InputMergeTests {
    /// Merges inputs given as batches and sequences the result.
    private func merge(_ inputs: [[EventBatch]]) -> Sequenced {
        var merge = InputMerge(sources: inputs.count)
        var left = inputs.map { $0[...] }
        var sequencer = Sequencer(InputSettings(), shards: 1)
        var result = Sequenced()
        while true {
            switch merge.next() {
            case .needs(let source):
                if let batch = left[source].popFirst() { merge.offer(batch, of: source) } else { merge.end(source) }
            case .batch(let batch):
                sequencer.take(batch)
                result.drain(&sequencer)
            case .finished:
                sequencer.finish()
                result.drain(&sequencer)
                return result
            }
        }
    }

    @Test func eventsComeByTimeAndTiesByInput() {
        let first = [line(1, id: "a1"), line(3, id: "a3"), line(5, id: "a5")]
        let second = [line(1, id: "b1"), line(2, id: "b2"), line(5, id: "b5"), line(6, id: "b6")]
        for size in 1...4 {
            let result = merge([batches(first, of: size), batches(second, of: size)])
            #expect(result.taken.map(\.id) == ["a1", "b1", "b2", "a3", "a5", "b5", "b6"])
            #expect(result.taken.map(\.place) == Array(0..<7))
            #expect(result.isSound)
        }
    }

    @Test func anInputKeepsItsOwnOrder() {
        let first = [line(10, id: "a10"), line(4, id: "a4"), line(11, id: "a11")]
        let second = [line(9, id: "b9"), line(12, id: "b12")]
        let result = merge([batches(first, of: 1), batches(second, of: 2)])
        #expect(result.taken.map(\.id) == ["b9", "a10", "a4", "a11", "b12"])
        #expect(result.taken.map(\.time) == [9, 10, 10, 11, 12])
    }

    @Test func inputsMayBeEmpty() {
        #expect(merge([[], [], []]).taken.isEmpty)
        #expect(merge([[], batches([line(1, id: "a")], of: 1)]).taken.map(\.id) == ["a"])
        #expect(merge([batches(["bad"], of: 1), []]).rejects.map(\.line) == [1])
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func placesDoNotDependOnHowTheInputsWereCut(_ seed: UInt64) {
        var chance = Chance(seed: seed)
        var inputs: [[String]] = []
        for source in 0..<3 {
            var time = 0
            inputs.append(
                (0..<Int.random(in: 0...300, using: &chance)).map { number in
                    time += Int.random(in: -1...3, using: &chance)
                    switch Int.random(in: 0..<6, using: &chance) {
                    case 0: return "bad \(source) \(number)"
                    case 1: return ""
                    default: return line(max(0, time), id: "\(source)-\(number)")
                    }
                })
        }
        var reference: Sequenced?
        for size in [1, 2, 17, 1000] {
            let result = merge(inputs.enumerated().map { batches($1, of: size, source: LineSource("\($0)")) })
            #expect(result.isSound)
            for reject in result.rejects {
                let text = String(decoding: reject.reject.raw, as: UTF8.self)
                #expect(text == "bad \(reject.source.name) \(reject.line - 1)")
            }
            guard let reference else {
                #expect(result.taken.count == inputs.joined().count { $0.hasPrefix("{") })
                #expect(result.rejects.count == inputs.joined().count { $0.hasPrefix("bad") })
                reference = result
                continue
            }
            #expect(result.taken == reference.taken)
            #expect(result.rejects.map(\.place) == reference.rejects.map(\.place))
        }
    }
}

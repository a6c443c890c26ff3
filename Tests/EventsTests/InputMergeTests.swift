import Events
import Storage
import TestSupport
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
        var chance = SeededNumbers(seed: seed)
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

    /// Merges inputs that are cut behind so many batches each, from some lines of each on.
    /// - Returns: the lines in their order, with their source and number, and how many of each input are taken.
    private func mergeCut(
        _ inputs: [[String]], from starts: [Int], cut: [Int], of size: Int, pipes: Set<Int> = []
    ) -> (lines: [String], taken: [Int]) {
        let places = starts.indices.map { place in
            InputMerge.Place(offset: 0, lines: UInt64(starts[place]), isRepeatable: !pipes.contains(place))
        }
        var merge = InputMerge(keepingFrom: places)
        var left = inputs.indices.map { place in
            let source = LineSource("\(place)", linesBefore: UInt64(starts[place]))
            return batches(Array(inputs[place][starts[place]...]), of: size, source: source)[...]
        }
        var (given, lines, taken) = (cut, [String](), starts)
        while true {
            switch merge.next() {
            case .needs(let place):
                if given[place] > 0, let batch = left[place].popFirst() {
                    given[place] -= 1
                    merge.offer(batch, of: place)
                } else {
                    merge.end(place, isCut: given[place] == 0)
                }
            case .batch(let batch):
                for rest in batch.merged?.rests ?? [] {
                    if let place = Int(rest.source.name) { taken[place] = Int(rest.lines) }
                }
                let text = batch.merged?.block.bytes.text ?? ""
                lines += text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
            case .finished: return (lines, taken)
            }
        }
    }

    private func randomInputs(_ chance: inout SeededNumbers) -> [[String]] {
        (0..<3).map { source in
            var time = 0
            return (0..<Int.random(in: 0...60, using: &chance)).map { number in
                time += Int.random(in: -1...3, using: &chance)
                if Int.random(in: 0..<5, using: &chance) == 0 { return "bad \(source) \(number)" }
                return line(max(0, time), id: "\(source)-\(number)")
            }
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8]) func whatIsReadAgainBehindACutComesInTheSameOrder(_ seed: UInt64)
    {
        var chance = SeededNumbers(seed: seed)
        let inputs = randomInputs(&chance)
        let whole = mergeCut(inputs, from: [0, 0, 0], cut: [1000, 1000, 1000], of: 7).lines
        #expect(whole.count == inputs.joined().count)
        for _ in 0..<30 {
            let cut = inputs.map { _ in Int.random(in: 0...20, using: &chance) }
            let size = Int.random(in: 1...9, using: &chance)
            let first = mergeCut(inputs, from: [0, 0, 0], cut: cut, of: size)
            #expect(first.lines.elementsEqual(whole.prefix(first.lines.count)))
            #expect(first.taken.reduce(0, +) == first.lines.count)
            let rest = mergeCut(inputs, from: first.taken, cut: [1000, 1000, 1000], of: size)
            #expect(first.lines + rest.lines == whole)
        }
    }

    /// What came through a pipe is gone when it is not taken, so it is taken, and of files what comes before it.
    @Test(arguments: [UInt64(1), 2, 3, 4]) func whatCannotBeReadAgainIsTakenAtACut(_ seed: UInt64) {
        var chance = SeededNumbers(seed: seed)
        let inputs = randomInputs(&chance)
        for pipes in [Set([0]), [1], [0, 2]] {
            let cut = inputs.map { _ in Int.random(in: 0...9, using: &chance) }
            let first = mergeCut(inputs, from: [0, 0, 0], cut: cut, of: 3, pipes: pipes)
            for pipe in pipes { #expect(first.taken[pipe] == min(inputs[pipe].count, cut[pipe] * 3)) }
            let starts = first.taken
            let rest = mergeCut(inputs, from: starts, cut: [1000, 1000, 1000], of: 3)
            #expect((first.lines + rest.lines).sorted() == inputs.joined().sorted())
        }
    }
}

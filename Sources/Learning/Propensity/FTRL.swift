import Glibc
package import Storage

/// Weights of features for one action, learnt by FTRL-Proximal by coordinates (McMahan and others, 2013).
///
/// Features are names, hashed to 2^18 weights. Each has z and n; w = 0 where |z| ≤ λ₁, else
/// −(z − sgn(z) λ₁) / ((β + √n) / α + λ₂). After a trial with gradient g of the logistic loss by the coordinate:
/// σ = (√(n + g²) − √n) / α, z ← z + g − σ w, n ← n + g². Numbers are of single precision, as in Vowpal Wabbit, whose
/// predictions these are where the constant stands behind all other features.
package struct FTRL: Sendable {
    private struct Weight: BitwiseCopyable {
        var w: Float = 0
        var z: Float = 0
        var n: Float = 0
    }

    /// Weights by their features' places, those at the home of a place or behind it: open addressing, of which at most half
    /// is taken.
    private struct WeightTable {
        private struct Slot: BitwiseCopyable {
            /// A place plus one; 0 is free.
            var key: UInt32 = 0
            var weight = Weight()
        }

        private var slots = [Slot](repeating: Slot(), count: 8)
        private(set) var count = 0

        private func slot(of place: UInt32) -> Int {
            // The places are hashes already; but for the constant feature's.
            var slot = Int(place) & (slots.count - 1)
            while slots[slot].key != 0, slots[slot].key != place + 1 { slot = (slot + 1) & (slots.count - 1) }
            return slot
        }

        /// One that was never learnt is all zeros.
        subscript(place: UInt32) -> Weight {
            get { slots[slot(of: place)].weight }
            set {
                let slot = slot(of: place)
                slots[slot].weight = newValue
                if slots[slot].key != 0 { return }
                slots[slot].key = place + 1
                count += 1
                if count * 2 > slots.count { grow() }
            }
        }

        private mutating func grow() {
            let old = sorted
            slots = [Slot](repeating: Slot(), count: slots.count * 2)
            count = 0
            for (place, weight) in old { self[place] = weight }
        }

        /// All that were learnt, by their places.
        var sorted: [(place: UInt32, weight: Weight)] {
            slots.filter { $0.key != 0 }.map { ($0.key - 1, $0.weight) }.sorted { $0.place < $1.place }
        }
    }

    /// One feature of one trial.
    package struct Feature: BitwiseCopyable, Sendable, Equatable {
        /// Its place among the 2^18.
        package var place: UInt32
        package var value: Float

        package init(place: UInt32, value: Float) { (self.place, self.value) = (place, value) }

        /// The feature as a word, and back.
        var word: UInt64 { UInt64(place) | UInt64(value.bitPattern) << 32 }
        init(word: UInt64) {
            self.init(
                place: UInt32(truncatingIfNeeded: word),
                value: Float(bitPattern: UInt32(truncatingIfNeeded: word >> 32)))
        }
    }

    /// Scores beyond this are no better than certain, either way.
    private static let scoreMost: Float = 50
    /// The greatest value of a feature, either way: its square, summed up over all trials that there may be, is finite in
    /// single precision. One beyond would make a weight, and then all, no numbers.
    package static let valueMost = 1e15
    /// The place of the feature that is always there.
    package static let constant = Feature(place: 1 << 18, value: 1)

    /// α, β, λ₁, λ₂.
    private let terms: (alpha: Float, beta: Float, l1: Float, l2: Float)
    /// Only weights that were learnt are here: most of the 2^18 never are.
    private var weights = WeightTable()

    package init(_ plan: FTRLPlan) {
        terms = (Float(plan.alpha), Float(plan.beta), Float(plan.l1), Float(plan.l2))
    }

    package var count: Int { weights.count }
    package var bytes: Int { weights.count * 32 }

    /// The place of a feature's weight, by its name.
    package static func place(of name: View<UInt8>) -> UInt32 {
        UInt32(truncatingIfNeeded: Hash64.of(name) & (1 << 18 - 1))
    }

    /// The sum of the values of some of the features, each by its weight.
    private func score(_ features: [Feature], _ range: Range<Int>) -> Float {
        var sum: Float = 0
        for index in range { sum += weights[features[index].place].w * features[index].value }
        return min(max(sum, -FTRL.scoreMost), FTRL.scoreMost)
    }

    /// How likely a trial with some of these features succeeds: with those of `range`, or all.
    package func predict(_ features: [Feature], _ range: Range<Int>? = nil) -> Double {
        1 / (1 + exp(-Double(score(features, range ?? features.indices))))
    }

    /// Learns from a settled trial.
    package mutating func learn(_ features: [Feature], success: Bool) {
        // The loss is log(1 + e^(−y s)) with y of ±1.
        let label: Float = success ? 1 : -1
        let slope = -label / (1 + expf(label * score(features, features.indices)))
        let (alpha, beta, l1, l2) = terms
        for feature in features where feature.value != 0 {
            var weight = weights[feature.place]
            let gradient = slope * feature.value
            let n = weight.n + gradient * gradient
            let root = n.squareRoot()
            weight.z += gradient - (root - weight.n.squareRoot()) / alpha * weight.w
            weight.n = n
            let size = weight.z.magnitude
            let scale = l2 + (beta + root) / alpha
            // Where the first gradient is so small that its square is nothing, β and λ₂ may be all that there is.
            if size <= l1 || scale == 0 {
                weight.w = 0
            } else {
                let step = 1 / scale
                weight.w = step * (weight.z < 0 ? -1 : 1) * (l1 - size)
            }
            weights[feature.place] = weight
        }
    }

    /// The same weights under another plan, which is how fast they are learnt on.
    package func following(_ plan: FTRLPlan) -> FTRL {
        var model = FTRL(plan)
        model.weights = weights
        return model
    }

    /// Puts the weights into an image.
    package func add(to image: StateImage) {
        image.put(weights.count)
        for (place, weight) in weights.sorted {
            image.put(UInt64(place) | UInt64(weight.w.bitPattern) << 32)
            image.put(UInt64(weight.z.bitPattern) | UInt64(weight.n.bitPattern) << 32)
        }
    }

    /// Makes new weights what an image says.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        for _ in 0..<(try reader.count(of: 16)) {
            let (first, second) = (try reader.word(), try reader.word())
            guard UInt32(truncatingIfNeeded: first) <= FTRL.constant.place else {
                throw .unfit("a weight stands at a place that there is not")
            }
            weights[UInt32(truncatingIfNeeded: first)] = Weight(
                w: Float(bitPattern: UInt32(truncatingIfNeeded: first >> 32)),
                z: Float(bitPattern: UInt32(truncatingIfNeeded: second)),
                n: Float(bitPattern: UInt32(truncatingIfNeeded: second >> 32)))
        }
    }
}

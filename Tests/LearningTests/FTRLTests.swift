import Testing

@testable import Learning

/// Weights learnt by FTRL-Proximal.
@Suite struct FTRLTests {
    /// Vowpal Wabbit 9.11.9 (`--ftrl`, loss_function logistic) said so of the same 20,000 steps,
    /// before the steps 100, 1,000 and 19,999 and summed up over all: α, β, λ₁, λ₂, and its
    /// predictions. Feature values are whole, since Vowpal Wabbit reads others from text with an
    /// error in the last digit.
    @Test(arguments: [
        [
            0.1, 1.0, 0.0, 0.0, 0.334092425256904, 0.34671687959060815, 0.47112297963507827,
            8682.82849685222,
        ],
        [
            0.1, 1.0, 1.0, 0.0, 0.3642879505113088, 0.3550638531445225, 0.4710540545698213,
            8686.863210787105,
        ],
        [
            0.5, 0.0, 0.0, 0.1, 0.011434050400842995, 0.17057464234666644, 0.4704714846028301,
            8659.350702035428,
        ],
        [
            0.05, 2.0, 3.0, 1.0, 0.4685542980186941, 0.4007469258594142, 0.46580368592016647,
            8762.730043104251,
        ],
    ]) func equalsVowpalWabbit(known: [Double]) {
        var plan = FTRLPlan()
        (plan.alpha, plan.beta, plan.l1, plan.l2) = (known[0], known[1], known[2], known[3])
        var model = FTRL(plan)
        var said: [Double] = []
        for step in 0..<20_000 {
            var features: [FTRL.Feature] = []
            var last = 0
            for turn in 0..<1 + step % 7 {
                let place = (step * 7 + turn * 11) % 30
                let value = (step * 13 + place * 5) % 9 - 4
                last = place * (value == 0 ? 1 : value)
                features.append(FTRL.Feature(place: UInt32(place), value: value == 0 ? 1 : Float(value)))
            }
            let mixed = step * step * 3 + step * 7 % 30 * 17 + last * 7
            // Vowpal Wabbit has the constant behind all others, and sums are of single precision.
            features.append(FTRL.constant)
            said.append(model.predict(features))
            model.learn(features, success: (mixed % 10 + 10) % 10 < 4)
        }
        for (place, step) in [(4, 100), (5, 1000), (6, 19_999)] {
            #expect((said[step] - known[place]).magnitude < 1e-12, "\(step)")
        }
        #expect((said.reduce(0, +) - known[7]).magnitude < 1e-6)
    }
}

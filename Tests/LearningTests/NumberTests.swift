import TestSupport
import Testing

@testable import Learning

/// The functions that chance and what is learnt are made of.
@Suite struct NumberTests {
    @Test func polygammaFunctionsHaveTheirKnownValues() {
        let known: [(x: Double, first: Double, second: Double)] = [
            (1, -0.5772156649015329, 1.6449340668482264), (0.5, -1.9635100260214235, 4.934802200544679),
            (2, 0.42278433509846714, 0.6449340668482264),
        ]
        for (x, first, second) in known {
            #expect((Polygamma.digamma(x) - first).magnitude < 1e-13)
            #expect((Polygamma.trigamma(x) - second).magnitude < 1e-13)
        }
        var numbers = SeededNumbers(seed: 1)
        for _ in 0..<200 {
            let x = Double(1 + numbers.below(1_000_000)) / 10_000
            let step = 1 / x
            #expect((Polygamma.digamma(x + 1) - Polygamma.digamma(x) - step).magnitude < 1e-12 * (1 + step))
            #expect(
                (Polygamma.trigamma(x) - Polygamma.trigamma(x + 1) - step * step).magnitude < 1e-11 * (1 + step * step))
        }
    }

    @Test func quantilesAreWhereTheirShareLies() {
        #expect((Normal.quantile(0.975) - 1.959963984540054).magnitude < 1e-14)
        for p in [1e-9, 0.001, 0.02, 0.3, 0.5, 0.77, 0.999] {
            #expect((Normal.probability(below: Normal.quantile(p)) / p - 1).magnitude < 1e-12)
            #expect((Normal.quantile(p) + Normal.quantile(1 - p)).magnitude < 1e-6)
        }
    }
}

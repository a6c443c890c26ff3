import TestSupport
import Testing

@testable import Storage

/// Decimal digits are those of the standard library, whichever way they come about.
@Suite struct DecimalTextTests {
    private func shortest(_ number: Double) -> String {
        var text: [UInt8] = []
        text.append(shortest: number)
        return String(decoding: text, as: UTF8.self)
    }

    @Test(arguments: [
        0, -0.0, 0.1, 0.1 + 0.2, 68.46, 6845.999999999999, 0.001, 0.0009, 0.00099999, 1e9, 999_999_999.9999, 1e-5,
        123456.7891, -87.32, 0.3, 2.5e-3, 1e300, .leastNonzeroMagnitude, 100, 1000.0001, 0.99995, 999_999_999.99995,
    ])
    func aNumberIsAsItsDescription(_ number: Double) { #expect(shortest(number) == number.description) }

    @Test func manyNumbersAreAsTheirDescriptions() {
        var dice = SeededNumbers(seed: 7)
        for round in 0..<200_000 {
            let scale = [1, 10, 100, 1000, 10_000, 100_000][round % 6]
            let decimal = Double(dice.below(UInt64(20_000_000_000_000))) / Double(scale)
            let small = Double(dice.below(UInt64(1_000_000))) / Double(scale)
            let neighbour = round % 2 == 0 ? small.nextUp : small.nextDown
            let product = Double(dice.below(UInt64(10_000))) / 100 * (Double(dice.below(UInt64(1000))) / 1000)
            let any = Double(bitPattern: dice.next())
            for number in [decimal, small, -small, neighbour, product, any] where number.isFinite {
                if shortest(number) != number.description { #expect(shortest(number) == number.description) }
            }
        }
    }

    @Test(arguments: [0, 9, 10, -1, -10, .max, .min, 4711]) func anIntegerIsAsItsDescription(_ number: Int) {
        var text: [UInt8] = []
        text.append(decimal: number)
        #expect(String(decoding: text, as: UTF8.self) == number.description)
    }
}

import Storage
import TestSupport
import Testing

@testable import Cells

/// What a bank grants follows from the claims, in their order, and is never more than there is.
@Suite struct BankTests {
    private static func account(_ window: Int64 = 1, value: String = "") -> LeaseAccount {
        LeaseAccount(budget: Array("all".utf8), value: Array(value.utf8), window: window)
    }

    private static func claim(_ partition: Int, _ total: Int, pool: Int = 10, window: Int64 = 1) -> LeaseClaim {
        LeaseClaim(partition: partition, account: account(window), total: total, pool: pool)
    }

    @Test func grantsWhatIsLeftAndNoMore() {
        var bank = Bank()
        bank.take(Self.claim(0, 4))
        bank.take(Self.claim(1, 7))
        bank.take(Self.claim(2, 1))
        let granted = (0..<3).map { bank.granted(Self.account(), to: $0) }
        #expect(granted == [4, 6, 0])
        #expect(bank.left(Self.account(), of: 10) == 0 && bank.left(Self.account(), of: 12) == 2)
        #expect(bank.left(Self.account(2), of: 10) == 10 && bank.left(Self.account(value: "x"), of: 10) == 10)
    }

    @Test func aClaimThatIsMadeAgainChangesNothing() {
        var bank = Bank()
        for _ in 0..<3 { bank.take(Self.claim(0, 4)) }
        bank.take(Self.claim(0, 2))
        #expect(bank.granted(Self.account(), to: 0) == 4 && bank.left(Self.account(), of: 10) == 6)
        #expect(bank.hasHeard(Self.account(), of: 0, total: 4) && !bank.hasHeard(Self.account(), of: 0, total: 5))
    }

    /// What was granted stays so where a pool becomes smaller.
    @Test func aSmallerPoolTakesNothingBack() {
        var bank = Bank()
        bank.take(Self.claim(0, 8))
        bank.take(Self.claim(1, 5, pool: 6))
        #expect(bank.granted(Self.account(), to: 0) == 8 && bank.granted(Self.account(), to: 1) == 0)
    }

    /// Windows that are let go of are closed for good, so that nothing is granted of them twice.
    @Test func oldWindowsAreClosed() {
        var bank = Bank()
        for window in 1...2000 as ClosedRange<Int64> { bank.take(Self.claim(0, 10, window: window)) }
        #expect(bank.granted(Self.account(2000), to: 0) == 10)
        #expect(bank.left(Self.account(5), of: 10) == 0)
        bank.take(Self.claim(1, 10, window: 5))
        #expect(bank.granted(Self.account(5), to: 1) == 0 && bank.hasHeard(Self.account(5), of: 1, total: 10))
    }

    @Test func readsWhatItWrites() {
        let claim = LeaseClaim(
            partition: 7, account: Self.account(-9, value: "\"x\""), total: 1 << 40, pool: 1 << 50)
        #expect(View.of(claim.bytes) { LeaseClaim($0) } == claim)
        for index in claim.bytes.indices {
            var bytes = claim.bytes
            bytes[index] ^= 1
            #expect(View.of(bytes) { LeaseClaim($0) } == nil)
            #expect(View.of(Array(claim.bytes.prefix(index))) { LeaseClaim($0) } == nil)
        }
    }
}

import Storage
import Testing

struct SetOnceTests {
    @Test func keepsTheFirstValue() {
        let place = SetOnce<[Int]>()
        #expect(place.value == nil)
        place.set([1])
        place.set([2])
        #expect(place.value == [1])
    }

    @Test func oneOfSeveralWhoSetItWins() async {
        final class Holder: Sendable { let place = SetOnce<Int>() }
        let holder = Holder()
        let seen = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    holder.place.set(number)
                    return holder.place.value
                }
            }
            var seen: Set<Int?> = []
            for await value in group { seen.insert(value) }
            return seen
        }
        #expect(seen == [holder.place.value] && holder.place.value != nil)
    }
}

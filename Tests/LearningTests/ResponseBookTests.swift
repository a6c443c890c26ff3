import Events
import Storage
import TestSupport
import Testing

@testable import Learning

/// The decisions that are open, and what is due of them.
@Suite struct ResponseBookTests {
    @Test func whatIsDueComesByTimeAndThenByOrder() {
        var numbers = SeededNumbers(seed: 3)
        var queue = DueQueue()
        var waiting: [(time: Int64, order: UInt64)] = []
        for order in 0..<400 {
            let time = Int64(numbers.below(50))
            queue.put(Instant(microseconds: time), customer: 1, decision: UInt64(order))
            waiting.append((time, UInt64(order)))
            if numbers.isTrue(of: 3), let least = waiting.min(by: { ($0.time, $0.order) < ($1.time, $1.order) }) {
                let taken = queue.take()
                #expect(taken.time.microseconds == least.time && taken.decision == least.order)
                waiting.removeAll { $0.order == least.order }
            }
        }
        while let least = waiting.min(by: { ($0.time, $0.order) < ($1.time, $1.order) }) {
            #expect(queue.take().decision == least.order)
            waiting.removeAll { $0.order == least.order }
        }
        #expect(queue.next == .distantFuture)
    }

    private static func reference(_ text: String) -> ResponseBook.Reference {
        View.of(Array(text.utf8)) { ResponseBook.Reference($0) }
    }

    @Test func onlyADecisionsIdIsOne() {
        guard case .decision(0x91AB_04C2_D7E5_F603) = Self.reference("d-91ab04c2d7e5f603") else {
            Issue.record("the id is not read")
            return
        }
        for text in ["", "d-", "m-91ab04c2d7e5f603", "d-91AB04c2d7e5f603", "d-91ab04c2d7e5f60", "d-91ab04c2d7e5f6030"] {
            guard case .foreign = Self.reference(text) else {
                Issue.record("\(text) is taken for an id")
                continue
            }
        }
    }

    /// Freed places are used again, also behind an image, and nothing is left when all is over.
    @Test(arguments: [false, true]) func aBookIsEmptyAgainWhenAllIsOver(goesOnFromImages: Bool) throws {
        var terms = ResponseTerms()
        terms[.accept] = 1_000
        var book = ResponseBook(terms)
        var (most, longest) = (0, 0)
        for round in 0..<500 {
            let time = Instant(microseconds: Int64(round) * 100)
            while let (due, _, place, _) = book.nextDue(upTo: time) {
                if case .over(let decision) = due { book.close(decision, at: place) }
            }
            if goesOnFromImages {
                let image = StateImage()
                book.add(to: image)
                let bytes = image.copied()
                longest = max(longest, bytes.count)
                var next = ResponseBook(terms)
                try next.restore(from: StateReader(bytes))
                book = next
            }
            let id = Array("c\(round % 7)".utf8)
            View.of(id) { id in
                _ = book.open(
                    OpenDecision(
                        id: UInt64(round + 1), time: time, action: 0, channel: -1, worth: 1, isControl: false,
                        isPending: true),
                    of: id, hash: Hash64.of(id), notes: [Array("long enough for a block".utf8), nil])
            }
            most = max(most, book.bytes)
        }
        #expect(book.openCount == 10 && most < 4_000 && longest < 8_000, "\(longest)")
        while let (due, _, place, _) = book.nextDue(upTo: .latest) {
            if case .over(let decision) = due { book.close(decision, at: place) }
        }
        #expect(book.openCount == 0 && book.customerCount == 0 && book.bytes == 0)
    }

    private static func bytes<Result>(_ name: String, _ body: (View<UInt8>, UInt64) -> Result) -> Result {
        View.of(Array(name.utf8)) { body($0, Hash64.of($0)) }
    }

    private static func decision(_ id: UInt64, at time: Int64) -> OpenDecision {
        OpenDecision(
            id: id, time: Instant(microseconds: time), action: 0, channel: -1, worth: 1, isControl: false,
            isPending: false)
    }

    private static func place(_ attribution: ResponseBook.Attribution) -> String {
        switch attribution {
        case .decision: "attributed"
        case .repeated: "repeated"
        case .unattributed: "unattributed"
        }
    }

    /// What says that something came of a decision before it was made says nothing, whether it names it or not.
    @Test func nothingComesOfADecisionBeforeIt() {
        var terms = ResponseTerms()
        terms[.accept] = 1_000
        var book = ResponseBook(terms)
        Self.bytes("c") { _ = book.open(Self.decision(7, at: 500), of: $0, hash: $1) }
        for reference in [ResponseBook.Reference.none, .decision(7)] {
            for (time, wanted) in [
                (499, "unattributed"), (500, "attributed"), (1_499, "attributed"), (1_500, "unattributed"),
            ] {
                let found = Self.bytes("c") {
                    Self.place(
                        book.attribution(
                            of: .accept, to: reference, of: $0, hash: $1, at: Instant(microseconds: Int64(time))))
                }
                #expect(found == wanted, "at \(time)")
            }
        }
    }

    /// What is due of a customer's decisions is due at the same instants when the customer turns out to be another.
    @Test func whatIsDueStaysDueWhenCustomersMerge() {
        var terms = ResponseTerms()
        terms[.accept] = 1_000
        terms[.impression] = 5_000
        terms.ignoredAfter = 700
        func due(merging: Bool) -> [String] {
            var book = ResponseBook(terms)
            var decision = Self.decision(7, at: 100)
            decision.settleBy = Instant(microseconds: 1_100)
            Self.bytes("a") { _ = book.open(decision, of: $0, hash: $1) }
            Self.bytes("a") {
                book.remember(
                    PastOutcome(
                        time: Instant(microseconds: 200), until: Instant(microseconds: 9_000), action: 0, channel: -1,
                        outcome: .reject), of: $0, hash: $1)
            }
            if merging {
                Self.bytes("a") { other, otherHash in
                    Self.bytes("b") { _ = book.merge(other, otherHash: otherHash, into: $0, hash: $1) }
                }
            }
            var all: [String] = []
            while let (due, at, place, _) = book.nextDue(upTo: .latest) {
                let what =
                    switch due {
                    case .ignored: "ignored"
                    case .lapsed: "lapsed"
                    case .over: "over"
                    }
                all.append("\(what) \(at.microseconds)")
                if case .over(let decision) = due { book.close(decision, at: place) }
            }
            #expect(book.customerCount == 0 && book.openCount == 0)
            return all
        }
        #expect(due(merging: false) == ["ignored 800", "lapsed 1100", "over 5100"])
        #expect(due(merging: true) == due(merging: false))
    }

    /// Of one instant the decision that was made later is the newer, whoever of two customers had it.
    @Test(arguments: [("a", "b"), ("b", "a")]) func ofOneInstantTheLaterIsTheNewer(from: String, into: String) throws {
        var terms = ResponseTerms()
        terms[.accept] = 1_000
        var book = ResponseBook(terms)
        for (id, name) in ["a", "b", "b", "a", "b", "a"].enumerated() {
            Self.bytes(name) { _ = book.open(Self.decision(UInt64(id), at: 0), of: $0, hash: $1) }
        }
        Self.bytes(from) { other, otherHash in
            Self.bytes(into) { _ = book.merge(other, otherHash: otherHash, into: $0, hash: $1) }
        }
        let at = Instant(microseconds: 5)
        for id in (0..<6 as Range<UInt64>).reversed() {
            let found = Self.bytes(into) {
                book.attribution(of: .accept, to: .none, of: $0, hash: $1, at: at)
            }
            guard case .decision(let handle) = found else {
                Issue.record("decision \(id) is open")
                return
            }
            #expect(book.decision(handle).id == id)
            book.note(.accept, of: handle, hash: Self.bytes(into) { $1 }, at: at)
        }
    }

    /// A customer has at most sixteen open decisions and 256 outcomes, also when two become one; the oldest go.
    @Test func whatIsTooMuchGivesUpItsPlace() throws {
        var terms = ResponseTerms()
        terms[.accept] = 100_000
        var book = ResponseBook(terms)
        var gone: [UInt64] = []
        for number in 0..<17 {
            Self.bytes("a") {
                if let oldest = book.open(Self.decision(UInt64(number + 1), at: Int64(number)), of: $0, hash: $1) {
                    gone.append(oldest.id)
                }
            }
        }
        #expect(gone == [1] && book.openCount == ResponseBook.openLimit && book.displaced == 1)
        for (name, count) in [("a", 200), ("b", 257)] {
            for number in 0..<count {
                Self.bytes(name) {
                    book.remember(
                        PastOutcome(
                            time: Instant(microseconds: Int64(number)), until: Instant(microseconds: 90_000),
                            action: 0, channel: -1, outcome: .reject), of: $0, hash: $1)
                }
            }
        }
        #expect(book.forgotten == 1)
        Self.bytes("b") { _ = book.open(Self.decision(100, at: 50), of: $0, hash: $1) }
        let displaced = Self.bytes("a") { other, otherHash in
            Self.bytes("b") { book.merge(other, otherHash: otherHash, into: $0, hash: $1) }
        }
        #expect(displaced.map(\.id) == [2] && book.openCount == ResponseBook.openLimit && book.displaced == 2)
        var outcomes = 0
        Self.bytes("b") {
            book.forEachPast(of: $0, hash: $1) { _ in
                outcomes += 1
                return true
            }
        }
        #expect(outcomes == ResponseBook.pastLimit && book.forgotten == 201)
        let image = StateImage()
        book.add(to: image)
        var next = ResponseBook(terms)
        try next.restore(from: StateReader(image.copied()))
        #expect(next.displaced == 2 && next.forgotten == 201 && next.openCount == 16 && next.next == book.next)
        // Who is forgotten leaves nothing, neither decisions nor outcomes.
        Self.bytes("b") { next.forget($0, hash: $1) }
        #expect(next.openCount == 0 && next.customerCount == 0)
        while next.nextDue(upTo: .latest) != nil {}
        #expect(next.bytes == 0)
    }

    /// Who sees an offer just before its time is over has all the time to ignore it; other outcomes begin no such time.
    @Test func ignoringRunsFromTheImpressionAlone() {
        var terms = ResponseTerms()
        (terms[.impression], terms[.click]) = (1_000, 1_000)
        (terms.ignoredAfter, terms.runsFromImpression) = (700, true)
        for (outcome, ends) in [(Outcome.impression, ["ignored 1600", "over 1600"]), (.click, ["over 1000"])] {
            var book = ResponseBook(terms)
            let at = Instant(microseconds: 900)
            Self.bytes("c") { customer, hash in
                _ = book.open(Self.decision(7, at: 0), of: customer, hash: hash)
                guard
                    case .decision(let handle) = book.attribution(
                        of: outcome, to: .none, of: customer, hash: hash, at: at)
                else { return }
                book.note(outcome, of: handle, hash: hash, at: at)
                #expect((book.decision(handle).seen == at) == (outcome == .impression))
            }
            var all: [String] = []
            while let (due, at, place, _) = book.nextDue(upTo: .latest) {
                guard case .over(let decision) = due else {
                    all.append("ignored \(at.microseconds)")
                    continue
                }
                all.append("over \(at.microseconds)")
                book.close(decision, at: place)
            }
            #expect(all == ends)
        }
    }
}

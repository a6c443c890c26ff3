package import Events
package import Journeys
import Storage
import Synchronization

/// What is known of a customer at one instant.
package struct KnownCustomer: Sendable {
    package let state: CustomerState
    package let time: Instant
}

/// Asks for what is known of one customer at one point between two events.
package struct CustomerRequest: Sendable {
    /// Its id; for the shards, what it is kept under.
    package let id: [UInt8]
    /// Called while nothing moves; with nil where nothing is known.
    package let take: @Sendable (KnownCustomer?) -> Void

    package init(_ id: [UInt8], take: @escaping @Sendable (KnownCustomer?) -> Void) {
        self.id = id
        self.take = take
    }
}

/// Looks at single customers for those who watch, a few at a time. Nobody waits: who asks too early asks again.
package final class CustomerLooks: Sendable {
    /// What there is to say of a customer by now.
    package enum Answer: Sendable, Equatable {
        /// The engine has been asked.
        case asked
        case nothing
        /// JSON.
        case known(String)
    }

    /// How many customers are asked for at a time.
    private static let most = 16
    /// For so many nanoseconds an answer is good.
    private static let freshness: Int64 = 2_000_000_000
    private static let patience: Int64 = 30_000_000_000

    private struct Look {
        let id: [UInt8]
        let at: Int64
        var answer: Answer
    }

    private let controls: ControlQueue
    private let render: @Sendable (KnownCustomer) -> String
    private let looks = Mutex<[Look]>([])

    /// - Parameter render: makes JSON of what is known; called while nothing moves.
    package init(_ controls: ControlQueue, render: @escaping @Sendable (KnownCustomer) -> String) {
        self.controls = controls
        self.render = render
    }

    /// What is known of a customer, as far as the engine has said so.
    /// - Parameter now: by the monotonic clock.
    package func answer(for id: [UInt8], at now: Int64) -> Answer {
        let answer = looks.withLock { looks -> Answer? in
            looks.removeAll { now - $0.at > ($0.answer == .asked ? Self.patience : Self.freshness) }
            if let look = looks.first(where: { $0.id == id }) { return look.answer }
            if looks.count == Self.most { return .asked }
            looks.append(Look(id: id, at: now, answer: .asked))
            return nil
        }
        if let answer { return answer }
        controls.post(.customer(CustomerRequest(id) { [weak self] in self?.note(id, $0) }))
        return .asked
    }

    private func note(_ id: [UInt8], _ known: KnownCustomer?) {
        let answer = known.map { Answer.known(render($0)) } ?? .nothing
        let now = System.monotonicClock
        looks.withLock { looks in
            guard let place = looks.firstIndex(where: { $0.id == id }) else { return }
            looks[place] = Look(id: id, at: now, answer: answer)
        }
    }
}

import Events
import Storage

/// Delivers lines by requests, one after the other, each until it is taken or refused. Waits on its thread between them.
struct WebDelivery {
    /// The most bytes of lines in one request, unless a single line has more.
    private static let requestBytes = 1 << 20

    private let delivery: Delivery
    private let client: WebClient
    private var schedule: RetrySchedule
    private var rate: SendingRate?
    /// Until when the receiver asked to be left alone, by the steady clock: whatever is sent next.
    private var resumption: Int64 = 0

    init(_ delivery: Delivery, _ client: WebClient, _ schedule: RetrySchedule) {
        self.delivery = delivery
        self.client = client
        self.schedule = schedule
        rate = delivery.plan.delivery.rate.map { SendingRate($0) }
    }

    mutating func run() {
        while !delivery.isOver {
            // Asked first: what is added before the end is found below.
            let isClosed = delivery.backlog.isClosed
            do throws(DeliveryFault) {
                let batch = delivery.plan.delivery.batch
                if let parcel = try delivery.next(mostLines: batch, mostBytes: WebDelivery.requestBytes) {
                    guard post(parcel) else { return }
                } else if isClosed {
                    return
                } else {
                    delivery.rest(milliseconds: 500)
                }
            } catch {
                fail(error)
                waitForTurn()
            }
        }
    }

    /// Tries until the lines are taken, or given up for good; false where the delivery is over before that.
    private mutating func post(_ parcel: Parcel) -> Bool {
        while !delivery.isOver {
            waitForTurn()
            if delivery.isOver { return false }
            let outcome = client.post(parcel, form: delivery.form)
            // Noted once it is answered: it may have been under way for long, and the receiver counts when it comes.
            rate?.note(at: System.steadyClock)
            switch outcome {
            case .taken:
                succeed()
                delivery.taken(parcel.lines.count, before: parcel.next)
                return true
            case .refused(let reason):
                succeed()
                if parcel.lines.count == 1 {
                    delivery.refuse(parcel, reason: reason)
                    return true
                }
                // One of them may be the only one that is at fault.
                for index in parcel.lines.indices {
                    guard post(parcel.part(index)) else { return false }
                }
                return true
            case .failed(let fault):
                // A request that was broken off because it is all over did not fail.
                if delivery.isOver { return false }
                fail(fault)
                if schedule.isOver {
                    let attempts = schedule.failures
                    schedule.succeed()
                    delivery.refuse(parcel, reason: "given up after \(attempts) attempts: \(fault.reason)")
                    return true
                }
            }
        }
        return false
    }

    /// Waits until a request may be made, or it is all over. Every request counts, the first for its lines or not.
    private func waitForTurn() {
        while !delivery.isOver {
            let now = System.steadyClock
            let pause = max(rate?.pause(at: now) ?? 0, resumption - now)
            if pause <= 0 { return }
            delivery.pause(microseconds: pause)
        }
    }

    private mutating func fail(_ fault: DeliveryFault) {
        let pause = schedule.fail(chance: Double.random(in: 0..<1), asked: fault.asked)
        // Lines that are given up are not tried again, but those behind them go to the same receiver.
        let waits = !schedule.isOver || fault.asked != nil
        delivery.record.failed(fault, pause: waits ? pause : 0)
        if waits { resumption = System.steadyClock + pause }
    }

    private mutating func succeed() {
        if schedule.failures > 0 { delivery.record.recovered(after: schedule.failures) }
        schedule.succeed()
    }
}

/// Holds requests to so many in any stretch of time, exactly: the times of the last ones are kept.
struct SendingRate {
    private let most: Int
    private let per: Int64
    /// Of the last `most` requests, oldest at `next` once there are so many.
    private var times: [Int64] = []
    private var next = 0

    init(_ plan: DeliveryPlan.Rate) {
        most = plan.most
        per = plan.per
    }

    /// For how many microseconds from now on nothing may be sent; 0 where it may.
    func pause(at now: Int64) -> Int64 {
        guard times.count == most else { return 0 }
        return max(0, times[next] + per - now)
    }

    /// Notes a request. Whoever notes it once it is answered holds also to what the receiver counts, which is when it comes
    /// there.
    mutating func note(at now: Int64) {
        if times.count < most {
            times.append(now)
        } else {
            times[next] = now
            next = (next + 1) % most
        }
    }
}

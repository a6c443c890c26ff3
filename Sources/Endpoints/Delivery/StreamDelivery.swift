import Glibc
import Storage

/// Delivers line after line to something that takes them as they come, in order, and delivers again from the first line
/// that was not taken when it breaks. Blocks: it belongs on a thread of its own.
struct StreamDelivery {
    /// How many bytes are written at once.
    private static let parcelBytes = 64 << 10

    private let delivery: Delivery
    private let receiver: any LineReceiver
    private var schedule: RetrySchedule
    private var window = SentWindow()
    /// Milliseconds until it is looked again whether what was written has been taken.
    private var look: Int32 = 1

    init(_ delivery: Delivery, _ receiver: any LineReceiver, _ schedule: RetrySchedule) {
        self.delivery = delivery
        self.receiver = receiver
        self.schedule = schedule
    }

    consuming func run() {
        while !delivery.isOver {
            do throws(DeliveryFault) {
                try receiver.open(milliseconds: Int32(clamping: delivery.plan.delivery.timeout / 1000)) {
                    delivery.isOver || delivery.backlog.isClosed && delivery.backlog.level.lineCount == 0
                }
                delivery.backlog.rewind()
                window = SentWindow()
                try serve()
                receiver.close { delivery.isOver }
                return
            } catch {
                receiver.close { true }
                if delivery.backlog.isClosed, delivery.backlog.level.lineCount == 0 { return }
                let pause = schedule.fail(chance: Double.random(in: 0..<1))
                delivery.record.failed(error, pause: pause)
                delivery.pause(microseconds: pause)
            }
        }
        receiver.close { true }
    }

    /// Hands lines over until all are taken behind the end, or it is over.
    private mutating func serve() throws(DeliveryFault) {
        while !delivery.isOver {
            try lookForBreakage()
            confirm()
            // Asked first: what is added before the end is found below.
            let isClosed = delivery.backlog.isClosed
            if let parcel = try delivery.next(mostLines: .max, mostBytes: StreamDelivery.parcelBytes) {
                try write(parcel)
                look = 1
            } else if window.isEmpty {
                if isClosed { return }
                delivery.rest(milliseconds: 500)
            } else {
                delivery.rest(milliseconds: look)
                look = min(look * 2, 50)
            }
        }
    }

    /// Writes a parcel's lines, however long that takes.
    private mutating func write(_ parcel: Parcel) throws(DeliveryFault) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        parcel.withLines { lines in
            for line in lines {
                delivery.form.append(line, to: &bytes)
                ends.append(bytes.count)
            }
        }
        var done = 0
        var noted = 0
        while done < bytes.count {
            let put = receiver.send(bytes, from: done)
            if put >= 0 {
                done += put
            } else if put == -Int(EAGAIN) {
                if delivery.isOver { return }
                receiver.waitToSend(milliseconds: 100)
                try lookForBreakage()
            } else if put != -Int(EINTR) {
                throw DeliveryFault(reason: receiver.breakage ?? "writing failed: \(SystemError(code: Int32(-put)))")
            }
            while noted < ends.count, ends[noted] <= done {
                window.note(ends[noted] - (noted == 0 ? 0 : ends[noted - 1]), next: parcel.lines[noted].next)
                noted += 1
            }
            confirm(partial: done - (noted == 0 ? 0 : ends[noted - 1]))
        }
    }

    private mutating func lookForBreakage() throws(DeliveryFault) {
        guard let reason = receiver.breakage else { return }
        // What a child read before it ended has been taken.
        confirm()
        throw DeliveryFault(reason: reason)
    }

    /// Lets go of what has been taken.
    private mutating func confirm(partial: Int = 0) {
        guard !window.isEmpty, let untaken = receiver.untaken,
            let taken = window.confirm(untaken: untaken, partial: partial)
        else { return }
        if schedule.failures > 0 { delivery.record.recovered(after: schedule.failures) }
        schedule.succeed()
        delivery.taken(taken.count, before: taken.next)
    }
}

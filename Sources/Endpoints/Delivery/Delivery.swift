package import Events
import Storage
import Synchronization
import Telemetry

/// One output whose lines are kept until somebody else has taken them.
///
/// Two parties work on it, each on a thread of its own: `add` puts the engine's lines into the backlog and waits for
/// nothing but the disk; `deliver` takes them out and hands them over, and waits for the other side as long as it takes.
/// So what the other side does is never felt by the engine before the backlog is full.
package final class Delivery: Sendable {
    /// Microseconds that are left to deliver once the program has been told to stop.
    private static let patience: Int64 = 400_000

    let plan: OutputPlan
    let form: LineForm
    let backlog: Backlog
    let record: DeliveryRecord
    private let bell: Doorbell
    private let web: WebClient?
    private let isGivenUp = Atomic(false)
    private let isDone = Atomic(false)
    private let leftCount = Atomic<Int>(0)
    /// When a line was taken last, or the first came: the wall clock.
    private let progress = Atomic<Int64>(System.wallClock)

    /// Opens what must be there at the start: the spool, and the secrets.
    init(_ plan: OutputPlan, log: Log, metrics: Metrics) throws(EndpointFault) {
        self.plan = plan
        let key = try plan.form.routingKey?.reveal("\(plan.path).routing_key") ?? ""
        form = LineForm(plan.form, routingKey: key)
        record = DeliveryRecord(plan, log: log, metrics: metrics)
        if let spool = plan.delivery.spool {
            let folder = try SpoolFolder(path: spool.folder, limit: spool.limit)
            if folder.lineCount > 0 { record.found(folder.lineCount, spool: spool.folder) }
            backlog = Backlog(folder)
        } else {
            backlog = Backlog(MemoryStore(limit: plan.delivery.queue))
        }
        do throws(SystemError) {
            bell = try Doorbell()
        } catch {
            throw EndpointFault(.cannotOpen, "\(plan.path): a pipe cannot be made: \(error)")
        }
        if case .web(let url) = plan.target {
            web = try WebClient(url: url, plan: plan)
        } else {
            web = nil
        }
    }

    /// How many lines nobody will ever get.
    /// - Parameter goesOn: whether another run delivers what this one had to leave.
    package func lostCount(goesOn: Bool) -> Int {
        record.lostCount - (goesOn ? leftCount.load(ordering: .relaxed) : 0)
    }

    /// Whether to stop trying.
    var isOver: Bool { isGivenUp.load(ordering: .acquiring) }

    // MARK: The engine's side

    /// Takes lines in. Where there is no room, what `on_overflow` says is done.
    /// - Parameter isStopping: whether the program has been told to stop, so that room is no longer waited for.
    package func add(_ lines: OutputLines, isStopping: () -> Bool) {
        if lines.isEmpty { return }
        let views = lines.lines.map { lines.text(of: $0) }
        var next = 0
        while true {
            let admission = backlog.add(views, from: next, displaces: plan.delivery.overflow == .dropOldest)
            if admission.next > next { bell.ring() }
            next = admission.next
            record.dropped(admission.displaced, "the oldest made room: \(limit) is full")
            if next == views.count { break }
            if plan.delivery.overflow == .block, !isStopping(), !isOver {
                System.sleep(milliseconds: 10)
                continue
            }
            let reason = admission.fault.map { "the spool cannot be written: \($0)" } ?? "\(limit) is full"
            record.dropped(views.count - next, reason)
            break
        }
        withExtendedLifetime(lines.block) {}
        tell()
    }

    /// A place in what was added.
    package struct Place: Sendable {
        fileprivate let end: UInt64
    }

    /// The place behind all that was added so far.
    package var place: Place { Place(end: outlasts ? 0 : backlog.places.end) }

    /// Whether all before a place outlasts the end of this process, or is nobody's concern any more: it was taken, or given
    /// up, or it is on the disk.
    package func isSafe(before place: Place) -> Bool { outlasts || backlog.places.front >= place.end }

    /// Whether what waits is still there for another run.
    private var outlasts: Bool { plan.delivery.spool != nil }

    private var limit: String { plan.delivery.spool == nil ? "the queue" : "the spool" }

    /// Says that no more lines come, and waits until all are delivered or it is time to give up: once the program has been
    /// told to stop, after a moment; else when nothing has been taken for as long as `linger`.
    package func finish(isStopping: () -> Bool) async {
        backlog.close()
        bell.ring()
        progress.store(System.wallClock, ordering: .relaxed)
        var stopped: Int64?
        while !isDone.load(ordering: .acquiring) {
            let now = System.wallClock
            if stopped == nil, isStopping() { stopped = now }
            let isTooLate = stopped.map { now - $0 > Delivery.patience } ?? false
            if isTooLate || now - progress.load(ordering: .relaxed) > plan.delivery.linger { break }
            try? await Task.sleep(for: .milliseconds(5))
        }
        isGivenUp.store(true, ordering: .releasing)
        bell.ring()
        web?.cancel()
        while !isDone.load(ordering: .acquiring) { try? await Task.sleep(for: .milliseconds(1)) }
        let left = backlog.level.lineCount
        if let spool = plan.delivery.spool {
            if left > 0 { record.left(left, spool: spool.folder) }
        } else {
            leftCount.store(left, ordering: .relaxed)
            record.dropped(left, "the run has ended before they were taken; a spool would keep them")
        }
        backlog.settle()
    }

    // MARK: The other side

    /// Delivers until all lines are taken behind `finish`, or it is given up.
    package func deliver() {
        let schedule = RetrySchedule(plan.delivery.retry)
        switch plan.target {
        case .tcp, .unix: StreamDelivery(self, SocketReceiver(plan.target), schedule).run()
        case .exec(let command): StreamDelivery(self, ChildReceiver(command: command), schedule).run()
        case .web:
            guard let web else { preconditionFailure("a webhook has a client") }
            var delivery = WebDelivery(self, web, schedule)
            delivery.run()
        case .standard, .file, .kafka: preconditionFailure("what is written is not delivered")
        }
        isDone.store(true, ordering: .releasing)
    }

    /// Notes that lines were taken.
    func taken(_ count: Int, before place: UInt64) {
        backlog.release(before: place)
        record.delivered.add(UInt64(count))
        progress.store(System.wallClock, ordering: .relaxed)
        tell()
    }

    /// Gives up a line for good.
    func refuse(_ parcel: Parcel, reason: String) {
        for index in parcel.lines.indices {
            parcel.part(index).withLines { lines in
                do throws(SystemError) {
                    if let path = plan.delivery.deadLetters {
                        try DeadLetters(path: path).add(lines[0], reason: reason, output: plan.path, at: .now)
                    }
                } catch {
                    record.cannotKeep(plan.delivery.deadLetters ?? "", error)
                }
            }
            record.refused(reason, isKept: plan.delivery.deadLetters != nil)
        }
        backlog.release(before: parcel.next)
        progress.store(System.wallClock, ordering: .relaxed)
        tell()
    }

    /// The next lines; nil where there are none. A spool that cannot be read is a fault.
    func next(mostLines: Int, mostBytes: Int) throws(DeliveryFault) -> Parcel? {
        do throws(SystemError) {
            let parcel = try backlog.next(mostLines: mostLines, mostBytes: mostBytes)
            record.dropped(backlog.takeDamage(), "the spool is damaged")
            return parcel
        } catch {
            throw DeliveryFault(reason: "the spool cannot be read: \(error)")
        }
    }

    /// Waits for lines, or the end, at most so long.
    func rest(milliseconds: Int32) {
        tell()
        bell.wait(milliseconds: milliseconds)
    }

    /// Waits before another attempt; lines that come meanwhile do not end the pause.
    func pause(microseconds: Int64) {
        let end = System.steadyClock + microseconds
        while !isOver {
            tell()
            let left = end - System.steadyClock
            if left <= 0 { return }
            bell.wait(milliseconds: Int32(min(max(left / 1000, 1), 500)))
        }
    }

    private func tell() {
        let level = backlog.level
        let now = System.wallClock
        if level.lineCount == 0 { progress.store(now, ordering: .relaxed) }
        record.note(level, lagging: max(0, now - progress.load(ordering: .relaxed)))
    }
}

import HTTP
import Storage

/// One connection to the admin server: reads a request, writes an answer, and sees the other end off.
///
/// Its calls never wait. However slow or silent the other end is, the connection is over at its deadline.
struct AdminConnection {
    /// How long a request may take to arrive, in nanoseconds, and how long its answer may take to be taken.
    static let readingTime: Int64 = 5_000_000_000
    static let writingTime: Int64 = 10_000_000_000
    /// How long, and how many bytes, are waited for once everything is said, so that the answer is not lost to a reset.
    static let leavingTime: Int64 = 1_000_000_000
    private static let leavingBytesMost = 256 << 10

    /// What it waits for.
    enum Phase { case reading, writing, leaving, over }

    let descriptor: Descriptor
    private(set) var phase = Phase.reading
    /// When it is over whatever comes, by the monotonic clock.
    private(set) var deadline: Int64
    private var parser = RequestParser(.pages)
    private var answer: [UInt8] = []
    private var sent = 0
    private var passedOver = 0

    init(_ descriptor: Descriptor, now: Int64) {
        self.descriptor = descriptor
        deadline = now + AdminConnection.readingTime
    }

    /// There is something to read.
    mutating func read(now: Int64, pages: AdminPages) {
        let block = ByteBlock(capacity: 4096)
        let got = block.read(from: descriptor.number)
        if got < 0, SystemError(code: Int32(-got)) == .wouldBlock { return }
        if got <= 0 {
            // Half a request is no request; after an answer this is the end that was waited for.
            phase = .over
            return
        }
        switch phase {
        case .reading:
            var position = 0
            switch parser.next(block.bytes, &position) {
            case .needsMore: return
            case .head(let request): begin(pages.answer(to: request), isHead: request.isHead, now: now)
            case .refused(let status): begin(AdminConnection.refusal(status), isHead: false, now: now)
            case .body, .end: preconditionFailure("what stands behind a head is passed over")
            }
        case .leaving:
            passedOver += got
            if passedOver > AdminConnection.leavingBytesMost { phase = .over }
        case .writing, .over: return
        }
    }

    /// It can be written to.
    mutating func write(now: Int64) {
        guard phase == .writing else { return }
        while sent < answer.count {
            let put = descriptor.send(answer, from: sent)
            if put < 0, SystemError(code: Int32(-put)) == .wouldBlock { return }
            if put <= 0 {
                phase = .over
                return
            }
            sent += put
        }
        answer = []
        descriptor.finishSending()
        phase = .leaving
        deadline = now + AdminConnection.leavingTime
    }

    /// Its time is over. Who sent half a request is told so, if that goes at once.
    mutating func expire() {
        if phase == .reading {
            let bytes = Response(refusing: .timeout).bytes(isHead: false, time: System.wallClock)
            _ = descriptor.send(bytes)
        }
        phase = .over
    }

    private static func refusal(_ status: Status) -> Response {
        let response = Response(refusing: status)
        return status == .methodNotAllowed ? response.with("Allow", "GET, HEAD") : response
    }

    private mutating func begin(_ response: Response, isHead: Bool, now: Int64) {
        answer = response.bytes(isHead: isHead, time: System.wallClock)
        sent = 0
        phase = .writing
        deadline = now + AdminConnection.writingTime
        write(now: now)
    }
}

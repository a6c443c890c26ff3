import Events
import Posting
import Storage
import Synchronization

/// Posts lines to a webhook, one request at a time, through `journeyd-post`, a program of its own: what speaks HTTPS takes
/// ten times as long to load as all the rest, and what it does wrong must not end the engine.
///
/// A success (2xx) means taken. What may pass (408, 425, 429, 5xx, a connection that fails, no answer in time) is to be
/// tried again, with the pause that `Retry-After` asks for; anything else is refused for good, redirections among them:
/// they would turn a POST into something else, or lead elsewhere with the headers' secrets.
final class WebClient: Sendable {
    /// What came of a request.
    enum Outcome: Sendable {
        case taken
        case refused(String)
        case failed(DeliveryFault)
    }

    private struct State {
        /// The program that posts, while there is one.
        var helper: HelperProcess?
        /// Whether no request is to be made any more.
        var isClosed = false
    }

    /// The name of the program that posts.
    private static let program = "journeyd-post"
    /// For how many microseconds beyond the timeout an answer of the program is waited for.
    private static let grace: Int64 = 2_000_000

    private let url: String
    private let headers: [(name: String, value: String)]
    private let timeout: Int64
    private let path: String
    private let state = Mutex(State())

    /// Reveals the secrets that requests need, and looks for the program that posts.
    init(url: Secret, plan: OutputPlan) throws(EndpointFault) {
        let text = try url.reveal("\(plan.path).to")
        if let fault = WebAddress.fault(text) {
            throw EndpointFault(.cannotOpen, "\(plan.path).to: what \(plan.target.shown) says \(fault)")
        }
        self.url = text
        var headers: [(name: String, value: String)] = []
        for header in plan.delivery.headers {
            let value = try header.value.reveal("\(plan.path).headers.\(header.name)")
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 9 }) else {
                throw EndpointFault(
                    .cannotOpen,
                    "\(plan.path).headers.\(header.name): the value has characters that a header cannot have")
            }
            headers.append((header.name, value))
        }
        self.headers = headers
        timeout = plan.delivery.timeout
        let companion = System.companion(WebClient.program)
        guard let path = companion.path else {
            throw EndpointFault(
                .cannotOpen,
                "\(plan.path).to: webhooks need the program \(WebClient.program), which is installed together with "
                    + "journeyd, and is neither \(companion.lookedAt.joined(separator: " nor "))")
        }
        self.path = path
    }

    /// Breaks off the request that is under way, if there is one, and every further one.
    func cancel() {
        state.withLock { state in
            state.isClosed = true
            state.helper?.end()
        }
    }

    /// Posts the lines of one parcel. Blocks until the answer is there, or the timeout is over.
    func post(_ parcel: Parcel, form: LineForm) -> Outcome {
        let request = parcel.withLines { lines in
            let own = [
                ("Content-Type", form.mediaType(lineCount: lines.count)), ("Idempotency-Key", WebClient.key(lines)),
                ("User-Agent", "journeyd"),
            ]
            return PostRequest(url: url, timeout: timeout, headers: own + headers, body: form.body(lines))
        }
        return WebClient.outcome(answer(to: request), now: .now)
    }

    private func answer(to request: PostRequest) -> PostAnswer {
        let helper: HelperProcess
        do throws(SystemError) {
            guard let running = try self.helper() else { return PostAnswer(failure: "the run has ended") }
            helper = running
        } catch {
            return PostAnswer(failure: "\(path) cannot be started: \(error)")
        }
        let deadline = System.steadyClock + timeout + WebClient.grace
        if request.frame.write(to: helper.input, before: deadline),
            let frame = PostFrame.read(from: helper.output, before: deadline), let answer = PostAnswer(frame)
        {
            return answer
        }
        let isClosed = state.withLock { state in
            state.helper = nil
            return state.isClosed
        }
        helper.end()
        helper.collect()
        return PostAnswer(failure: isClosed ? "the run has ended" : "\(path) gave no answer; it is started again")
    }

    /// The program that posts, started where it does not run; nil once no request is to be made.
    private func helper() throws(SystemError) -> HelperProcess? {
        try state.withLock { state throws(SystemError) in
            if state.isClosed { return nil }
            if state.helper == nil { state.helper = try HelperProcess(program: path) }
            return state.helper
        }
    }

    /// The same lines have the same key: the id of a line alone, or the hash of several.
    static func key(_ lines: [View<UInt8>]) -> String {
        let ids = lines.map { LineFields($0).text("id") ?? "" }
        if ids.count == 1 { return ids[0] }
        var key = Array("b-".utf8)
        key.append(hex: Hash64.of(ids.joined(separator: " ")))
        return String(decoding: key, as: UTF8.self)
    }

    /// What an answer means. Pure.
    static func outcome(_ answer: PostAnswer, now: Instant) -> Outcome {
        guard let status = answer.status else { return .failed(DeliveryFault(reason: answer.failure ?? "no answer")) }
        let excerpt = answer.excerpt.isEmpty ? "" : ": " + answer.excerpt
        switch status {
        case 200...299: return .taken
        // Such an answer only announces another one, which then did not come.
        case ..<200:
            return .failed(DeliveryFault(reason: "the connection ended behind HTTP \(status), before an answer"))
        case 408, 425, 429, 500...599:
            let asked = answer.retryAfter.flatMap { RetryAfter.pause($0, now: now) }
            return .failed(DeliveryFault(reason: "HTTP \(status)\(excerpt)", asked: asked))
        case 300...399: return .refused("HTTP \(status): redirections are not followed; write the URL that it leads to")
        default: return .refused("HTTP \(status)\(excerpt)")
        }
    }
}

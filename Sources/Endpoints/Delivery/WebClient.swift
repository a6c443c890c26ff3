import Dispatch
import Events
import Foundation
import FoundationNetworking
import Storage
import Synchronization

/// Posts lines to a webhook, one request at a time.
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

    private let url: URL
    private let headers: [(name: String, value: String)]
    private let timeout: Int64
    private let exchange = WebExchange()
    private let settings: URLSessionConfiguration

    /// Reveals the secrets that requests need.
    init(url: Secret, plan: OutputPlan) throws(EndpointFault) {
        let text = try url.reveal("\(plan.path).to")
        if let fault = WebAddress.fault(text) {
            throw EndpointFault(.cannotOpen, "\(plan.path).to: what \(plan.target.shown) says \(fault)")
        }
        guard let url = URL(string: text) else {
            throw EndpointFault(.cannotOpen, "\(plan.path).to: this is no URL; write \"https://HOST/PATH\"")
        }
        self.url = url
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
        let settings = URLSessionConfiguration.ephemeral
        settings.httpShouldSetCookies = false
        settings.httpCookieStorage = nil
        settings.urlCache = nil
        // Its own limit ends a pause between two pieces of an answer; ours, the whole.
        settings.timeoutIntervalForRequest = Double(timeout) / 1e6 + 60
        self.settings = settings
    }

    /// Breaks off the request that is under way, if there is one, and every further one.
    func cancel() { exchange.close() }

    /// Posts the lines of one parcel.
    func post(_ parcel: Parcel, form: LineForm) async -> Outcome {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        parcel.withLines { lines in
            request.httpBody = Data(form.body(lines))
            request.setValue(form.mediaType(lineCount: lines.count), forHTTPHeaderField: "Content-Type")
            request.setValue(WebClient.key(lines), forHTTPHeaderField: "Idempotency-Key")
        }
        request.setValue("journeyd", forHTTPHeaderField: "User-Agent")
        for header in headers { request.setValue(header.value, forHTTPHeaderField: header.name) }
        // A session, and so a connection, for each request: on one that is used again and turns out to be closed, the
        // request is sent once more without its body.
        let session = URLSession(configuration: settings, delegate: exchange, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let task = session.dataTask(with: request)
        let alarm = DispatchWorkItem { [exchange] in exchange.runOut(task) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(Int(clamping: timeout)), execute: alarm)
        let answer = await exchange.perform(task)
        alarm.cancel()
        return WebClient.outcome(answer, now: .now)
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
    static func outcome(_ answer: WebExchange.Answer, now: Instant) -> Outcome {
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

/// One request and its answer as the session tells of them, bit by bit.
final class WebExchange: NSObject, URLSessionDataDelegate, Sendable {
    /// What is known of an answer.
    struct Answer: Sendable {
        /// Nil where there was no answer.
        var status: Int?
        var retryAfter: String?
        /// The beginning of the body, in printable characters.
        var excerpt = ""
        /// Why there was no answer.
        var failure: String?
    }

    private struct State {
        var answer = Answer()
        var body: [UInt8] = []
        var received = 0
        var task: URLSessionTask?
        /// Whether no request is to be made any more.
        var isClosed = false
        var waiting: CheckedContinuation<Answer, Never>?
    }

    /// How much of a body is kept, and how much is read before the request is broken off.
    private static let excerptMost = 200
    private static let bodyMost = 1 << 20

    private let state = Mutex(State())

    /// Sends the request and waits for the end of its answer.
    func perform(_ task: URLSessionDataTask) async -> Answer {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if state.isClosed { return true }
                state = State(task: task, waiting: continuation)
                return false
            }
            if isClosed {
                task.cancel()
                continuation.resume(returning: Answer(failure: "the run has ended"))
            } else {
                task.resume()
            }
        }
    }

    /// Breaks off the request that is under way, and lets no further one begin.
    func close() {
        let task = state.withLock { state in
            state.isClosed = true
            if state.waiting != nil { state.answer.failure = "the run has ended" }
            return state.waiting == nil ? nil : state.task
        }
        task?.cancel()
    }

    /// Breaks off a request that takes too long.
    func runOut(_ task: URLSessionDataTask) {
        let isUnderWay = state.withLock { state in
            guard state.task === task, state.waiting != nil else { return false }
            state.answer.failure = "no answer within the timeout"
            return true
        }
        if isUnderWay { task.cancel() }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        if let response = response as? HTTPURLResponse { note(response, of: dataTask) }
        completionHandler(.allow)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        note(response, of: task)
        completionHandler(nil)
    }

    /// An answer that asks who we are: nothing can be said to that but what the headers said already, so it is as final as
    /// any other refusal. Without this the session asks its store of credentials and then reports no answer at all.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        guard let response = challenge.failureResponse as? HTTPURLResponse else {
            return completionHandler(.performDefaultHandling, nil)
        }
        note(response, of: task)
        completionHandler(.cancelAuthenticationChallenge, nil)
    }

    private func note(_ response: HTTPURLResponse, of task: URLSessionTask) {
        state.withLock { state in
            guard state.task === task else { return }
            state.answer.status = response.statusCode
            state.answer.retryAfter = response.value(forHTTPHeaderField: "Retry-After")
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooMuch = state.withLock { state in
            guard state.task === dataTask else { return false }
            state.received += data.count
            state.body += data.prefix(max(0, WebExchange.excerptMost - state.body.count))
            return state.received > WebExchange.bodyMost
        }
        if isTooMuch { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let (waiting, answer) = state.withLock { state -> (CheckedContinuation<Answer, Never>?, Answer) in
            guard state.task === task else { return (nil, state.answer) }
            defer { state.waiting = nil }
            var answer = state.answer
            answer.excerpt = WebExchange.printable(state.body)
            if answer.failure != nil {
                answer.status = nil
            } else if let error, answer.status == nil {
                answer.failure = WebExchange.words(for: error)
            }
            return (state.waiting, answer)
        }
        waiting?.resume(returning: answer)
    }

    /// What went wrong with a connection, in words.
    private static func words(for error: any Error) -> String {
        switch (error as? URLError)?.code {
        case .timedOut: "no answer within the timeout"
        case .cannotConnectToHost: "cannot connect"
        case .cannotFindHost, .dnsLookupFailed: "the host's name stands for no address"
        case .networkConnectionLost: "the connection broke"
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
            "no secure connection: the certificate or the protocol is not accepted"
        default: error.localizedDescription
        }
    }

    private static func printable(_ body: [UInt8]) -> String {
        let text = String(decoding: body, as: UTF8.self)
        let printable = text.unicodeScalars.map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : Character(scalar)
        }
        return String(printable)
    }
}

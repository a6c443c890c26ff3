import Foundation
import FoundationNetworking
import Posting
import Synchronization

/// One request and its answer as the session tells of them, bit by bit.
final class WebExchange: NSObject, URLSessionDataDelegate, Sendable {
    private struct State {
        var answer = PostAnswer()
        var body: [UInt8] = []
        var received = 0
        var task: URLSessionTask?
        /// Whether no request is to be made any more.
        var isClosed = false
        var waiting: CheckedContinuation<PostAnswer, Never>?
    }

    /// How much of a body is kept, and how much is read before the request is broken off.
    private static let excerptMost = 200
    private static let bodyMost = 1 << 20

    private let state = Mutex(State())

    /// Sends the request and waits for the end of its answer.
    func perform(_ task: URLSessionDataTask) async -> PostAnswer {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if state.isClosed { return true }
                state = State(task: task, waiting: continuation)
                return false
            }
            if isClosed {
                task.cancel()
                continuation.resume(returning: PostAnswer(failure: "the run has ended"))
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
        let (waiting, answer) = state.withLock { state -> (CheckedContinuation<PostAnswer, Never>?, PostAnswer) in
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

import Dispatch
import Foundation
import FoundationNetworking
import Posting

/// Makes requests, one after the other. Redirections are not followed, cookies not kept.
struct WebPoster {
    private let exchange = WebExchange()

    /// Makes one request and waits for the end of its answer, or of its time.
    func post(_ request: PostRequest) async -> PostAnswer {
        guard let url = URL(string: request.url) else {
            return PostAnswer(failure: "this is no URL; write \"https://HOST/PATH\"")
        }
        var posted = URLRequest(url: url)
        posted.httpMethod = "POST"
        posted.httpBody = Data(request.body)
        for header in request.headers { posted.setValue(header.value, forHTTPHeaderField: header.name) }
        let settings = URLSessionConfiguration.ephemeral
        settings.httpShouldSetCookies = false
        settings.httpCookieStorage = nil
        settings.urlCache = nil
        // Its own limit ends a pause between two pieces of an answer; ours, the whole.
        settings.timeoutIntervalForRequest = Double(request.timeout) / 1e6 + 60
        // A session, and so a connection, for each request: on one that is used again and turns out to be closed, the
        // request is sent once more without its body.
        let session = URLSession(configuration: settings, delegate: exchange, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let task = session.dataTask(with: posted)
        let alarm = DispatchWorkItem { [exchange] in exchange.runOut(task) }
        let deadline = DispatchTime.now() + .microseconds(Int(clamping: request.timeout))
        DispatchQueue.global().asyncAfter(deadline: deadline, execute: alarm)
        let answer = await exchange.perform(task)
        alarm.cancel()
        return answer
    }
}

import HTTP
package import Languages
package import Telemetry

/// What can be asked of a running journeyd, and the answers.
package struct AdminPages: Sendable {
    /// Whether something is as it should be, and why not where it is not.
    package enum Finding: Sendable, Equatable {
        case good(String)
        case bad(String)
    }

    private let version: String
    private let metrics: Metrics
    private let journeys: JourneyPages?
    private let speech: Speech
    private let health: @Sendable () -> Finding
    private let readiness: @Sendable () -> Finding

    /// - Parameters:
    ///   - journeys: the page of journeys, in place of the list of what there is.
    ///   - speech: the language of answers in plain text.
    ///   - health: whether the stages make progress. Asked at every request, like `readiness`, on the server's thread: must
    ///     not wait.
    ///   - readiness: whether inputs are open and recovery is over.
    package init(
        version: String, metrics: Metrics, journeys: JourneyPages? = nil, speech: Speech = Speech(.english),
        health: @escaping @Sendable () -> Finding, readiness: @escaping @Sendable () -> Finding
    ) {
        self.version = version
        self.metrics = metrics
        self.journeys = journeys
        self.speech = speech
        self.health = health
        self.readiness = readiness
    }

    func answer(to request: RequestHead) -> Response {
        let answer = journeys?.answer(to: request, metrics) ?? page(request)
        // What is plain text is for people, but for the metrics, which have a type of their own.
        return answer.type == Response.plainText ? answer.saying(speech(answer.body)) : answer
    }

    private func page(_ request: RequestHead) -> Response {
        switch request.path {
        case "/":
            Response(
                .ok,
                [
                    "journeyd \(version)", "",
                    "/metrics   counts, gauges and latencies, as Prometheus reads them",
                    "/healthz   200 while the stages make progress, else 503",
                    "/readyz    200 once inputs are open and recovery is over, else 503", "",
                ].joined(separator: "\n"))
        case "/metrics": Response(.ok, type: Reading.prometheusType, metrics.reading.prometheusText)
        case "/healthz": AdminPages.response(health())
        case "/readyz": AdminPages.response(readiness())
        default: Response(.notFound, "there is no such page; / lists them, or shows the journeys\n")
        }
    }

    private static func response(_ finding: Finding) -> Response {
        switch finding {
        case .good(let text): Response(.ok, text + "\n")
        case .bad(let text): Response(.unavailable, text + "\n")
        }
    }
}

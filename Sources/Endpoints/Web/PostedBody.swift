import Events
import HTTP
import Storage

/// The lines that a request's body becomes, and the format that they are in.
struct PostedBody {
    let format: InputFormat
    let lineCount: Int
    /// Whether Mixpanel's clients ask for an answer in JSON.
    let isVerbose: Bool

    private static let lineTypes = [
        "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
    ]

    /// Appends the lines to a block.
    /// - Parameters:
    ///   - format: that of the input, which holds for `/events` and `/decide` alone.
    ///   - table: how a body is read that is a table with its own header; nil where bodies are none.
    init(
        _ head: RequestHead, _ route: WebRoute, _ body: View<UInt8>, format: InputFormat, table: TableSettings?,
        to block: ByteBlock
    ) {
        if case .vendor(let vendor) = route {
            let text = vendor.body(body)
            self.format = InputFormat(vendor.format)
            lineCount = View.of(text) { BodyLines.append($0, isLines: false, to: block) }
            let asked =
                head.parameter("verbose")
                ?? FormText.value(of: "verbose", in: body.copied).map { String(decoding: $0, as: UTF8.self) }
            isVerbose = asked == "1" || asked == "true"
            return
        }
        isVerbose = false
        guard let mode = CloudEventsMode(head) else {
            self.format = format
            if let table, head.mediaType != "application/json", !PostedBody.lineTypes.contains(head.mediaType) {
                var reader = TableReader(delimiter: table.delimiter, rowLimit: InputSettings.lineLimitMost)
                let lines = ByteBlock(capacity: body.count * 2)
                reader.take(body, into: lines)
                reader.end(into: lines)
                lineCount = BodyLines.append(lines.bytes, isLines: true, to: block)
                withExtendedLifetime(lines) {}
                return
            }
            lineCount = BodyLines.append(body, isLines: PostedBody.lineTypes.contains(head.mediaType), to: block)
            return
        }
        self.format = InputFormat(.cloudevents)
        if case .binary = mode {
            let text = CloudEventsMode.event(head, body)
            lineCount = View.of(text) { BodyLines.append($0, isLines: false, to: block) }
        } else {
            lineCount = BodyLines.append(body, isLines: false, to: block)
        }
    }
}

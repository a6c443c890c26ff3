import Endpoints
import Events

/// The section `input`.
enum InputKey: String, SectionKey {
    case format
    case maxLine = "max_line"
    case dedup, listen, http, mapping, rename, drop, csv

    static let about = "What lines come in, and how. [inputs.md](inputs.md) says more."

    var entry: KeyEntry {
        switch self {
        case .format:
            KeyEntry(
                .word(Preset.self), usual: "\"native\"", example: "\"segment\"",
                "The form of the lines. [formats.md](formats.md) shows each.")
        case .maxLine:
            KeyEntry(
                .size(1...Int64(InputSettings.lineLimitMost)), usual: .bytes(InputSettings().maxLine),
                example: "\"4MiB\"", "The longest line, without its end. A longer one is rejected.")
        case .dedup:
            KeyEntry(
                .duration(.zeroOrMore), usual: "\"0s\"", example: "\"1h\"",
                "How long an event's `id` is remembered; the same one again is dropped. `\"0s\"` remembers none.")
        case .listen: KeyEntry(.object(ListenKey.self), example: "{}", "Sockets that are listened on.")
        case .http: KeyEntry(.object(WebKey.self), example: "{}", "Events that are posted over HTTP.")
        case .mapping:
            KeyEntry(
                .object(MappingKey.self), example: "{ customer_id: \"/user/id\" }",
                "Where a line says what, beside the format's own mapping.")
        case .rename:
            KeyEntry(
                .named(.text), example: "{ \"Order Completed\": \"purchase\" }",
                "Types of event that are called otherwise here.")
        case .drop:
            KeyEntry(
                .oneOrMore(.text), example: "[\"page_ping\"]",
                "Types of event that are left out, by their names behind `rename`. They are counted.")
        case .csv: KeyEntry(.object(TableKey.self), example: "{ delimiter: \";\" }", "How tables are read.")
        }
    }
}

/// The section `input.listen`.
enum ListenKey: String, SectionKey {
    case maxConnections = "max_connections"
    case idleTimeout = "idle_timeout"
    case tokenFile = "token_file"
    case mode
    case maxUnfinished = "max_unfinished"

    static let about = "Sockets that are listened on (`--listen`). These keys take effect at the start of a run."

    var entry: KeyEntry {
        switch self {
        case .maxConnections:
            KeyEntry(
                .integer(1...Int64(ListenSettings.connectionLimitMost)),
                usual: .number(ListenSettings().maxConnections),
                example: "256", "The most connections at a time. One more is turned away.")
        case .idleTimeout:
            KeyEntry(
                .duration(.zeroOrMore), usual: .time(ListenSettings().idleTimeout ?? 0), example: "\"10m\"",
                "A connection that is silent for so long is closed. `\"0s\"` closes none.")
        case .tokenFile:
            KeyEntry(
                .text, example: "\"/etc/journeyd/token\"",
                "The file with the token that every connection over TCP shows first. It is read at the start.")
        case .mode:
            KeyEntry(
                .other("permissions, as octal digits in quotes"), usual: "\"0600\"", example: "\"0660\"",
                "The permissions of Unix sockets.")
        case .maxUnfinished:
            KeyEntry(
                .size(1 << 20...1 << 40), usual: .bytes(ListenSettings().maxUnfinished), example: "\"256MiB\"",
                "The memory for unfinished lines, over all connections of a listener.")
        }
    }
}

/// The section `input.http`.
enum WebKey: String, SectionKey {
    case tokenFile = "token_file"
    case allowOrigins = "allow_origins"
    case maxBody = "max_body"
    case maxConnections = "max_connections"
    case headerTimeout = "header_timeout"
    case bodyTimeout = "body_timeout"
    case idleTimeout = "idle_timeout"

    static let about = """
        Events that are posted over HTTP (`--listen http://…`). [http.md](http.md) says more. These keys take effect \
        at the start of a run.
        """

    var entry: KeyEntry {
        switch self {
        case .tokenFile:
            KeyEntry(.text, example: "\"/etc/journeyd/token\"", "The file with the token that every request shows.")
        case .allowOrigins:
            KeyEntry(
                .list(of: .other("origin")), usual: "[]", example: "[\"https://shop.example\"]",
                "The origins whose pages may send; `\"*\"` for any.")
        case .maxBody:
            KeyEntry(.size(1...1 << 30), usual: .bytes(WebSettings().maxBody), example: "\"1MiB\"", "The largest body.")
        case .maxConnections:
            KeyEntry(
                .integer(1...Int64(ListenSettings.connectionLimitMost)), usual: .number(WebSettings().maxConnections),
                example: "256", "The most connections at a time.")
        case .headerTimeout:
            KeyEntry(
                .duration(.positive), usual: .time(WebSettings().headerTimeout), example: "\"5s\"",
                "How long a request's head may take, from its first byte.")
        case .bodyTimeout:
            KeyEntry(
                .duration(.positive), usual: .time(WebSettings().bodyTimeout), example: "\"10s\"",
                "How long a request's body may take, from the end of the head.")
        case .idleTimeout:
            KeyEntry(
                .duration(.positive), usual: .time(WebSettings().idleTimeout), example: "\"30s\"",
                "How long a connection may be silent between two requests.")
        }
    }
}

/// The section `time`.
enum TimeKey: String, SectionKey {
    case disorder, late, missing, unit
    case idleAfter = "idle_after"
    case maxFuture = "max_future"

    static let about = "Order, lateness and silence. [concepts.md](concepts.md) explains the watermark."

    var entry: KeyEntry {
        switch self {
        case .disorder:
            KeyEntry(
                .duration(.zeroOrMore), usual: .time(InputSettings().disorder), example: "\"5s\"",
                "How far behind the newest event the watermark stays. Events wait that long to be put in order.")
        case .late:
            KeyEntry(
                .word(["process", "reject"]), usual: "\"process\"", example: "\"reject\"",
                "What happens to an event behind the watermark: it is taken at the watermark's time, or rejected.")
        case .missing:
            KeyEntry(
                .word(InputSettings.MissingTime.self),
                usual: .described("`\"arrival\"` for live inputs, else `\"reject\"`"), example: "\"previous\"",
                "What becomes of an event without a time: `\"previous\"` is the greatest event time so far.")
        case .unit:
            KeyEntry(
                .word(TimePlaces.Unit.self), usual: .described("the format's; `\"ms\"` in the native form"),
                example: "\"s\"", "What a number means as a time.")
        case .idleAfter:
            KeyEntry(
                .duration(.positive), usual: .time(InputSettings().idleAfter), example: "\"5s\"",
                "After so much silence of live inputs, time goes on by the wall clock.")
        case .maxFuture:
            KeyEntry(
                .duration(.zeroOrMore), usual: .time(InputSettings().maxFuture), example: "\"1h\"",
                "An event of a live input that lies further ahead of its arrival is rejected.")
        }
    }
}

/// A value that stands elsewhere.
enum SecretKey: String, SectionKey {
    case file, env

    static let about = "A value that stands elsewhere, so that the configuration can be shown around. One of the keys."

    var entry: KeyEntry {
        switch self {
        case .file: KeyEntry(.text, example: "\"/etc/journeyd/key\"", "The file with the value.")
        case .env: KeyEntry(.text, example: "\"SLACK_URL\"", "The environment variable with the value.")
        }
    }
}

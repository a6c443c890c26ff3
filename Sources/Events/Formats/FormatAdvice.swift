import Storage

/// Tells by a few lines in which of the known formats they are.
package enum FormatAdvice {
    /// What a format's lines say that others' do not: one text of each list.
    private static let marks: [(preset: Preset, texts: [[String]])] = [
        (.cloudevents, [["\"specversion\""]]),
        (.snowplow, [["\"collector_tstamp\"", "\"derived_tstamp\""]]),
        (.ga4, [["\"user_pseudo_id\"", "\"event_params\"", "\"timestamp_micros\""]]),
        (.rudderstack, [["\"rudderId\"", "RudderLabs", "com.rudderlabs"]]),
        (.segment, [["\"messageId\"", "\"anonymousId\"", "\"userId\""], ["\"type\":", "\"type\" :"]]),
        (.amplitude, [["\"event_type\""], ["\"device_id\"", "\"user_id\"", "\"insert_id\"", "\"$insert_id\""]]),
        (.mixpanel, [["\"mp_lib\"", "\"$device:", "\"$insert_id\"", "\"mp_processing_time_ms\""], ["\"event\""]]),
        (.posthog, [["\"distinct_id\""], ["\"event\""]]),
    ]

    /// The format that most of these lines seem to be in; nil where none is.
    package static func preset(of lines: [[UInt8]]) -> Preset? {
        var counts = [Int](repeating: 0, count: marks.count)
        for line in lines {
            let text = String(decoding: line, as: UTF8.self)
            let found = marks.firstIndex { mark in
                mark.texts.allSatisfy { texts in texts.contains { text.contains($0) } }
            }
            if let found { counts[found] += 1 }
        }
        guard let most = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[most] * 2 > lines.count else {
            return nil
        }
        return marks[most].preset
    }
}

import Events
package import Telemetry

/// A reading of all metrics as OTLP in JSON: an `ExportMetricsServiceRequest` by protobuf's JSON mapping as OTLP narrows it,
/// in which enums are numbers and whole numbers of 64 bits are texts.
package enum MetricsText {
    /// Counters as monotonic sums and histograms, both cumulative since `start`; gauges as gauges.
    /// - Parameters:
    ///   - start: nanoseconds since 1970 of the process's begin.
    ///   - now: nanoseconds since 1970 of the reading.
    package static func json(_ reading: Reading, version: String, process: Int, start: Int64, now: Int64) -> [UInt8] {
        let times = "\"startTimeUnixNano\":\"\(start)\",\"timeUnixNano\":\"\(now)\""
        var text = Array("{\"resourceMetrics\":[{\"resource\":{\"attributes\":[".utf8)
        append(["service.name": "journeyd", "service.version": version], to: &text)
        text += Array(",{\"key\":\"process.pid\",\"value\":{\"intValue\":\"\(process)\"}}]},\"scopeMetrics\":[".utf8)
        text += Array("{\"scope\":{\"name\":\"journeyd\",\"version\":".utf8)
        text.append(jsonString: version)
        text += Array("},\"metrics\":[".utf8)
        var isFirst = true
        for family in reading.families where family.samples.contains(where: hasValue) {
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            append(family, times, to: &text)
        }
        return text + Array("]}]}]}".utf8)
    }

    /// JSON has no word for what is not finite: such a point is left out.
    private static func hasValue(_ sample: Reading.Sample) -> Bool {
        if case .number(let number) = sample.value { number.isFinite } else { true }
    }

    private static func append(_ family: Reading.Family, _ times: String, to text: inout [UInt8]) {
        text += Array("{\"name\":".utf8)
        text.append(jsonString: family.name)
        text += Array(",\"description\":".utf8)
        text.append(jsonString: family.help)
        text += Array(",\"unit\":\"\(unit(of: family.name))\",".utf8)
        switch family.kind {
        case .counter: text += Array("\"sum\":{\"aggregationTemporality\":2,\"isMonotonic\":true,".utf8)
        case .gauge: text += Array("\"gauge\":{".utf8)
        case .histogram: text += Array("\"histogram\":{\"aggregationTemporality\":2,".utf8)
        }
        text += Array("\"dataPoints\":[".utf8)
        for (index, sample) in family.samples.filter(hasValue).enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += Array("{\"attributes\":[".utf8)
            append(KeyValues(sample.labels.map { ($0.name, $0.value) }), to: &text)
            text += Array("],\(times),".utf8)
            switch sample.value {
            case .number(let number): text += Array("\"asDouble\":\(number)}".utf8)
            case .histogram(let counts, let scale): append(counts, scale, to: &text)
            }
        }
        text += Array("]}}".utf8)
    }

    private static func append(_ counts: HistogramCounts, _ scale: Double, to text: inout [UInt8]) {
        let upTo = Reading.shownBounds.map { counts.count(upTo: $0) }
        let all = counts.count
        let inside = zip(upTo, [0] + upTo).map { $0 - $1 } + [all - (upTo.last ?? 0)]
        let bounds = Reading.shownBounds.map { "\(Double($0) * scale)" }.joined(separator: ",")
        let buckets = inside.map { "\"\($0)\"" }.joined(separator: ",")
        text += Array("\"count\":\"\(all)\",\"sum\":\(Double(counts.sum) * scale),".utf8)
        text += Array("\"bucketCounts\":[\(buckets)],\"explicitBounds\":[\(bounds)]}".utf8)
    }

    /// The unit by the name's end, as UCUM has it.
    private static func unit(of name: String) -> String {
        let name = name.hasSuffix("_total") ? String(name.dropLast(6)) : name
        return name.hasSuffix("_seconds") ? "s" : name.hasSuffix("_bytes") ? "By" : "1"
    }

    /// Names and texts in their order.
    private struct KeyValues: ExpressibleByDictionaryLiteral {
        let pairs: [(String, String)]

        init(_ pairs: [(String, String)]) { self.pairs = pairs }
        init(dictionaryLiteral elements: (String, String)...) { pairs = elements }
    }

    private static func append(_ values: KeyValues, to text: inout [UInt8]) {
        for (index, (name, value)) in values.pairs.enumerated() {
            text += Array((index > 0 ? "," : "").utf8) + Array("{\"key\":".utf8)
            text.append(jsonString: name)
            text += Array(",\"value\":{\"stringValue\":".utf8)
            text.append(jsonString: value)
            text += Array("}}".utf8)
        }
    }
}

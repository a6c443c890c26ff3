extension Reading {
    /// The media type of `prometheusText`.
    package static let prometheusType = "text/plain; version=0.0.4; charset=utf-8"

    /// The bounds at which histograms are shown, in their own unit: 125 microseconds and its doubles up to a minute.
    /// Each is a bucket's upper bound, so that the counts are exact.
    package static let shownBounds: [UInt64] = (0..<20).map { 125 << $0 }

    /// The reading in the text format of Prometheus, version 0.0.4.
    package var prometheusText: String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            text += "# HELP \(family.name) \(Reading.escaped(family.help, quotes: false))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                switch sample.value {
                case .number(let number):
                    text += "\(family.name)\(Reading.braced(sample.labels)) \(Reading.text(of: number))\n"
                case .histogram(let counts, let scale):
                    Reading.append(counts, scale, of: family.name, sample.labels, to: &text)
                }
            }
        }
        return text
    }

    private static func append(
        _ counts: HistogramCounts, _ scale: Double, of name: String, _ labels: [Label], to text: inout String
    ) {
        for bound in shownBounds {
            let label = Label("le", self.text(of: Double(bound) * scale))
            text += "\(name)_bucket\(braced(labels + [label])) \(counts.count(upTo: bound))\n"
        }
        text += "\(name)_bucket\(braced(labels + [Label("le", "+Inf")])) \(counts.count)\n"
        text += "\(name)_sum\(braced(labels)) \(self.text(of: Double(counts.sum) * scale))\n"
        text += "\(name)_count\(braced(labels)) \(counts.count)\n"
    }

    private static func braced(_ labels: [Label]) -> String {
        if labels.isEmpty { return "" }
        return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    /// A number as scrapers read it: whole ones without a fraction.
    static func text(of number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: number), abs(whole) < 1 << 53 { return "\(whole)" }
        // The product of a whole number and a power of ten often has a last digit too many.
        let rounded = (number * 1e9).rounded() / 1e9
        return abs(rounded - number) <= abs(number) * 1e-15 ? "\(rounded)" : "\(number)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

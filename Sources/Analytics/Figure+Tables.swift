import Storage

/// The figures as tables: a name and a text of comma-separated values.
extension Figure {
    package var csvTables: [(name: String, text: String)] {
        var tables: [(name: String, text: String)] = []
        func add(_ name: String, _ figure: Figure?) {
            if let figure, let text = figure.csv { tables.append((name, text)) }
        }
        add("edges_visit", self["edges"]?["visit"])
        add("edges_journey", self["edges"]?["journey"])
        add("variants", self["variants"]?["top"])
        add("friction", self["friction"])
        add("attribution", attributionTable)
        add("touchpoints", self["touchpoints"])
        add("mend_first", self["mend_first"])
        add("strengthen", self["strengthen"])
        add("hazard", hazardTable)
        add("stages", self["stages"]?["matrix"])
        add("kpis_by_day", self["kpis"]?["days"])
        for (name, values) in self["kpis"]?["by"]?.entries ?? [] {
            add("kpis_by_" + Figure.fileName(name), values)
        }
        for (name, cohorts) in self["retention"]?.entries ?? [] { add("retention_by_\(name)", cohorts) }
        add("churn", self["churn"])
        add("clv", self["clv"])
        add("actions", self["actions"]?["list"])
        add("calibration", self["calibration"])
        return tables
    }

    /// A name that a file can have: what else there is becomes an underscore.
    private static func fileName(_ name: String) -> String {
        let bytes = name.utf8.prefix(60).map { byte -> UInt8 in
            let isPlain =
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            return isPlain ? byte : UInt8(ascii: "_")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private var hazardTable: Figure {
        .list(
            (self["touches_before_conversion"]?["hazard"]?.members ?? []).map { row in
                .table(zip(["touches", "reached", "converted"], row.members).map { ($0, $1) })
            })
    }

    /// A row for each touchpoint, with its credit in each model.
    private var attributionTable: Figure {
        let models = self["attribution"]?.entries ?? []
        var names: [String] = []
        for (_, credits) in models { for (name, _) in credits.entries where !names.names(name) { names.append(name) } }
        return .list(
            names.map { name in
                .table([("touchpoint", .text(name))] + models.map { ($0, $1[name] ?? .none) })
            })
    }

    /// A list of tables, or a table of them, with a line of names above; nil where there is nothing.
    private var csv: String? {
        var rows: [[(String, Figure)]] = []
        switch self {
        case .list(let members): rows = members.map { Figure.flat($0) }
        case .table(let entries): rows = entries.map { [("name", .text($0))] + Figure.flat($1) }
        default: return nil
        }
        if rows.isEmpty { return nil }
        var names: [String] = []
        for row in rows { for (name, _) in row where !names.names(name) { names.append(name) } }
        var text = names.map(Figure.quoted).joined(separator: ",") + "\n"
        for row in rows {
            text += names.map { name in Figure.quoted(row.first { $0.0 == name }?.1.plain ?? "") }
                .joined(separator: ",")
            text += "\n"
        }
        return text
    }

    private static func flat(_ row: Figure) -> [(String, Figure)] {
        row.entries.flatMap { name, value -> [(String, Figure)] in
            if case .table = value { return flat(value).map { ("\(name).\($0)", $1) } }
            return [(name, value)]
        }
    }

    private static func quoted(_ text: String) -> String {
        let needs = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
        // What begins like a formula would be one where the table is opened.
        let isFormula = text.utf8.first.map { [UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "+")].contains($0) }
        if !needs, isFormula != true { return text }
        let shown = isFormula == true ? "'" + text : text
        return "\"" + shown.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension JourneyReport {
    /// The most important figures in words.
    package var summary: String { summary(inSpanish: false) }

    /// The same; what is said of actions is in the one language or the other.
    package func summary(inSpanish: Bool) -> String {
        let figure = figure
        var lines: [String] = []
        func share(_ part: Int, _ whole: Int) -> String {
            whole == 0 ? "-" : "\((Double(part) / Double(whole) * 1000).rounded() / 10) %"
        }
        lines.append("conversion: \(settings.conversions.joined(separator: ", "))")
        lines.append(
            "\(totals.events) events, \(totals.customers) customers, \(totals.visits) visits, of which "
                + "\(share(totals.bounces, totals.visits)) of one touch")
        lines.append(
            "journeys: \(totals.converted) converted, \(totals.lost) lost, \(totals.stillOpen) open; "
                + "\(share(totals.converted, totals.converted + totals.lost)) of the closed ones converted")
        if let median = figure["touches_before_conversion"]?["median"]?.plain, !median.isEmpty {
            lines.append("touches before a conversion: \(median) (median)")
        }
        func rounded(_ figure: Figure?) -> String {
            guard case .number(let number)? = figure else { return figure?.plain ?? "" }
            return "\((number * 100).rounded() / 100)"
        }
        let losses = figure["mend_first"]?.members.prefix(5) ?? []
        if !losses.isEmpty {
            lines.append("mend first:")
            for loss in losses {
                let (count, money) = (rounded(loss["lost"]), rounded(loss["money"]))
                let line = "  \(loss["touchpoint"]?.plain ?? ""): about \(count) conversions lost"
                // Where nothing says what a conversion is worth, each counts one.
                lines.append(money == count ? line : line + ", worth \(money)")
            }
        }
        let removal = (figure["removal_effect"]?.entries ?? []).compactMap { name, effect -> (String, Double)? in
            if case .number(let number) = effect { (name, number) } else { nil }
        }
        let strongest = removal.sorted { $0.1 > $1.1 }.prefix(5)
        if !strongest.isEmpty {
            lines.append("without it, so many conversions fewer:")
            for (name, effect) in strongest { lines.append("  \(name): \((effect * 1000).rounded() / 10) %") }
        }
        let ways = figure["variants"]?["top"]?.members.prefix(5) ?? []
        if !ways.isEmpty {
            lines.append("most frequent ways:")
            for way in ways {
                var names = (way["path"]?.members ?? []).map(\.plain)
                // What it came to is the last one, under a name for programs.
                if let end = names.popLast() {
                    let isLost = end == "null"
                    names.append(
                        inSpanish ? (isLost ? "(perdido)" : "(conversión)") : (isLost ? "(lost)" : "(conversion)"))
                }
                lines.append("  \(way["count"]?.plain ?? ""): \(names.joined(separator: " > "))")
            }
        }
        if !proofs.isEmpty { lines.append("what actions bring:") }
        for proof in proofs { lines.append("  " + (inSpanish ? proof.sentences.spanish : proof.sentences.english)) }
        return lines.joined(separator: "\n") + "\n"
    }
}

import Configuration
package import Languages

/// What the verdicts come to, for people and for machines.
package struct ScenarioReport {
    private let verdicts: [Verdict]

    package init(_ verdicts: [Verdict]) { self.verdicts = verdicts }

    package var passes: Bool { verdicts.allSatisfy(\.passes) }

    /// A line for each scenario, below those that fail the difference, and a line that sums up.
    package func text(in speech: Speech) -> String {
        var text = ""
        for verdict in verdicts {
            let scenario = verdict.scenario
            text +=
                speech(verdict.passes ? "ok    \(scenario.name)" : "FAIL  \(scenario.name) (\(scenario.place))") + "\n"
            for fault in verdict.faults { text += "      \(fault)\n" }
        }
        let failed = verdicts.count { !$0.passes }
        let count = "\(verdicts.count) scenario\(verdicts.count == 1 ? "" : "s"), "
        return text + speech(count + (failed == 0 ? "all as expected" : "\(failed) not as expected")) + "\n"
    }

    /// The same as JUnit XML, a suite for each file.
    package var junit: String {
        var files: [String] = []
        for verdict in verdicts where !files.contains(verdict.scenario.place.file) {
            files.append(verdict.scenario.place.file)
        }
        let failed = verdicts.count { !$0.passes }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites name=\"journeyd\" tests=\"\(verdicts.count)\" failures=\"\(failed)\">\n"
        for file in files {
            let suite = verdicts.filter { $0.scenario.place.file == file }
            let failed = suite.count { !$0.passes }
            let name = Self.escaped(file)
            text += "  <testsuite name=\"\(name)\" tests=\"\(suite.count)\" failures=\"\(failed)\" errors=\"0\">\n"
            for verdict in suite { text += Self.testCase(verdict, file: name) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func testCase(_ verdict: Verdict, file: String) -> String {
        let opening =
            "    <testcase classname=\"\(file)\" name=\"\(escaped(verdict.scenario.name))\""
            + " line=\"\(verdict.scenario.place.line)\""
        if verdict.passes { return opening + "/>\n" }
        let faults = escaped(verdict.faults.joined(separator: "\n"))
        return opening + ">\n      <failure message=\"not as expected\">\(faults)\n</failure>\n    </testcase>\n"
    }

    /// Text that may stand in XML: what XML has no way to say becomes the replacement character.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value): escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// A number as people write it in text: with a percent or currency sign, a comma, or digits in groups. It is no number of
/// the configuration, but near enough to one to name that.
struct WrittenNumber {
    /// The digits with a point, as a configuration has them.
    private let plain: String
    private let isPercent: Bool

    /// Nil where the text is no number of any kind.
    init?(_ text: String) {
        guard text.utf8.count <= 40 else { return nil }
        var bytes = Array(text.unicodeScalars)
        let signs: Set<Unicode.Scalar> = ["$", "€", "£", " ", "\t"]
        while let first = bytes.first, signs.contains(first) { bytes.removeFirst() }
        while let last = bytes.last, signs.contains(last) { bytes.removeLast() }
        isPercent = bytes.last == "%"
        if isPercent { bytes.removeLast() }
        while bytes.last == " " { bytes.removeLast() }
        var number = ""
        if let first = bytes.first, first == "-" || first == "+" {
            if first == "-" { number = "-" }
            bytes.removeFirst()
        }
        guard let digits = Self.pointed(bytes) else { return nil }
        plain = number + digits
    }

    /// The digits with at most one point. A comma is a point unless it parts groups of three digits.
    private static func pointed(_ scalars: [Unicode.Scalar]) -> String? {
        let isDigit: (Unicode.Scalar) -> Bool = { ("0"..."9").contains($0) }
        let groups = scalars.split(omittingEmptySubsequences: false) { !isDigit($0) }
            .map { String(String.UnicodeScalarView($0)) }
        let marks = scalars.filter { !isDigit($0) }
        guard groups.allSatisfy({ !$0.isEmpty }), marks.allSatisfy({ ".,_ '".unicodeScalars.contains($0) }) else {
            return nil
        }
        guard let last = marks.last else { return groups[0] }
        let joined = groups.joined()
        let isGrouped = { (groups: ArraySlice<String>) in groups.dropFirst().allSatisfy { $0.utf8.count == 3 } }
        let isPoint = last == "." || last == ","
        if Set(marks).count == 1 {
            if isPoint, marks.count == 1, last == "." || groups[0] == "0" || !isGrouped(groups[...]) {
                return groups[0] + "." + groups[1]
            }
            return last == "_" || isGrouped(groups[...]) ? joined : nil
        }
        let whole = groups.dropLast()
        guard isPoint, Set(marks.dropLast()).count == 1, marks.dropLast().last != last, isGrouped(whole) else {
            return nil
        }
        return whole.joined() + "." + groups[groups.count - 1]
    }

    /// The whole number that it is.
    var integer: Int64? { isPercent ? nil : Int64(plain) }

    /// The number as the configuration has it: of twenty percent 20, where percents are asked for, else 0.2.
    func text(ofPercent isWanted: Bool) -> String {
        guard isPercent, !isWanted, let number = Double(plain) else { return plain }
        return "\(number / 100)"
    }
}

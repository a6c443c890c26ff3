/// Finds the word that somebody probably meant.
package enum NearestWord {
    /// Longer words are not compared: a slip of the pen is not what makes them wrong.
    private static let lengthLimit = 64

    /// The one of `words` that is nearest to `word`, or nil where none is near: at most a third of the longer word may
    /// differ, counting letters changed, missing, added, or swapped with their neighbour, and case not at all. Of
    /// equally near ones, the first.
    package static func of(_ word: String, in words: [String]) -> String? {
        let written = Array(word.lowercased().unicodeScalars.prefix(lengthLimit + 1))
        guard !written.isEmpty, written.count <= lengthLimit else { return nil }
        var nearest: (word: String, distance: Int)?
        for candidate in words {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(lengthLimit + 1))
            let longer = max(letters.count, written.count)
            guard longer <= lengthLimit, abs(letters.count - written.count) <= longer / 3 else { continue }
            let distance = distance(written, letters)
            if distance <= longer / 3, distance < nearest?.distance ?? Int.max { nearest = (candidate, distance) }
        }
        return nearest?.word
    }

    /// `; did you mean "sequence"?`, or the words there are: `; the keys are "a", "b"`. `noun` names them.
    package static func remedy(for word: String, in words: [String], noun: String) -> String {
        if let near = of(word, in: words) { return "; did you mean \(Wording.quoted(near))?" }
        return words.isEmpty ? "; there are no \(noun) here" : "; the \(noun) are \(Wording.listed(words))"
    }

    /// Damerau–Levenshtein in its restricted form: no letter takes part in two changes.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var best = min(last[column + 1], current[column]) + 1
                best = min(best, last[column] + (left[row] == right[column] ? 0 : 1))
                let isSwap =
                    row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
                if isSwap { best = min(best, beforeLast[column - 1] + 1) }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}

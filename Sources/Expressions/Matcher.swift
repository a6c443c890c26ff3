import Storage

/// The threads of a pattern as they move over a subject; kept between matches for its room.
struct Matcher {
    /// The instructions that threads wait at, each at most once.
    private var current: [Int32] = []
    private var upcoming: [Int32] = []
    private var pending: [Int32] = []
    /// The position at which an instruction was last reached, plus one.
    private var reached: [Int] = []
    /// The work done and not yet told of: instructions followed and items of sets compared.
    private var work = 0

    /// Whether the pattern is found anywhere in the subject. Nil when `spend`, told of the work as it is done, says
    /// that it is too much.
    mutating func find(_ pattern: Pattern, in subject: View<UInt8>, spend: (Int) -> Bool) -> Bool? {
        work = pattern.instructions.count / 8
        guard let isFound = search(pattern, in: subject, spend: spend) else { return nil }
        return spend(work / 64) ? isFound : nil
    }

    private mutating func search(_ pattern: Pattern, in subject: View<UInt8>, spend: (Int) -> Bool) -> Bool? {
        reached.removeAll(keepingCapacity: true)
        reached.append(contentsOf: repeatElement(0, count: pattern.instructions.count))
        current.removeAll(keepingCapacity: true)
        var position = 0
        var previous: UInt32?
        let program = pattern.instructions.span
        let items = pattern.items.span
        let first = program[0]
        while true {
            if current.isEmpty, position > 0 || first.kind == .scalar {
                // No thread is on its way: go to the next place where one can begin, if there is any.
                guard let start = Matcher.start(first, in: subject, from: position) else { return false }
                work += (start - position) / 16
                position = start
                previous = start > 0 ? UInt32(subject[start - 1]) : nil
            }
            let here: (scalar: UInt32, width: Int)? = position < subject.count ? subject.codePoint(at: position) : nil
            // Threads that arrived here first, then one that begins here.
            upcoming.removeAll(keepingCapacity: true)
            swap(&current, &upcoming)
            for index in 0..<upcoming.count
            where follow(program, from: upcoming[index], position, previous, here?.scalar) { return true }
            if follow(program, from: 0, position, previous, here?.scalar) { return true }
            guard let here else { return false }
            work += current.count + 1
            if work >= 256 {
                guard spend(work / 64) else { return nil }
                work %= 64
            }
            step(program, items, over: here.scalar)
            position += here.width
            previous = here.scalar
        }
    }

    /// The first place, at `position` or behind, where a match that begins with the instruction can begin. The byte
    /// before it tells all that assertions ask of what is before: whether it is a letter of ASCII, or a line's end.
    private static func start(
        _ first: Pattern.Instruction, in subject: View<UInt8>, from position: Int
    ) -> Int? {
        switch first.kind {
        case .startOfText: return position == 0 ? 0 : nil
        case .scalar where first.first < 0x80:
            let start = subject.firstIndex(of: UInt8(first.first), from: position)
            return start < subject.count ? start : nil
        default: return position
        }
    }

    /// Follows the ways that take no character; true when the pattern is complete.
    private mutating func follow(
        _ program: Span<Pattern.Instruction>, from start: Int32, _ position: Int, _ previous: UInt32?, _ next: UInt32?
    ) -> Bool {
        pending.append(start)
        while let index = pending.popLast() {
            guard reached[Int(index)] != position + 1 else { continue }
            reached[Int(index)] = position + 1
            work += 1
            let instruction = program[Int(index)]
            switch instruction.kind {
            case .match:
                pending.removeAll(keepingCapacity: true)
                return true
            case .jump:
                pending.append(instruction.first)
            case .split:
                pending.append(instruction.second)
                pending.append(instruction.first)
            case .scalar, .foldedScalar, .any, .anyButNewline, .set, .complementSet:
                current.append(index)
            case .startOfText, .endOfText, .startOfLine, .endOfLine, .wordBoundary, .notWordBoundary:
                if asserts(instruction.kind, previous, next) { pending.append(index + 1) }
            }
        }
        return false
    }

    private func asserts(_ kind: Pattern.Instruction.Kind, _ previous: UInt32?, _ next: UInt32?) -> Bool {
        switch kind {
        case .startOfText: previous == nil
        case .endOfText: next == nil
        case .startOfLine: previous == nil || previous == 10
        case .endOfLine: next == nil || next == 10
        case .wordBoundary: isWord(previous) != isWord(next)
        default: isWord(previous) == isWord(next)
        }
    }

    private func isWord(_ scalar: UInt32?) -> Bool {
        guard let scalar, scalar < 0x80 else { return false }
        return isNameStart(UInt8(scalar)) || isDigit(UInt8(scalar))
    }

    /// Moves every thread that takes the character; the others end. Leaves in `current` where they go on.
    private mutating func step(
        _ program: Span<Pattern.Instruction>, _ items: Span<Pattern.Item>, over scalar: UInt32
    ) {
        // By position: an iterator would hold the array, and the first write would copy it.
        var kept = 0
        var subject = Subject(scalar)
        for position in 0..<current.count {
            let index = current[position]
            let instruction = program[Int(index)]
            if instruction.kind == .set || instruction.kind == .complementSet { work += Int(instruction.second) }
            guard takes(instruction, items, &subject) else { continue }
            current[kept] = index + 1
            kept += 1
        }
        current.removeLast(current.count - kept)
    }

    private func takes(_ instruction: Pattern.Instruction, _ items: Span<Pattern.Item>, _ subject: inout Subject)
        -> Bool
    {
        switch instruction.kind {
        case .scalar: UInt32(bitPattern: instruction.first) == subject.itself.scalar
        case .foldedScalar: UInt32(bitPattern: instruction.first) == subject[.lower].scalar
        case .any: true
        case .anyButNewline: subject.itself.scalar != 10
        case .set: isIn(instruction, items, &subject)
        case .complementSet: !isIn(instruction, items, &subject)
        default: false
        }
    }

    private func isIn(_ instruction: Pattern.Instruction, _ items: Span<Pattern.Item>, _ subject: inout Subject) -> Bool
    {
        if contains(instruction, items, &subject.itself) { return true }
        guard instruction.isFolded else { return false }
        return contains(instruction, items, &subject[.lower]) || contains(instruction, items, &subject[.upper])
    }

    private func contains(_ instruction: Pattern.Instruction, _ items: Span<Pattern.Item>, _ form: inout Variant)
        -> Bool
    {
        for index in Int(instruction.first)..<Int(instruction.first + instruction.second) {
            let item = items[index]
            if item.categories != 0 {
                if form.isOf(item.categories) != item.isComplement { return true }
            } else if item.low <= form.scalar, form.scalar <= item.high {
                return true
            }
        }
        return false
    }

    /// A character of the subject, of which as many threads as there are may ask the same: what is dear to find out is
    /// found out once.
    private struct Subject {
        enum Case: Int { case lower, upper }

        var itself: Variant
        /// The forms that somebody has asked for.
        private var forms = InlineArray<2, Variant?>(repeating: nil)

        init(_ scalar: UInt32) { itself = Variant(scalar: scalar) }

        /// The character in lower case, or in upper case.
        subscript(form: Case) -> Variant {
            mutating get {
                if let known = forms[form.rawValue] { return known }
                let made = Variant(scalar: form == .lower ? itself.scalar.foldedScalar : itself.scalar.raisedScalar)
                forms[form.rawValue] = made
                return made
            }
            set { forms[form.rawValue] = newValue }
        }
    }

    private struct Variant {
        let scalar: UInt32
        /// The bit of its category; 0 where nobody has asked yet.
        private var category: UInt32 = 0

        init(scalar: UInt32) { self.scalar = scalar }

        mutating func isOf(_ categories: UInt32) -> Bool {
            if category == 0 { category = UnicodeCategories.bit(of: scalar) }
            return category & categories != 0
        }
    }
}

extension Evaluator {
    /// Whether the pattern is found in the subject.
    mutating func matches(_ subject: View<UInt8>, _ pattern: Pattern) -> Value {
        var left = stepsLeft
        let found = matcher.find(pattern, in: subject) { steps in
            left -= steps
            return left >= 0
        }
        _ = spend(stepsLeft - left)
        return found.map { .bool($0) } ?? .error(.tooManySteps)
    }

    /// A pattern known only now.
    mutating func matches(_ subject: View<UInt8>, text: View<UInt8>) -> Value {
        guard spend(100 + text.count) else { return .error(.tooManySteps) }
        do throws(PatternFault) {
            let pattern = try Pattern(text)
            guard spend(pattern.instructions.count / 8) else { return .error(.tooManySteps) }
            return matches(subject, pattern)
        } catch {
            // Nothing says how far it was compiled; a pattern that is too large is the dearest there is.
            return spend(Pattern.sizeLimit / 8) ? .error(.badPattern) : .error(.tooManySteps)
        }
    }
}

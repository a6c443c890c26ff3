import Storage

/// What a reader remembers of how whole objects look: the text between their values, so that of the
/// next object which looks alike only the values are read.
///
/// Most lines come from a few writers, each of which spells the objects of one type of event alike,
/// down to the space between values. What stands between two values of an object that was taken,
/// keys and all, is a *literal*; a shape is a row of literals, each with what is to be done with
/// the value behind it. The shapes of a reader are one tree, in which those that begin alike share
/// their steps; behind the event's type each type has a branch of its own.
///
/// An object that is like none is read in full, and may become a shape itself. So is any in which a
/// value is not what it was: whoever follows shapes takes only objects that would be taken in full,
/// with the same outcome, since every literal was validated when it was learnt, and its place in
/// the object's grammar is that of the steps before it. Limits: objects of up to 96 values; 2,048
/// steps; 128 types, whose names have up to 24 bytes; 12 ways to go on from a step. Where shapes
/// keep changing they are forgotten, and nothing is learnt for a while.
struct LineShapes: ~Copyable {
    /// What is to be done behind a literal.
    enum Form: UInt8, BitwiseCopyable {
        /// Nothing: another literal comes at once.
        case more
        /// The object has ended.
        case end
        /// Strings, whose opening quote is the literal's last byte and whose closing one is the
        /// next one's first: that of a native key that nothing else reads, or any other.
        case customerID, event, timestamp, id, channel, string
        case number
        /// `true`, `false` or `null`.
        case word
        /// An object or array that is kept as its text.
        case json
        /// Any value, of which nothing is kept.
        case skipped
        /// The literal's last byte opens, or closes, an object that is kept as its text and of
        /// which parts are kept, too.
        case open, close
    }

    /// A literal and what comes behind it.
    struct Step: BitwiseCopyable {
        var literal: ShortText
        /// The step behind the value, and one that may stand in the place of this one; -1 for none.
        var next: Int16 = -1
        var other: Int16 = -1
        /// What takes the value, if anything does.
        var slot: SlotNumber
        var form: Form
        var role: ProjectionTree.Role
    }

    /// A value that was met while an object was read in full, or the beginning or end of one that others stand in.
    struct Met: BitwiseCopyable {
        /// The place of the tree that it belongs to, or -1. No other value of the object may have the same.
        var place: Int32
        var slot = SlotNumber.none
        var form: Form
        var role = ProjectionTree.Role.none
        /// Whether it is the event's type.
        var isType = false
        /// Where the literal before it ends, and the next one begins.
        var start: Int
        var end: Int

        /// Leaves a text's quotes, and the bracket of what is gone into, to the literals around them.
        mutating func trim() {
            switch form {
            case .open: (start, end) = (start + 1, end + 1)
            case .string: (start, end) = (start + 1, end - 1)
            default: break
            }
        }
    }

    /// How events of a type go on behind its name.
    // Not private: the compiler needs its layout where other files hold the shapes.
    struct TypeBranch: BitwiseCopyable {
        var name: ShortText
        /// The step whose value the name is; -1 where the place of the table is free.
        var step: Int16 = -1
        var first: Int16 = -1
        /// The number of the type.
        var type: Int32 = 0
    }

    private static let stepLimit = 2048
    private static let typeLimit = 128
    private static let typePlaces = 256
    private static let waysLimit = 12
    static let valueLimit = 96
    /// After so many objects that were like no shape it is looked whether it is worth the while.
    private static let trial = 1024
    /// How many objects are read in full then, before learning begins anew.
    private static let pause = 8_192

    private var steps = Column<Step>(capacity: 64)
    private var types: Column<TypeBranch>
    private var typeCount = 0
    private(set) var first = -1
    private var missed = 0
    private var followed = 0
    /// How many objects had one of the shapes before that was last judged.
    private var followedBefore = 0
    private var paused = 0

    /// Whether shapes are followed and learnt at all.
    let isOn: Bool

    init(isOn: Bool) {
        self.isOn = isOn
        let none = TypeBranch(name: ShortText())
        types = Column<TypeBranch>(repeating: none, count: isOn ? LineShapes.typePlaces : 0)
    }

    /// The step of a number.
    @inline(__always)
    subscript(step: Int) -> Step { steps[step] }

    /// Whether the next object is to be held against the shapes.
    @inline(__always)
    var areFollowed: Bool { isOn && paused == 0 }

    /// How many objects had one of the shapes.
    var followedInAll: Int { followedBefore + followed }

    /// Notes that an object had one of the shapes.
    @inline(__always)
    mutating func noteFollowed() { followed &+= 1 }

    /// How an event goes on whose type, the value of a step, stands at a range; the first step is
    /// -1 where none is known.
    @inline(__always)
    func branch(_ bytes: View<UInt8>, _ range: Range<Int>, behind step: Int) -> (first: Int, type: Int32) {
        guard range.count <= ShortText.most, range.lowerBound &+ ShortText.most <= bytes.count else { return (-1, 0) }
        let name = ShortText(bytes, range)
        var place = LineShapes.place(name, step)
        while true {
            let known = types[place]
            if Int(known.step) == step, known.name.isSame(as: name) { return (Int(known.first), known.type) }
            if known.step < 0 { return (-1, 0) }
            place = (place &+ 1) & (LineShapes.typePlaces - 1)
        }
    }

    @inline(__always)
    private static func place(_ name: ShortText, _ step: Int) -> Int {
        (Int(truncatingIfNeeded: name.mixed &>> 56) &+ step) & (typePlaces - 1)
    }

    // MARK: Learning

    /// Notes that an object had none of the shapes, or was not held against them.
    mutating func noteMissed() {
        if paused > 0 {
            paused -= 1
            return
        }
        missed += 1
        guard missed >= LineShapes.trial else { return }
        if followed < missed {
            forget()
            paused = LineShapes.pause
        } else if steps.count == LineShapes.stepLimit || typeCount == LineShapes.typeLimit {
            forget()
        }
        followedBefore += followed
        (missed, followed) = (0, 0)
    }

    private mutating func forget() {
        steps.truncate(to: 0)
        first = -1
        for place in 0..<types.count { types[place].step = -1 }
        typeCount = 0
    }

    /// Where steps are added: behind a step, at the beginning, or behind a type's name.
    private enum Position {
        case start
        case step(Int)
        case type(Int)
    }

    /// Learns the shape of an object that was taken, unless it is none.
    /// - Parameters:
    ///   - object: where it begins, or the space before it, and where it ends.
    ///   - met: its values, in their order.
    ///   - type: the number of its type.
    mutating func learn(
        _ bytes: View<UInt8>, _ object: Range<Int>, _ met: borrowing Column<Met>, type: Int32
    ) {
        guard areFollowed, isShape(met) else { return }
        var position = Position.start
        var start = object.lowerBound
        for index in 0..<met.count {
            let value = met[index]
            if value.form == .open || value.form == .close, value.slot.isNone { continue }
            guard let step = add(bytes, start..<value.start, value, at: position) else { return }
            start = value.end
            position = .step(step)
            if value.isType {
                guard let place = addType(bytes, value.start..<value.end, behind: step, type) else { return }
                position = .type(place)
            }
        }
        let end = Met(place: -1, form: .end, start: object.upperBound, end: object.upperBound)
        _ = add(bytes, start..<object.upperBound, end, at: position)
    }

    /// Where a key comes twice what the later one says replaces what the earlier one did: no shape does so.
    private func isShape(_ met: borrowing Column<Met>) -> Bool {
        guard met.count <= LineShapes.valueLimit else { return false }
        for index in 0..<met.count where met[index].place >= 0 && met[index].form != .close {
            for other in 0..<index where met[other].place == met[index].place && met[other].form != .close {
                return false
            }
        }
        return true
    }

    /// The step of a literal and the value behind it, added where it is new; nil where there is no room.
    private mutating func add(
        _ bytes: View<UInt8>, _ range: Range<Int>, _ value: Met, at position: Position
    ) -> Int? {
        var position = position
        var start = range.lowerBound
        while range.upperBound - start > ShortText.most {
            let more = Met(place: -1, form: .more, start: 0, end: 0)
            guard let step = addStep(bytes, start..<start + ShortText.most, more, at: position) else { return nil }
            position = .step(step)
            start += ShortText.most
        }
        return addStep(bytes, start..<range.upperBound, value, at: position)
    }

    private mutating func addStep(
        _ bytes: View<UInt8>, _ range: Range<Int>, _ value: Met, at position: Position
    ) -> Int? {
        guard range.lowerBound + ShortText.most <= bytes.count else { return nil }
        let made = Step(
            literal: ShortText(bytes, range), slot: value.slot, form: value.form, role: value.role)
        var last = -1
        var ways = 0
        var known =
            switch position {
            case .start: first
            case .step(let step): Int(steps[step].next)
            case .type(let place): Int(types[place].first)
            }
        while known >= 0 {
            let step = steps[known]
            if step.literal.isSame(as: made.literal), step.form == made.form, step.slot == made.slot,
                step.role == made.role
            {
                return known
            }
            last = known
            known = Int(step.other)
            ways += 1
        }
        guard ways < LineShapes.waysLimit, steps.count < LineShapes.stepLimit else { return nil }
        let number = Int16(steps.count)
        steps.append(made)
        if last >= 0 {
            steps[last].other = number
        } else {
            switch position {
            case .start: first = Int(number)
            case .step(let step): steps[step].next = number
            case .type(let place): types[place].first = number
            }
        }
        return Int(number)
    }

    /// The place of a type's branch, added where it is new; nil where there is no room.
    private mutating func addType(
        _ bytes: View<UInt8>, _ range: Range<Int>, behind step: Int, _ type: Int32
    ) -> Int? {
        guard range.count <= ShortText.most, range.lowerBound + ShortText.most <= bytes.count else { return nil }
        let name = ShortText(bytes, range)
        var place = LineShapes.place(name, step)
        while types[place].step >= 0 {
            if Int(types[place].step) == step, types[place].name.isSame(as: name) { return place }
            place = (place + 1) & (LineShapes.typePlaces - 1)
        }
        guard typeCount < LineShapes.typeLimit else { return nil }
        typeCount += 1
        types[place] = TypeBranch(name: name, step: Int16(step), first: -1, type: type)
        return place
    }
}

import Events
import Expressions
import Storage

/// The plan in the form that a shard works with: flat, without references, and indexed by event type, so that an event
/// touches only the rules that name its type.
struct Dispatch: ~Copyable {
    /// A window that takes events of a type.
    struct WindowInterest: BitwiseCopyable {
        var window: Int32
        var condition: Int32
        var value: Int32
        /// Whether a score or a segment reads it.
        var isRead: Bool
        var isFramed: Bool
        /// Whether it takes events of the type.
        var takes: Bool
    }

    /// A moment that reacts to events of a type. Bit n of `takes` and `nots` stands for position n.
    struct MomentInterest: BitwiseCopyable {
        var moment: Int32
        var isCondition = false
        /// Whether the moment's sequence is of the general form.
        var isPattern = false
        /// Whether the event means nothing to the partial matches of such a sequence, and can only begin others.
        var onlyBegins = false
        var closes = false
        var takes: UInt64 = 0
        var nots: UInt64 = 0
    }

    /// A moment's plan without its texts.
    struct MomentForm: BitwiseCopyable {
        var by: Int32
        /// The condition of a `when` moment, else -1.
        var condition: Int32 = -1
        var cooldown: Int64
        var firstPosition: Int32 = 0
        var positionCount: Int32 = 0
        var stepCount: Int32 = 0
        var closingCondition: Int32 = -1
        /// Whether it looks at the events bound before.
        var closingReadsSteps = false
        /// Microseconds, or -1 where the sequence has no closing `not … for`.
        var closingWait: Int64 = -1
        /// Microseconds; `.max` for no limit.
        var within: Int64 = .max
        var partialLimit: Int32 = 0
        /// Microseconds after which the moment is told again; 0 for never.
        var repeatEvery: Int64 = 0
        /// The expression that may break the cooldown, or -1.
        var level: Int32 = -1
        /// The number of the sequence's general form, -1 for none.
        var pattern: Int32 = -1

        var closes: Bool { closingWait >= 0 }
        /// Whether one event may be all that is kept, as a `LoneAbsence`.
        var mayWaitAlone: Bool { closingWait >= 0 && positionCount == 1 && by < 0 && pattern < 0 }
        /// Whether matches that were told are kept, to be told again.
        var retells: Bool { repeatEvery > 0 && condition < 0 }
        /// How many words of its own a key state needs: those of its partial matches, then its level, then what it tells again.
        var lists: Int { retoldWord + (retells ? 2 : 0) }
        /// How many of these, from the first on, are about its partial matches or its condition.
        var runLists: Int { pattern >= 0 ? 3 : max(1, Int(positionCount)) }
        /// How many of these, from the first on, name blocks.
        var queues: Int { pattern >= 0 ? 1 : runLists }
        /// Which of the words holds the level of the last one told, where there are levels.
        var levelWord: Int { runLists }
        /// Which of the words is the first of the two about what is told again.
        var retoldWord: Int { runLists + (level >= 0 ? 1 : 0) }
    }

    struct PositionForm: BitwiseCopyable {
        var step: Int32
        var condition: Int32
        var firstNot: Int32
        var notCount: Int32
        var isRepetition: Bool
    }

    struct NotForm: BitwiseCopyable {
        var condition: Int32
        var firstType: Int32
        /// -1 takes every type.
        var typeCount: Int32
    }

    /// Where the interests of an event type lie.
    struct TypeEntry: BitwiseCopyable {
        var firstWindow: Int32
        var endWindow: Int32 = 0
        var firstMoment: Int32
        var endMoment: Int32 = 0
        /// Whether touchpoints, the profile, scores or segments have to do with it.
        var hasPicture = false

        var isEmpty: Bool { firstWindow == endWindow && firstMoment == endMoment && !hasPicture }
    }

    /// The most positions of a sequence, so that they fit the bits of a word.
    static let positionLimit = 64

    private(set) var moments = Column<MomentForm>()
    private(set) var patterns = PatternTable()
    private(set) var positions = Column<PositionForm>()
    private(set) var nots = Column<NotForm>()
    private var notTypes = Column<Int32>()
    private var windowInterests = Column<WindowInterest>()
    private var momentInterests = Column<MomentInterest>()
    /// For each type, where its interests begin and end.
    private var types = Column<TypeEntry>()
    /// For each window, the `when` moments to decide again as it slides, likewise.
    private var watchers = Column<Int32>()
    private var watcherStarts = Column<Int32>()
    /// A bit for each kind of a customer's words that may fall due behind the events of an instant.
    private(set) var timely = Column<UInt64>()

    init(_ plan: JourneyPlan, picture: borrowing PictureTable) {
        for moment in plan.moments { add(moment, plan.expressions) }
        let holdsAtFirst = Dispatch.holdsAtFirst(plan)
        let interested = InterestIndex(plan)
        for type in plan.projection.types.indices {
            var entry = TypeEntry(
                firstWindow: Int32(windowInterests.count), firstMoment: Int32(momentInterests.count))
            for index in interested.windows[type] {
                let window = plan.windows[index]
                windowInterests.append(
                    WindowInterest(
                        window: Int32(index), condition: Int32(window.filter.condition), value: Int32(window.value),
                        isRead: !picture.readers(ofWindow: index).isEmpty,
                        isFramed: window.isBefore || window.period != nil,
                        takes: window.filter.takes(type: Int32(type))))
            }
            for index in interested.moments[type] { addInterest(index, type: Int32(type), plan, holdsAtFirst) }
            entry.endWindow = Int32(windowInterests.count)
            entry.endMoment = Int32(momentInterests.count)
            entry.hasPicture = picture.concerns(type: type)
            types.append(entry)
        }
        var watching: [[Int32]] = Array(repeating: [], count: plan.windows.count)
        for (index, moment) in plan.moments.enumerated() {
            guard case .condition(let condition) = moment.trigger else { continue }
            let reads = plan.expressions[condition].program.reads
            if reads.contains(where: Vocabulary.isOfEvent) { continue }
            for window in JourneyPlan.windowsBehind(reads, plan.picture, expressions: plan.expressions) {
                watching[window].append(Int32(index))
            }
        }
        var timely = [UInt64](repeating: 0, count: (plan.windows.count + plan.moments.count + 63) / 64)
        for (index, window) in plan.windows.enumerated() where window.isWatched || !window.thresholds.isEmpty {
            timely[index >> 6] |= 1 << UInt64(index & 63)
        }
        for (index, form) in (0..<moments.count).map({ ($0, moments[$0]) })
        where form.condition >= 0 && (form.cooldown > 0 || form.repeatEvery > 0) {
            let kind = plan.windows.count + index
            timely[kind >> 6] |= 1 << UInt64(kind & 63)
        }
        self.timely = Column(timely)
        for moments in watching {
            watcherStarts.append(Int32(watchers.count))
            for moment in moments { watchers.append(moment) }
        }
        watcherStarts.append(Int32(watchers.count))
    }

    private mutating func add(_ moment: MomentPlan, _ expressions: [Expression]) {
        var form = MomentForm(by: Int32(moment.by), cooldown: moment.cooldown)
        form.repeatEvery = moment.repeatEvery
        form.level = Int32(moment.level)
        switch moment.trigger {
        case .condition(let condition): form.condition = Int32(condition)
        case .sequence(let sequence):
            precondition(sequence.positions.count <= Dispatch.positionLimit)
            form.firstPosition = Int32(positions.count)
            form.positionCount = Int32(sequence.positions.count)
            form.stepCount = Int32(sequence.stepNames.count)
            form.within = sequence.within ?? .max
            form.partialLimit = Int32(clamping: sequence.partialLimit)
            if let pattern = sequence.pattern {
                form.pattern = Int32(
                    patterns.add(
                        pattern, expressions, isTimed: sequence.within != nil, partialLimit: sequence.partialLimit))
                form.closingCondition = Int32(pattern.closingFilter?.condition ?? -1)
                form.closingReadsSteps =
                    form.closingCondition >= 0
                    && expressions[Int(form.closingCondition)].program.reads.contains(where: Vocabulary.isOfSteps)
            }
            if let closing = sequence.closing {
                form.closingCondition = Int32(closing.filter.condition)
                form.closingWait = closing.wait
            }
            for position in sequence.positions { add(position) }
        }
        moments.append(form)
    }

    private mutating func add(_ position: SequencePlan.Position) {
        positions.append(
            PositionForm(
                step: Int32(position.step), condition: Int32(position.filter.condition), firstNot: Int32(nots.count),
                notCount: Int32(position.nots.count), isRepetition: position.isRepetition))
        for not in position.nots {
            nots.append(
                NotForm(
                    condition: Int32(not.condition), firstType: Int32(notTypes.count),
                    typeCount: Int32(not.types?.count ?? -1)))
            for type in not.types ?? [] { notTypes.append(Int32(type)) }
        }
    }

    /// For each moment, whether its condition holds of a customer whose windows are empty.
    private static func holdsAtFirst(_ plan: JourneyPlan) -> [Bool] {
        let scene = Scene(plan: plan)
        var evaluator = Evaluator()
        var holds: [Bool] = []
        for moment in plan.moments {
            if case .condition(let condition) = moment.trigger {
                evaluator.reset()
                holds.append(evaluator.holds(plan.expressions[condition].program, scene))
            } else {
                holds.append(false)
            }
        }
        return holds
    }

    private mutating func addInterest(_ index: Int, type: Int32, _ plan: JourneyPlan, _ holdsAtFirst: [Bool]) {
        var interest = MomentInterest(moment: Int32(index))
        switch plan.moments[index].trigger {
        case .condition(let condition):
            interest.isCondition = true
            // What holds without any event in the windows turns true with a customer's first event, of whatever type.
            if !holdsAtFirst[index], !Dispatch.mayTurn(plan.expressions[condition].program, type: type, plan) { return }
        case .sequence(let sequence):
            if let among = sequence.among, !among.contains(Int(type)) { return }
            if let pattern = sequence.pattern {
                interest.isPattern = true
                interest.closes = pattern.closingFilter?.takes(type: type) ?? false
                interest.onlyBegins = PatternTable.onlyBegins(pattern, type: type)
                if PatternTable.concerns(pattern, type: type) { momentInterests.append(interest) }
                return
            }
            interest.closes = sequence.closing?.filter.takes(type: type) ?? false
            for (place, position) in sequence.positions.enumerated() {
                if position.filter.takes(type: type) { interest.takes |= 1 << UInt64(place) }
                if position.nots.contains(where: { $0.takes(type: type) }) { interest.nots |= 1 << UInt64(place) }
            }
            guard interest.closes || interest.takes | interest.nots != 0 else { return }
        }
        momentInterests.append(interest)
    }

    /// Whether an event of the type may turn a condition: always, unless it reads nothing but windows that change only
    /// with certain events and with deadlines.
    private static func mayTurn(_ program: Program, type: Int32, _ plan: JourneyPlan) -> Bool {
        if program.reads.isEmpty { return true }
        for variable in program.reads {
            guard Vocabulary.scope(variable) == Vocabulary.windowScope else { return true }
            let window = plan.windows[Vocabulary.place(variable)]
            if window.isSince || window.isBefore || window.filter.takes(type: type) { return true }
        }
        return false
    }

    /// Where the interests of a type lie.
    @inline(__always)
    func entry(ofType type: Int32) -> TypeEntry { types[Int(type)] }

    @inline(__always)
    func windowInterest(_ index: Int32) -> WindowInterest { windowInterests[Int(index)] }

    @inline(__always)
    func momentInterest(_ index: Int32) -> MomentInterest { momentInterests[Int(index)] }

    /// The `when` moments to decide again as a window slides, in the configuration's order.
    func watchers(ofWindow window: Int) -> View<Int32> {
        watchers.view(Int(watcherStarts[window])..<Int(watcherStarts[window + 1]))
    }

    func takes(_ not: NotForm, type: Int32) -> Bool {
        if not.typeCount < 0 { return true }
        for index in Int(not.firstType)..<Int(not.firstType + not.typeCount) where notTypes[index] == type {
            return true
        }
        return false
    }
}

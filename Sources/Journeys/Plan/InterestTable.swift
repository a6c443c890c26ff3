import Events
import Expressions
import Storage

/// The plan in the form that a shard works with: flat, without references, and indexed by event type, so that an event
/// touches only the rules that name its type.
struct InterestTable: ~Copyable {
    /// A window that takes events of a type.
    struct WindowInterest: BitwiseCopyable {
        var window: WindowNumber
        var condition: ExpressionNumber
        var value: ExpressionNumber
        private var marks = Marks()

        init(
            window: WindowNumber, condition: ExpressionNumber, value: ExpressionNumber, isRead: Bool, isFramed: Bool,
            isBlock: Bool, isTimed: Bool, takes: Bool
        ) {
            (self.window, self.condition, self.value) = (window, condition, value)
            marks.set(.isRead, isRead)
            marks.set(.isFramed, isFramed)
            marks.set(.isBlock, isBlock)
            marks.set(.isTimed, isTimed)
            marks.set(.takes, takes)
        }

        /// Whether a score or a segment reads it.
        var isRead: Bool { marks.contains(.isRead) }
        var isFramed: Bool { marks.contains(.isFramed) }
        /// Whether a customer's word leads to a block.
        var isBlock: Bool { marks.contains(.isBlock) }
        /// Whether it changes by itself, so that deadlines stand for it.
        var isTimed: Bool { marks.contains(.isTimed) }
        /// Whether it takes events of the type.
        var takes: Bool { marks.contains(.takes) }
    }

    /// What is so of an interest: one byte, since truths by themselves are put together and taken
    /// apart again wherever an interest is handed on.
    struct Marks: OptionSet, BitwiseCopyable {
        var rawValue: UInt8 = 0

        static let isRead = Marks(rawValue: 1)
        static let isFramed = Marks(rawValue: 2)
        static let isBlock = Marks(rawValue: 4)
        static let isTimed = Marks(rawValue: 8)
        static let takes = Marks(rawValue: 16)
        static let leadsToLists = Marks(rawValue: 32)
        static let onlyBegins = Marks(rawValue: 64)
        static let closes = Marks(rawValue: 128)

        /// Says whether it is so.
        mutating func set(_ mark: Marks, _ isSo: Bool) {
            if isSo { insert(mark) } else { remove(mark) }
        }
    }

    /// A moment that reacts to events of a type. Bit n of `takes` and `nots` stands for position n.
    struct MomentInterest: BitwiseCopyable {
        var moment: MomentNumber
        /// How the sequence's partial matches are kept; nil for a `when` moment.
        var strategy: MatchingStrategy?
        private var marks = Marks()
        var takes: UInt64 = 0
        var nots: UInt64 = 0

        init(moment: MomentNumber, strategy: MatchingStrategy?) { (self.moment, self.strategy) = (moment, strategy) }

        /// Whether the customer's word leads to its lists without a value of `by`.
        var leadsToLists: Bool {
            get { marks.contains(.leadsToLists) }
            set { marks.set(.leadsToLists, newValue) }
        }
        /// Whether the event means nothing to the partial matches of such a sequence, and can only begin others.
        var onlyBegins: Bool {
            get { marks.contains(.onlyBegins) }
            set { marks.set(.onlyBegins, newValue) }
        }
        var closes: Bool {
            get { marks.contains(.closes) }
            set { marks.set(.closes, newValue) }
        }
    }

    /// A slot of an event whose value is looked up in a large reference table.
    struct LookUp: BitwiseCopyable, Equatable {
        var slot: SlotNumber
        var table: Int32
    }

    /// What of a customer's words leads to blocks that the events of a type look at: a word of the
    /// row's bitmap, and bits of it.
    struct Glance: BitwiseCopyable {
        var word: Int32
        var bits: UInt64
    }

    /// Where the interests of an event type lie.
    struct TypeEntry: BitwiseCopyable {
        var firstWindow: Int32
        var endWindow: Int32 = 0
        var firstMoment: Int32
        var endMoment: Int32 = 0
        /// Whether touchpoints, the profile, scores or segments have to do with it.
        var hasPicture = false
        /// Whether its events say what came of decisions.
        var hasResponses = false
        /// Whether the word of any of its moments leads to lists without a value of `by`.
        var leadsToLists = false
        var firstLookUp: Int32 = 0
        var endLookUp: Int32 = 0
        var firstGlance: Int32 = 0
        var endGlance: Int32 = 0

        var isEmpty: Bool {
            firstWindow == endWindow && firstMoment == endMoment && !hasPicture && !hasResponses
        }
    }

    private var windowInterests = Column<WindowInterest>()
    private var momentInterests = Column<MomentInterest>()
    /// What the events of a type look up by what they say; empty where no large table is read.
    private(set) var lookUps = Column<LookUp>()
    private(set) var glances = Column<Glance>()
    /// For each type, where its interests begin and end.
    private var types = Column<TypeEntry>()
    /// For each window, the `when` moments to decide again as it slides, likewise.
    private var watchers = Column<MomentNumber>()
    private var watcherStarts = Column<Int32>()
    /// A bit for each kind of a customer's words that leads to a block: its low half is the block's handle.
    private(set) var blocks = Column<UInt64>()
    /// A bit for each kind of a customer's words that leads to lists of runs: sequences of relaxed steps without `by`.
    private(set) var queued = Column<UInt64>()
    /// A bit for each kind of a customer's words that may fall due behind the events of an instant.
    private(set) var timely = Column<UInt64>()

    init(_ plan: JourneyPlan, picture: borrowing PictureTable, _ forms: borrowing Column<MomentForm>) {
        let holdsAtFirst = InterestTable.holdsAtFirst(plan)
        let interested = InterestIndex(plan)
        for type in plan.projection.types.indices {
            var entry = TypeEntry(
                firstWindow: Int32(windowInterests.count), firstMoment: Int32(momentInterests.count))
            for index in interested.windows[type] {
                let window = plan.windows[index]
                let form = WindowForm(window)
                windowInterests.append(
                    WindowInterest(
                        window: WindowNumber(index), condition: window.filter.condition,
                        value: window.value,
                        isRead: !picture.readers(ofWindow: WindowNumber(index)).isEmpty,
                        isFramed: form.isFramed, isBlock: form.isBlock,
                        isTimed: form.isFramed || form.isWatched || form.thresholdCount > 0,
                        takes: window.filter.takes(type: Int32(type))))
            }
            for index in interested.moments[type] {
                addInterest(index, type: Int32(type), plan, forms[index], holdsAtFirst)
            }
            entry.endWindow = Int32(windowInterests.count)
            entry.endMoment = Int32(momentInterests.count)
            for index in entry.firstMoment..<entry.endMoment where momentInterests[Int(index)].leadsToLists {
                entry.leadsToLists = true
            }
            entry.firstGlance = Int32(glances.count)
            addGlances(entry, windowCount: plan.windows.count)
            entry.endGlance = Int32(glances.count)
            entry.firstLookUp = Int32(lookUps.count)
            for lookUp in plan.lookUps(ofType: type, interested) { lookUps.append(lookUp) }
            entry.endLookUp = Int32(lookUps.count)
            entry.hasPicture = picture.concerns(type: type)
            entry.hasResponses = plan.responses?.isTold(byType: type) ?? false
            types.append(entry)
        }
        var watching: [[MomentNumber]] = Array(repeating: [], count: plan.windows.count)
        for (index, moment) in plan.moments.enumerated() {
            guard case .condition(let condition) = moment.trigger, !moment.isIdle else { continue }
            let reads = plan.expressions[condition].program.reads
            if reads.contains(where: Vocabulary.isOfEvent) { continue }
            for window in JourneyPlan.windowsBehind(reads, plan.picture, expressions: plan.expressions) {
                watching[window].append(MomentNumber(index))
            }
        }
        var timely = [UInt64](repeating: 0, count: (plan.windows.count + plan.moments.count + 63) / 64)
        for (index, window) in plan.windows.enumerated() where window.isWatched || !window.thresholds.isEmpty {
            timely[index >> 6] |= 1 << UInt64(index & 63)
        }
        for index in plan.moments.indices
        where !forms[index].condition.isNone && (forms[index].cooldown > 0 || forms[index].repeatEvery > 0) {
            let kind = plan.windows.count + index
            timely[kind >> 6] |= 1 << UInt64(kind & 63)
        }
        self.timely = Column(timely)
        noteBlocks(plan, forms)
        for moments in watching {
            watcherStarts.append(Int32(watchers.count))
            for moment in moments { watchers.append(moment) }
        }
        watcherStarts.append(Int32(watchers.count))
    }

    /// Which kinds of a customer's words lead to blocks, and which of them to lists of runs.
    private mutating func noteBlocks(_ plan: JourneyPlan, _ forms: borrowing Column<MomentForm>) {
        var blocks = [UInt64](repeating: 0, count: (StateKind.all(plan).count + 63) / 64)
        var queued = blocks
        for (kind, state) in StateKind.all(plan).enumerated() {
            let isBlock =
                switch state {
                case .window(let window): WindowForm(plan.windows[window]).isBlock
                case .moment: true
                case .dedup, .picture, .attribute, .waiting, .name: false
                }
            if isBlock { blocks[kind >> 6] |= 1 << UInt64(kind & 63) }
            if case .moment(let moment) = state, forms[moment].leadsToLists, forms[moment].pattern.isNone {
                queued[kind >> 6] |= 1 << UInt64(kind & 63)
            }
        }
        self.blocks = Column(blocks)
        self.queued = Column(queued)
    }

    /// The blocks of the windows and moments that a type's interests name, by word of the bitmap.
    private mutating func addGlances(_ entry: TypeEntry, windowCount: Int) {
        var kinds: [Int] = []
        for index in entry.firstWindow..<entry.endWindow where windowInterests[Int(index)].isBlock {
            kinds.append(windowInterests[Int(index)].window.index)
        }
        for index in entry.firstMoment..<entry.endMoment {
            kinds.append(windowCount + momentInterests[Int(index)].moment.index)
        }
        for (word, kinds) in Dictionary(grouping: kinds, by: { $0 >> 6 }).sorted(by: { $0.key < $1.key }) {
            glances.append(Glance(word: Int32(word), bits: kinds.reduce(0) { $0 | 1 << UInt64($1 & 63) }))
        }
    }

    /// For each moment, whether its condition holds of a customer whose windows are empty.
    private static func holdsAtFirst(_ plan: JourneyPlan) -> [Bool] {
        let scope = EvaluationScope(plan: plan)
        var evaluator = Evaluator()
        var holds: [Bool] = []
        for moment in plan.moments {
            if case .condition(let condition) = moment.trigger {
                evaluator.reset()
                holds.append(evaluator.holds(plan.expressions[condition].program, scope))
            } else {
                holds.append(false)
            }
        }
        return holds
    }

    private mutating func addInterest(
        _ index: Int, type: Int32, _ plan: JourneyPlan, _ form: MomentForm, _ holdsAtFirst: [Bool]
    ) {
        var interest = MomentInterest(moment: MomentNumber(index), strategy: form.strategy)
        interest.leadsToLists = form.leadsToLists
        switch plan.moments[index].trigger {
        case .condition(let condition):
            // What holds without any event in the windows turns true with a customer's first event, of whatever type.
            if !holdsAtFirst[index], !InterestTable.mayTurn(plan.expressions[condition].program, type: type, plan) {
                return
            }
        case .sequence(let sequence):
            if let among = sequence.among, !among.contains(Int(type)) { return }
            if let pattern = sequence.pattern {
                interest.closes = pattern.closingFilter?.takes(type: type) ?? false
                interest.onlyBegins = pattern.onlyBegins(type: type)
                if pattern.concerns(type: type) { momentInterests.append(interest) }
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
    func watchers(ofWindow window: WindowNumber) -> View<MomentNumber> {
        watchers.view(Int(watcherStarts[window.index])..<Int(watcherStarts[window.index + 1]))
    }
}

package import Storage

/// A report as one text from which it can be made again, so that reports of several parts of a whole can be added up.
///
/// It has the counts that the figures are worked out of, all of them whole numbers but for the
/// promises of learnt propensities, the names, and what of the settings figures depend on. It has
/// not what actions brought about: that compares customers, who are not in it.
extension JourneyReport {
    /// To be raised with every change of what stands in the text.
    private static let version = 2

    /// The text. The same report makes the same text, whatever the number of shards.
    package var sums: String {
        var copy = self
        let packed = PackedState()
        StateCoder.pack(into: packed) { coder throws(StateFault) in try copy.code(coder) }
        return Base64.text(packed.bytes)
    }

    /// The report that a text has.
    package init(sums text: String) throws(StateFault) {
        guard let bytes = Base64.bytes(text) else { throw .unfit("its \"sums\" are no base64") }
        self.init(
            settings: ReportSettings(conversions: []), touchpoints: NumberedNames(), channels: NumberedNames(),
            traits: TouchpointTraits(), totals: JourneyTotals(), ledger: JourneyLedger(byCount: 0), reached: nil)
        let packed = PackedState(bytes)
        try StateCoder.unpack(packed) { coder throws(StateFault) in try code(coder) }
        guard packed.isAtEnd else { throw .unfit("its \"sums\" have something behind them") }
    }

    private mutating func code(_ coder: StateCoder) throws(StateFault) {
        var version = Self.version
        try coder.code(&version)
        guard version == Self.version else {
            throw .unfit("its \"sums\" are of version \(version), and this journeyd adds up version \(Self.version)")
        }
        try settings.code(coder)
        try touchpoints.code(coder)
        try channels.code(coder)
        try traits.code(coder)
        try totals.codeAll(coder)
        if ledger.byValue.values.count != settings.by.count { ledger = JourneyLedger(byCount: settings.by.count) }
        try ledger.code(coder)
        var (isThere, time) = (reached != nil, reached ?? 0)
        try coder.code(&isThere)
        try coder.code(&time)
        reached = isThere ? time : nil
        try coder.code(&calibration, of: CalibrationBin(trials: 0, successes: 0, promised: 0)) {
            bin throws(StateFault) in
            var (trials, successes, promised) = (bin.trials, bin.successes, bin.promised.bitPattern)
            try coder.code(&trials)
            try coder.code(&successes)
            try coder.code(&promised)
            bin = CalibrationBin(trials: trials, successes: successes, promised: Double(bitPattern: promised))
        }
    }
}

extension ReportSettings {
    fileprivate mutating func code(_ coder: StateCoder) throws(StateFault) {
        var hasCatalogue = catalogue != nil
        try coder.code(&hasCatalogue)
        var points = catalogue ?? []
        try coder.code(&points, of: Touchpoint(name: "")) { point throws(StateFault) in
            var name = point.name
            try coder.code(text: &name)
            var next = Touchpoint(name: name)
            (next.stage, next.channel, next.polarity, next.isFriction) = (
                point.stage, point.channel, point.polarity, point.isFriction
            )
            next.note = point.note
            try coder.code(&next.stage)
            try coder.code(optional: &next.channel)
            try coder.code(&next.polarity)
            try coder.code(&next.isFriction)
            try coder.code(&next.note, of: (language: "", text: "")) { note throws(StateFault) in
                try coder.code(text: &note.language)
                try coder.code(text: &note.text)
            }
            point = next
        }
        catalogue = hasCatalogue ? points : nil
        try coder.code(texts: &conversions)
        try coder.code(texts: &by)
        for flag in [\ReportSettings.isChosen, \.hasValue, \.hasNPS, \.hasCSAT, \.hasFeeling] {
            try coder.code(&self[keyPath: flag])
        }
        for length in [\ReportSettings.visitGap, \.journeyGap, \.lookback] { try coder.code(&self[keyPath: length]) }
        try coder.code(&costs, of: Cost(touchpoint: "", amount: 0, isPerThousand: false)) { cost throws(StateFault) in
            var (name, amount, isPerThousand) = (cost.touchpoint, cost.amount.bitPattern, cost.isPerThousand)
            try coder.code(text: &name)
            try coder.code(&amount)
            try coder.code(&isPerThousand)
            cost = Cost(touchpoint: name, amount: Double(bitPattern: amount), isPerThousand: isPerThousand)
        }
    }
}

extension NumberedNames {
    fileprivate mutating func code(_ coder: StateCoder) throws(StateFault) {
        var list = names
        try coder.code(&list, of: []) { name throws(StateFault) in try coder.code(&name) }
        guard list.count <= ReportSettings.nameMost else { throw .unfit("there are too many names") }
        self = NumberedNames()
        for name in list { View.of(name) { _ = obtain($0) } }
        guard names.count == list.count else { throw .unfit("a name stands there twice") }
    }
}

extension TouchpointTraits {
    fileprivate mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.code(fixed: &stages) { stage throws(StateFault) in
            var number = Int(stage)
            try coder.code(&number)
            guard (0...5).contains(number) else { throw .unfit("there is no stage \(number)") }
            stage = UInt8(number)
        }
        try coder.code(fixed: &costs)
        try coder.code(fixed: &isDirect) { flag throws(StateFault) in try coder.code(&flag) }
        var channel = Int(directChannel)
        try coder.code(&channel)
        guard let number = UInt8(exactly: channel) else { throw .unfit("there is no channel \(channel)") }
        directChannel = number
    }
}

extension JourneyTotals {
    /// All, with what only the end knows, in one order whatever the shards were.
    fileprivate mutating func codeAll(_ coder: StateCoder) throws(StateFault) {
        for edges in [\JourneyTotals.visitEdges, \.journeyEdges, \.conversionEdges] { self[keyPath: edges].sort() }
        try code(coder)
        try coder.code(&stillOpen)
        try coder.code(&openAfter)
        try coder.code(fixed: &reach)
    }
}

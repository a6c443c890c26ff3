import Endpoints

/// The keys of an output that say how its lines are kept and handed over.
extension PlanDraft {
    private static let headerMost = 32

    private static let kept: [OutputKey] = [.retry, .timeout, .queue, .spool, .onOverflow, .linger]
    private static let posted: [OutputKey] = [.headers, .batch, .rate, .deadLetter]

    func delivery(_ fields: Fields<OutputKey>, target: OutputPlan.Target, form: FormPlan.Kind) -> DeliveryPlan {
        var plan = DeliveryPlan()
        guard target.isDelivered else {
            fields.refuse(
                Self.kept + Self.posted, "lines for standard output and files are written at once, and the run waits")
            return plan
        }
        if let retry = fields.object(.retry, { retrySchedule($0, isWeb: target.isWeb) }) { plan.retry = retry }
        if case .exec = target {
            fields.refuse([.timeout], "a command is started at once and may read as slowly as it likes")
        } else if let timeout = fields.duration(.timeout) {
            plan.timeout = timeout
        }
        plan.spool = fields[.spool].flatMap(spool)
        if plan.spool != nil {
            fields.refuse([.queue], "lines wait in the spool; write spool: { folder: …, limit: … }")
        } else if let queue = fields.size(.queue) {
            plan.queue = Int(queue)
        }
        if let overflow = fields.word(.onOverflow, DeliveryPlan.Overflow.self) { plan.overflow = overflow }
        if let linger = fields.duration(.linger) { plan.linger = linger }
        guard target.isWeb else {
            fields.refuse(Self.posted, "only what is posted to a URL is answered, line by line")
            return plan
        }
        plan.headers = headers(fields[.headers])
        plan.rate = fields.object(.rate, RateKey.self) { fields in
            let (most, per) = (fields.required(.max) == nil ? nil : fields.integer(.max), fields.required(.per))
            guard let most, per != nil, let time = fields.duration(.per) else { return nil }
            return DeliveryPlan.Rate(most: Int(most), per: time)
        }
        plan.deadLetters = fields[.deadLetter].flatMap(filePath)
        if let reader = fields[.batch], let batch = fields.integer(.batch) {
            plan.batch = Int(batch)
            if batch > 1, !form.joins {
                reader.error("a request of the form \"\(form.rawValue)\" has one line; leave \"batch\" out")
            }
        }
        return plan
    }

    private func retrySchedule(_ fields: Fields<RetryKey>, isWeb: Bool) -> RetrySchedule.Plan {
        var plan = RetrySchedule.Plan()
        if let first = fields.duration(.min) { plan.first = first }
        if let most = fields.duration(.max) { plan.most = most }
        if plan.first > plan.most, let reader = fields[.min] ?? fields[.max] {
            reader.error("the shortest pause, \"min\", is longer than the longest, \"max\"; swap them")
        }
        guard isWeb else {
            fields.refuse([.attempts, .retryAfterMax], "only what is posted to a URL is answered, line by line")
            return plan
        }
        if let attempts = fields.integer(.attempts) { plan.attempts = Int(attempts) }
        if let asked = fields.duration(.retryAfterMax) { plan.askedMost = asked }
        return plan
    }

    private func spool(_ reader: Reader) -> DeliveryPlan.Spool? {
        if case .string = reader.node.value {
            return filePath(reader).map { DeliveryPlan.Spool(folder: $0, limit: SpoolKey.usualLimit) }
        }
        return reader.object(SpoolKey.self) { fields in
            let folder = fields.required(.folder).flatMap(filePath)
            let limit = fields.size(.limit) ?? Int64(SpoolKey.usualLimit)
            return folder.map { DeliveryPlan.Spool(folder: $0, limit: Int(limit)) }
        }
    }

    private func headers(_ reader: Reader?) -> [(name: String, value: Secret)] {
        guard let definitions = reader?.definitions() else { return [] }
        if definitions.count > Self.headerMost {
            definitions[Self.headerMost].error(
                "there are \(definitions.count) headers; write at most \(Self.headerMost)")
        }
        return definitions.prefix(Self.headerMost).compactMap { definition in
            guard definition.name.utf8.allSatisfy(Self.isOfHeaderName), !definition.name.isEmpty else {
                definition.error("\(Wording.quoted(definition.name)) is no header's name; write letters, digits and -")
                return nil
            }
            if ["content-length", "host", "transfer-encoding"].contains(definition.name.lowercased()) {
                definition.error("\(Wording.quoted(definition.name)) follows from the request; leave it out")
                return nil
            }
            return secret(definition.reader, allowsPlain: true).map { (definition.name, $0) }
        }
    }

    private static func isOfHeaderName(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-_.!#$%&'*+^`|~".utf8.contains(byte)
    }

    // MARK: Values

    /// A value, or where it is to be found: `{ file: "PATH" }`, `{ env: "NAME" }`.
    func secret(_ reader: Reader, allowsPlain: Bool) -> Secret? {
        if case .string = reader.node.value {
            guard allowsPlain else {
                reader.error(
                    "a key in the configuration is read by everybody; write { file: \"PATH\" } or { env: \"NAME\" }")
                return nil
            }
            guard let text = reader.string() else { return nil }
            if text.utf8.contains(where: { $0 < 0x20 && $0 != 9 || $0 == 0x7F }) {
                reader.error("\(Wording.quoted(text)) has control characters; write it without")
                return nil
            }
            return .plain(text)
        }
        return reader.object(SecretKey.self) { fields in
            guard let (key, value) = fields.one(of: [.file, .env]) else { return nil }
            if key == .file { return filePath(value).map { .file(path: $0) } }
            guard let name = value.string() else { return nil }
            if name.utf8.contains(UInt8(ascii: "=")) || name.utf8.contains(0) {
                value.error("\(Wording.quoted(name)) is no name of a variable; write one such as \"SLACK_URL\"")
                return nil
            }
            return .environment(name: name)
        }
    }

    /// The path of a file or folder.
    func filePath(_ reader: Reader) -> String? {
        guard let path = reader.string() else { return nil }
        if !path.utf8.contains(0) { return path }
        reader.error("\(Wording.quoted(path)) is no path; write it without NUL")
        return nil
    }
}

import Expressions
import Journeys
import Learning
import Storage

/// The section `models`, and what is said by models.
extension PlanDraft {
    /// How many models there may be.
    private static let modelLimit = 64
    /// How many microseconds a day has.
    private static let day = 86_400_000_000.0

    /// A model, if its file is good, and what its features are.
    struct ModelDraft {
        var model: Model?
        var identity: UInt64 = 0
        var features: [Definition] = []
    }

    /// Reads the models' files.
    func models(_ root: Fields<RootKey>) {
        let definitions = definitions(.models, of: root)
        if definitions.count > Self.modelLimit {
            definitions[Self.modelLimit].error(
                "there are \(definitions.count) models; write at most \(Self.modelLimit)")
        }
        for definition in definitions.prefix(Self.modelLimit) {
            var draft = ModelDraft()
            _ = definition.reader.object(ModelKey.self) { fields in
                draft.features = fields.required(.features)?.definitions() ?? []
                if let reader = fields.required(.file) { read(reader, into: &draft) }
                return true
            }
            check(draft, definition)
            modelDrafts[ByteName(definition.name)] = draft
        }
    }

    private func read(_ reader: Reader, into draft: inout ModelDraft) {
        guard let file = reader.string() else { return }
        let path = ConfigurationFiles.resolved(file, from: reader.node.place.file)
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try read(path)
        } catch {
            reader.error("\(Wording.quoted(path)) \(error.message); paths are relative to this file")
            return
        }
        do throws(ModelFault) {
            draft.model = try Model(bytes)
            draft.identity = View.of(bytes) { Hash64.of($0) }
        } catch {
            reader.error("\(Wording.quoted(path)) cannot be used: \(error.detail)")
        }
    }

    /// Holds the names of features to those that the model has.
    private func check(_ draft: ModelDraft, _ definition: Definition) {
        guard let model = draft.model else { return }
        for feature in draft.features where !model.features.names(feature.name) {
            feature.error(
                "the model has no feature \(Wording.quoted(feature.name))"
                    + remedy(for: feature.name, in: model.features, noun: "features"))
        }
        let known = Set(names: draft.features.map(\.name))
        let missing = zip(model.features, model.isUsed).filter { $1 && !known.contains($0) }.map { $0.0 }
        if !missing.isEmpty {
            let names = missing.prefix(8).map { Wording.quoted($0) }.joined(separator: ", ")
            definition.error(
                "the model asks for \(names)\(missing.count > 8 ? " and others" : ""); say under \"features\" what that is"
            )
        }
    }

    /// What a model says at a site; nil where something is wrong, which has then been reported.
    func model(_ reader: Reader, site: Site) -> ModelUse? {
        guard let name = name(reader) else { return nil }
        guard let draft = modelDrafts[ByteName(name)] else {
            let known = modelDrafts.keys.map(\.text).sorted()
            reader.error(
                "there is no model \(Wording.quoted(name))" + remedy(for: name, in: known, noun: "models"))
            return nil
        }
        guard let model = draft.model else { return nil }
        var numbers = [ExpressionNumber](repeating: .none, count: model.features.count)
        for feature in draft.features {
            guard let place = model.features.place(of: feature.name) else { continue }
            numbers[place] = expression(feature.reader, site: site, .anything)
        }
        return ModelUse(name: name, model: model, identity: draft.identity, features: numbers)
    }

    /// The key `clv` of a score.
    func customerValue(_ reader: Reader, site: Site) -> ModelUse? {
        reader.object(CustomerValueKey.self) { fields in
            _ = fields.required(.says)
            let says = fields.word(.says, CustomerValue.Says.self)
            var features: [ExpressionNumber] = []
            for key in [CustomerValueKey.frequency, .recency, .age] {
                features.append(expression(fields.required(key), site: site, key == .frequency ? .number : .anything))
            }
            features.append(expression(fields[.monetary], site: site, .number))
            let horizon = fields.duration(.horizon)
            var value = CustomerValue(r: 1, alpha: 1, a: 2, b: 1, horizon: 1, says: says ?? .alive)
            _ = fields.required(.params)
            let isRead = fields.object(.params, CustomerValueParameterKey.self) { params in
                for key in [CustomerValueParameterKey.r, .alpha, .a, .b] { _ = params.required(key) }
                if let r = params.number(.r) { value.r = r }
                if let alpha = params.number(.alpha) { value.alpha = alpha }
                if let a = params.number(.a) { value.a = a }
                if let b = params.number(.b) { value.b = b }
                if let p = params.number(.p) { value.p = p }
                if let q = params.number(.q) { value.q = q }
                if let v = params.number(.v) { value.v = v }
                if value.a == 1, says != .alive {
                    params.error(at: .a, "with a = 1 the number of purchases has no mean; fit the model anew")
                }
                if says == .value, ![.p, .q, .v].allSatisfy({ params.has($0) }) {
                    params.error(at: .r, "\"value\" asks for p, q and v, too")
                } else if says == .value, value.q <= 1 {
                    params.error(at: .q, "with q of 1 or less the value has no mean; fit the model anew")
                }
                return true
            }
            if says == .alive {
                fields.refuse([.horizon], "\"alive\" looks at all time to come")
            } else if says != nil, fields.required(.horizon) == nil {
                return nil
            }
            if says == .value {
                _ = fields.required(.monetary)
            } else {
                fields.refuse([.monetary], "only \"value\" asks for it")
            }
            guard says != nil, isRead == true else { return nil }
            if let horizon { value.horizon = Double(horizon) / Self.day }
            let identity = Hash64.of("\(value)")
            return ModelUse(
                name: "clv", model: value.model, identity: identity, features: features, countsDays: true)
        }
    }
}

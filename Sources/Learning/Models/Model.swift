/// Why a file is no model that can be used, and where that is so in it.
package struct ModelFault: Error, Equatable {
    package let detail: String

    package init(_ detail: String) { self.detail = detail }
}

/// A model that was made elsewhere: numbers in, a number out.
///
/// A feature that is missing is not a number. Values are worked out as the libraries do that the models are made with, to
/// the last bit.
package struct Model: Sendable {
    enum Kind: Sendable {
        case trees(TreeEnsemble)
        case linear(LinearModel)
        case scorecard(Scorecard)
        case customerValue(CustomerValue)
    }

    /// The most bytes of a file.
    package static let byteMost = 64 << 20
    /// The most features of a model.
    package static let featureMost = 65_536

    /// The features' names, in the order of the values that `predict` takes.
    package let features: [String]
    /// Whether what is predicted depends on the feature at all.
    package let isUsed: [Bool]
    /// What the model is, in words: its kind, its objective, its size.
    package let about: String
    /// Whether what is predicted is a probability.
    package let isProbability: Bool
    let form: Kind

    init(features: [String], isUsed: [Bool], about: String, isProbability: Bool, form: Kind) {
        self.features = features
        self.isUsed = isUsed
        self.about = about
        self.isProbability = isProbability
        self.form = form
    }

    /// Reads the bytes of a file: LightGBM's text, XGBoost's JSON, or a linear model or scorecard as JSON.
    package init(_ bytes: [UInt8]) throws(ModelFault) {
        if bytes.count > Model.byteMost { throw ModelFault("it is longer than \(Model.byteMost >> 20) MiB") }
        let start = bytes.prefix { $0 == 32 || $0 == 10 || $0 == 13 || $0 == 9 }.count
        guard start < bytes.count else { throw ModelFault("it is empty") }
        if bytes[start] != UInt8(ascii: "{") {
            guard bytes[start...].starts(with: Array("tree".utf8)) else {
                throw ModelFault(
                    "it is no model that is known: LightGBM's text, XGBoost's JSON, or a linear model or scorecard as JSON"
                )
            }
            self = try LightGBMReader.model(bytes)
            return
        }
        let document: JSONDocument
        do throws(JSONDocument.Fault) {
            document = try JSONDocument(bytes, allowsInfinity: true)
        } catch {
            throw ModelFault("it is no JSON: \(error.detail), at byte \(error.offset + 1)")
        }
        switch document.root["model"]?.text {
        case "linear": self = try LinearModel.model(document)
        case "scorecard": self = try Scorecard.model(document)
        case let kind?:
            throw ModelFault("\"\(kind.prefix(64))\" is no kind of model; write \"linear\" or \"scorecard\"")
        case nil:
            guard document.root["learner"] != nil else {
                throw ModelFault("it has neither XGBoost's \"learner\" nor \"model\": \"linear\" or \"scorecard\"")
            }
            self = try XGBoostReader.model(document)
        }
    }

    /// What the model says of a customer; not a number where that is nothing.
    /// - Parameter values: as many as there are features.
    package func predict(_ values: [Double]) -> Double {
        switch form {
        case .trees(let trees): trees.predict(values)
        case .linear(let model): model.predict(values)
        case .scorecard(let card): card.predict(values)
        case .customerValue(let value): value.predict(values)
        }
    }
}

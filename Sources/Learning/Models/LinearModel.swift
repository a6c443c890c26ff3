import Glibc

/// What becomes of a sum of linear models and scorecards.
enum SumLink: String, Sendable {
    case identity, logistic, exponential

    init(_ value: JSONDocument.Value?) throws(ModelFault) {
        guard let value else {
            self = .identity
            return
        }
        guard let link = value.text.flatMap(SumLink.init(rawValue:)) else {
            throw ModelFault("link must be \"identity\", \"logistic\" or \"exponential\"")
        }
        self = link
    }

    func callAsFunction(_ sum: Double) -> Double {
        switch self {
        case .identity: sum
        case .logistic: 1 / (1 + exp(-sum))
        case .exponential: exp(sum)
        }
    }
}

extension JSONDocument {
    /// A number that must be there, unless something stands for it.
    fileprivate func finite(
        _ object: Value, _ key: String, of name: String, or usual: Double? = nil
    ) throws(ModelFault) -> Double {
        if object[key] == nil, let usual { return usual }
        guard let number = double(object[key]), number.isFinite else {
            throw ModelFault("\(name): \(key) is not a number")
        }
        return number
    }

    /// The features, each with its name.
    fileprivate func features() throws(ModelFault) -> [(name: String, value: Value)] {
        guard let list = root["features"]?.list, !list.isEmpty, list.count <= Model.featureMost else {
            throw ModelFault("features must be a list of 1 to \(Model.featureMost)")
        }
        var features: [(name: String, value: Value)] = []
        var names: Set<String> = []
        for (number, value) in list.enumerated() {
            guard let name = value["name"]?.text, !name.isEmpty else {
                throw ModelFault("feature \(number) has no name")
            }
            guard names.insert(name).inserted else { throw ModelFault("feature \"\(name.prefix(64))\" stands twice") }
            features.append((name, value))
        }
        return features
    }
}

/// A sum of features, each times its coefficient.
struct LinearModel: Sendable {
    var link: SumLink
    var intercept: Double
    var coefficients: [Double]
    /// What stands for a feature that is missing.
    var missing: [Double]

    /// Reads `{ "model": "linear", "link": …, "intercept": …, "features": [{ "name": …, "coefficient": …, "missing": … }] }`.
    static func model(_ document: JSONDocument) throws(ModelFault) -> Model {
        let features = try document.features()
        var model = LinearModel(
            link: try SumLink(document.root["link"]),
            intercept: try document.finite(document.root, "intercept", of: "the model", or: 0), coefficients: [],
            missing: [])
        for (name, value) in features {
            model.coefficients.append(try document.finite(value, "coefficient", of: name))
            model.missing.append(try document.finite(value, "missing", of: name, or: 0))
        }
        return Model(
            features: features.map(\.name), isUsed: model.coefficients.map { $0 != 0 },
            about: "linear, \(features.count) features", isProbability: model.link == .logistic, form: .linear(model))
    }

    func predict(_ values: [Double]) -> Double {
        var sum = intercept
        for (index, coefficient) in coefficients.enumerated() {
            sum += coefficient * (values[index].isNaN ? missing[index] : values[index])
        }
        return link(sum)
    }
}

/// Points for the range in which each feature lies.
struct Scorecard: Sendable {
    struct Feature: Sendable {
        /// The ends of the ranges, ascending, each no part of its range; the last range has none.
        var ends: [Double]
        var points: [Double]
        var missing: Double
    }

    var link: SumLink
    var base: Double
    var features: [Feature]

    /// Reads `{ "model": "scorecard", "link": …, "base": …, "features": [{ "name": …, "missing": …, "bins": [{ "below": …,
    /// "points": … }, …, { "points": … }] }] }`.
    static func model(_ document: JSONDocument) throws(ModelFault) -> Model {
        let features = try document.features()
        var card = Scorecard(
            link: try SumLink(document.root["link"]),
            base: try document.finite(document.root, "base", of: "the model", or: 0), features: [])
        for (name, value) in features {
            guard let bins = value["bins"]?.list, !bins.isEmpty else { throw ModelFault("\(name): bins are missing") }
            var feature = Feature(ends: [], points: [], missing: try document.finite(value, "missing", of: name, or: 0))
            for (number, bin) in bins.enumerated() {
                feature.points.append(try document.finite(bin, "points", of: name))
                guard number < bins.count - 1 else {
                    if bin["below"] != nil {
                        throw ModelFault("\(name): the last bin takes the rest; leave \"below\" out")
                    }
                    continue
                }
                let end = try document.finite(bin, "below", of: name)
                if let last = feature.ends.last, last >= end { throw ModelFault("\(name): the bins do not ascend") }
                feature.ends.append(end)
            }
            card.features.append(feature)
        }
        return Model(
            features: features.map(\.name), isUsed: features.map { _ in true },
            about: "scorecard, \(features.count) features", isProbability: card.link == .logistic,
            form: .scorecard(card))
    }

    func predict(_ values: [Double]) -> Double {
        var sum = base
        for (index, feature) in features.enumerated() {
            let value = values[index]
            if value.isNaN {
                sum += feature.missing
                continue
            }
            var (low, high) = (0, feature.ends.count)
            while low < high {
                let middle = (low + high) / 2
                if feature.ends[middle] <= value { low = middle + 1 } else { high = middle }
            }
            sum += feature.points[low]
        }
        return link(sum)
    }
}

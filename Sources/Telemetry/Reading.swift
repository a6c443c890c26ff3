/// What all metrics said at one time: plain data, from which the text for scrapers is made.
package struct Reading: Sendable, Equatable {
    /// What a scraper is told that a family of series is.
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    /// What one series said.
    package enum Value: Sendable, Equatable {
        case number(Double)
        /// Values that times `scale` are in the family's unit: microseconds times 1e-6 are seconds.
        case histogram(HistogramCounts, scale: Double)
    }

    /// A name and a value that tell series of one family apart.
    package struct Label: Sendable, Equatable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One series and what it said.
    package struct Sample: Sendable, Equatable {
        package let labels: [Label]
        package let value: Value

        package init(_ labels: [Label], _ value: Value) {
            self.labels = labels
            self.value = value
        }
    }

    /// All series of one name.
    package struct Family: Sendable, Equatable {
        package let name: String
        package let help: String
        package let kind: Kind
        package var samples: [Sample]

        package init(_ name: String, _ help: String, _ kind: Kind, samples: [Sample] = []) {
            self.name = name
            self.help = help
            self.kind = kind
            self.samples = samples
        }
    }

    /// In the order in which they are shown.
    package var families: [Family] = []

    package init() {}

    /// Adds a sample, and its family where that is new.
    package mutating func add(_ name: String, _ help: String, _ kind: Kind, _ labels: [Label], _ value: Value) {
        let place = families.lastIndex { $0.name == name }
        if let place {
            families[place].samples.append(Sample(labels, value))
        } else {
            families.append(Family(name, help, kind, samples: [Sample(labels, value)]))
        }
    }

    /// Adds a count that only grows.
    package mutating func count(_ name: String, _ help: String, _ labels: [Label] = [], _ value: UInt64) {
        add(name, help, .counter, labels, .number(Double(value)))
    }

    /// Adds a number that goes up and down.
    package mutating func gauge(_ name: String, _ help: String, _ labels: [Label] = [], _ value: Double) {
        add(name, help, .gauge, labels, .number(value))
    }
}

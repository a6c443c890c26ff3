package import Storage

/// How the lines of a format become events: which places of a line say what.
///
/// A preset and what a configuration writes under `input.mapping` are both of this kind. The `Projection` of a plan and a
/// mapping together come to a `MappingProgram`, which reads each line once.
package struct Mapping: Sendable, Equatable {
    /// Where a line holds its events; the first of these that is an array. Empty, or where none is: the line is one event.
    package var each: [Pointer] = []
    /// What elements inherit from what is around them, under the last key of each.
    package var inherit: [Pointer] = []
    package var id: [MappedPlace] = []
    /// Who: the first usable one. Empty where the ids say it.
    package var customerID: [MappedPlace] = []
    package var event: [MappedPlace] = []
    package var time = TimePlaces()
    package var channel: [MappedPlace] = []
    package var properties: [PropertyPlaces] = []
    /// The ids of each namespace, the strongest first.
    package var ids: [Namespace] = []
    package var merge: [Merging] = []
    package var account: [MappedPlace] = []

    package init() {}

    /// A namespace of ids with the places that say one.
    package struct Namespace: Sendable, Equatable {
        package var name: String
        package var places: [MappedPlace]

        package init(_ name: String, _ places: [MappedPlace]) { (self.name, self.places) = (name, places) }
    }

    /// An event of type `on` that says that two ids are one person's.
    package struct Merging: Sendable, Equatable {
        package var on: String
        package var into: [MappedPlace]
        package var from: [MappedPlace]
        package var force: Bool

        package init(on: String, into: [MappedPlace], from: [MappedPlace], force: Bool = false) {
            (self.on, self.into, self.from, self.force) = (on, into, from, force)
        }
    }
}

/// A condition on a line: each place holds one of the texts; no texts ask for its being there at all.
package struct PlaceTest: Sendable, Equatable {
    package var at: Pointer
    package var texts: [String]

    package init(_ at: Pointer, _ texts: [String]) { (self.at, self.texts) = (at, texts) }
}

/// Where a text is found, and what is done to it.
package struct MappedPlace: Sendable, Equatable {
    /// Where a place is.
    package indirect enum Source: Sendable, Equatable {
        case pointer(Pointer)
        /// A text of the mapping's own.
        case text(String)
        /// The texts of several places, nothing for one that is absent; none at all unless those at `needs` are there.
        case join([MappedPlace], by: String, needs: [Pointer])
        /// The first usable one.
        case first([MappedPlace])
        /// The value of an expression over `line`, which `FormatPlan.expressions` has.
        case expression(String)
    }

    package var source: Source
    /// All of which must hold; else `otherwise` is looked at.
    package var when: [PlaceTest] = []
    package var otherwise: [MappedPlace] = []
    /// Whether capital letters of ASCII become small ones.
    package var isLower = false
    /// Texts that become others.
    package var words: [ByteName: String] = [:]
    /// What the text must begin with; it is taken off.
    package var prefix: String?
    /// What the text must not begin with.
    package var noPrefix: String?
    /// Whether a text that is a JSON number is one.
    package var isNumber = false

    package init(_ source: Source) { self.source = source }
}

extension MappedPlace: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(.pointer(Pointer(stringLiteral: text))) }
}

/// Where a time is found, and how it is read.
package struct TimePlaces: Sendable, Equatable {
    /// What a number means.
    package enum Unit: String, Sendable, CaseIterable {
        case seconds = "s"
        case milliseconds = "ms"
        case microseconds = "us"
        case nanoseconds = "ns"
        case rfc3339
        case auto
    }

    /// Three times that together correct a wrong clock.
    package struct Skew: Sendable, Equatable {
        package var original: Pointer
        package var sent: Pointer
        package var received: Pointer

        package init(original: Pointer, sent: Pointer, received: Pointer) {
            (self.original, self.sent, self.received) = (original, sent, received)
        }
    }

    /// A time that lies so many milliseconds before another.
    package struct Before: Sendable, Equatable {
        package var time: Pointer
        package var milliseconds: Pointer

        package init(time: Pointer, milliseconds: Pointer) { (self.time, self.milliseconds) = (time, milliseconds) }
    }

    package var from: [MappedPlace] = []
    package var unit = Unit.auto
    /// The time zone of times that name none; nil for UTC.
    package var zone: String?
    package var skew: Skew?
    package var before: Before?

    package init(_ from: [MappedPlace] = []) { self.from = from }
}

/// Where properties are found. Of several the later ones win, key by key.
package struct PropertyPlaces: Sendable, Equatable {
    /// Key/value lists: where they stand, and in each element the key and the value.
    package struct List: Sendable, Equatable {
        package var key: Pointer
        package var value: [MappedPlace]

        package init(key: Pointer, value: [MappedPlace]) { (self.key, self.value) = (key, value) }
    }

    /// An object, whose members are properties; anything else is one property. Nil for whatever keys of the line the
    /// mapping does not name.
    package var from: Pointer?
    /// What the value as a whole is called as a property; nil for an object's members, or the pointer's last key.
    package var name: String?
    package var when: [PlaceTest] = []
    package var list: List?
    /// Texts that stand for nothing.
    package var without: [String] = []

    package init(_ from: Pointer?, as name: String? = nil) { (self.from, self.name) = (from, name) }

    /// The properties of a key/value list.
    package init(list: Pointer, key: Pointer, value: [MappedPlace]) {
        from = list
        self.list = List(key: key, value: value)
    }
}

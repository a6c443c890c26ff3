/// What the host knows by name while expressions are compiled.
package protocol Declarations {
    /// The variable that a path such as `a.b.c` begins with, and how many of the components make its name: the longest
    /// that is one. The rest are ordinary selections. Nil for an unknown name.
    mutating func variable(path: [String]) -> (variable: Variable, consumed: Int)?

    /// The field of that name in a record of that kind.
    mutating func field(_ name: String, ofRecord kind: UInt32) -> (field: Int, type: StaticType)?

    /// The nearest word that would be right in the place of a path that is unknown, for the message.
    func suggestion(for path: [String]) -> String?
}

extension Declarations {
    /// None: what has no records need not say so.
    package mutating func field(_ name: String, ofRecord kind: UInt32) -> (field: Int, type: StaticType)? { nil }
    /// None.
    package func suggestion(for path: [String]) -> String? { nil }
}

/// Something the host is asked for by number when an expression is evaluated.
package struct Variable: Hashable, Sendable {
    package let id: Int
    package let type: StaticType

    package init(id: Int, type: StaticType) {
        self.id = id
        self.type = type
    }

    /// By the number, which tells variables apart.
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// What the host answers while an expression is evaluated.
package protocol Names: ~Copyable {
    /// The variable's value, or an error where there is none.
    borrowing func value(of variable: Int) -> Value
    /// Whether the variable has a value, for `has()`.
    borrowing func presence(of variable: Int) -> Bool
    /// A record's field, or an error where it has none.
    borrowing func field(_ field: Int, of record: Record) -> Value
    /// The row of a key in a reference table, or an error where it has none.
    borrowing func row(of table: Record, key: Value) -> Value
    /// A field of the row that a reference table has under a key, or an error where there is none.
    /// - Parameter table: the variable that the table is.
    borrowing func cell(_ field: Int, ofTable table: Int, key: Value) -> Value
}

extension Names where Self: ~Copyable {
    /// Whether its value is no error.
    package borrowing func presence(of variable: Int) -> Bool { !value(of: variable).isError }
    /// None: what has no records need not say so.
    package borrowing func field(_ field: Int, of record: Record) -> Value { .error(.noSuchField) }
    /// A host without tables has no rows.
    package borrowing func row(of table: Record, key: Value) -> Value { .error(.noSuchOverload) }
    /// Table, row and field, one after the other.
    package borrowing func cell(_ field: Int, ofTable table: Int, key: Value) -> Value {
        let table = value(of: table)
        guard case .record(let table) = table else { return table.isError ? table : .error(.noSuchOverload) }
        let row = row(of: table, key: key)
        guard case .record(let row) = row else { return row }
        return self.field(field, of: row)
    }
}

/// The host that knows no names.
struct NoNames: Names, Declarations {
    func value(of variable: Int) -> Value { .error(.undeclaredName) }
    mutating func variable(path: [String]) -> (variable: Variable, consumed: Int)? { nil }
}

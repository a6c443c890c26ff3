/// An entry of the section `tables`.
enum ReferenceTableKey: String, SectionKey {
    case file, key, columns

    static let about = """
        A file of rows, read at the start and with each reload. `tables.NAME[KEY].COLUMN` is a cell, absent where the \
        row, or the cell, is.
        """

    /// The most columns of a table.
    static let columnLimit = 256
    /// What a column's cells may be.
    static let kinds = ["string", "double", "int", "bool", "timestamp", "duration"]

    var entry: KeyEntry {
        switch self {
        case .file:
            KeyEntry(
                .text, usual: .required, example: "\"products.csv\"",
                "A `.csv` file with a header, or one JSON object a line. Paths are relative to this file.")
        case .key:
            KeyEntry(.name, usual: .required, example: "\"sku\"", "The column by which rows are found, each once.")
        case .columns:
            KeyEntry(
                .named(.word(Self.kinds)), usual: .required, example: "{ margin: \"double\", category: \"string\" }",
                "The columns that are read, and what their cells are.")
        }
    }
}

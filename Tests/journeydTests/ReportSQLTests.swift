import Foundation
import TestSupport
import Testing

/// The pages that count a report's figures again with SQL.
struct ReportSQLTests {
    private static let pages = ["docs/report-sql.md", "docs/es/informe-sql.md"]

    /// Python with DuckDB, where `Scripts/install-clients` has put it.
    private static let python: String? = {
        let place = Repository.root.appendingPathComponent(".build/clients").path
        let libraries = (try? FileManager.default.contentsOfDirectory(atPath: place + "/lib")) ?? []
        return libraries.contains {
            FileManager.default.fileExists(atPath: "\(place)/lib/\($0)/site-packages/duckdb/__init__.py")
        } ? place + "/bin/python" : nil
    }()

    private static func blocks(_ page: String) throws -> [Substring] {
        let text = try String(contentsOf: Repository.root.appendingPathComponent(page), encoding: .utf8)
        return text.split(separator: "```").enumerated().compactMap { $0.offset.isMultiple(of: 2) ? nil : $0.element }
    }

    /// Who reads Spanish runs the same statements.
    @Test func haveTheSameStatements() throws {
        let (english, spanish) = (try Self.blocks(Self.pages[0]), try Self.blocks(Self.pages[1]))
        #expect(english.count > 30)
        #expect(english == spanish)
    }

    @Test(.enabled(if: python != nil, "Scripts/install-clients has not put DuckDB there"))
    func agreeWithTheReport() throws {
        let shop = try Workshop()
        let root = Repository.root.path
        let ran = try shop.run(
            "\(Self.python ?? "false") \(root)/Scripts/check-figures \(root)/\(Self.pages[0])"
                + " \"$J\" . && echo good", seconds: 120)
        #expect(ran.lines.filter { !$0.isEmpty } == ["good"])
    }
}

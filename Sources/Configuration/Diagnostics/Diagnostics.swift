package import Languages
import Storage

/// Collects what there is to say about a configuration, so that all faults are reported at once.
///
/// It keeps at most `capacity` diagnostics and counts the rest: a hostile file costs no more memory than that. It is a
/// class because the parser, the loader and every reader write to the same one; a configuration is read by one task.
package final class Diagnostics {
    /// How many are kept.
    package static let capacity = 1000

    private var kept: [Diagnostic] = []
    private var sources: [ByteName: SourceFile] = [:]
    /// How many errors were reported, those not kept included.
    package private(set) var errorCount = 0
    /// How many notes were reported, those not kept included.
    package private(set) var noteCount = 0

    package init() {}

    package var hasErrors: Bool { errorCount > 0 }

    /// In order of file, line and column; of one place, in the order reported.
    package var all: [Diagnostic] {
        kept.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }.map(\.element)
    }

    /// Makes a file's lines available for excerpts.
    func add(_ source: SourceFile) {
        sources[source.name] = source
    }

    /// Reports that the configuration cannot be used. `message` names the fault and the remedy, without a full stop.
    package func error(
        at place: @autoclosure () -> Place, path: ConfigurationPath = .root, code: MessageCode? = nil,
        _ message: String
    ) {
        errorCount += 1
        keep(.error, code, place, path, message)
    }

    /// Reports what is worth knowing about a configuration that can be used.
    package func note(
        at place: @autoclosure () -> Place, path: ConfigurationPath = .root, code: MessageCode? = nil,
        _ message: String
    ) {
        noteCount += 1
        keep(.note, code, place, path, message)
    }

    /// Finding a place walks its line; that is only done for what is kept.
    private func keep(
        _ severity: Diagnostic.Severity, _ code: MessageCode?, _ place: () -> Place, _ path: ConfigurationPath,
        _ message: String
    ) {
        if kept.count == Self.capacity {
            // Errors must not be lost behind notes.
            guard severity == .error, let note = kept.lastIndex(where: { $0.severity == .note }) else { return }
            kept.remove(at: note)
        }
        kept.append(Diagnostic(severity: severity, code: code, place: place(), path: path, message: message))
    }

    /// The first `limit` in order, a line each, and a line that counts the others. With `excerpts`, each is followed by
    /// its line of the file with a caret under its column.
    package func rendered(
        limit: Int = 50, excerpts: Bool = false, in speech: Speech = Speech(.english)
    ) -> String {
        var text = ""
        let shown = all.prefix(limit)
        for diagnostic in shown {
            text += diagnostic.text(in: speech) + "\n"
            if excerpts { text += excerpt(of: diagnostic.place) }
        }
        let others = errorCount + noteCount - shown.count
        if others > 0 { text += speech("… and \(others) more") + "\n" }
        return text
    }

    private func excerpt(of place: Place) -> String {
        guard place.line > 0, let source = sources[place.file] else { return "" }
        return Excerpt(of: source, at: place).text
    }
}

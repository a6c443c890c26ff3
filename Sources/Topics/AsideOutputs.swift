package import Cells
package import Endpoints
import Events
package import Expressions
import Storage

/// The outputs beside the topics: each has every line at least once. What follows is committed once all of them have it, so
/// lines come again after a crash, with the same ids.
package final class AsideOutputs {
    /// How long one waits between two looks at whether everything was taken, in milliseconds.
    private static let pause: Int32 = 2

    private struct Written {
        var writer: OutputWriter
        let form: FormedLines
        let filter: Held
    }

    /// A filter cannot be copied; who holds it can.
    private final class Held {
        var filter: LineFilter
        init(_ plan: OutputPlan, _ zone: @escaping @Sendable (String) -> Zone?) {
            filter = LineFilter(plan, zone: zone)
        }
    }

    private var written: [Written] = []
    private var delivered: [(delivery: Delivery, filter: Held)] = []
    private var rejects: OutputWriter?
    private let stop: StopSignal

    /// - Parameter rejects: where rejected lines go; nil where nobody asks for them.
    package init(_ outlets: [Outlet], rejects: Output?, stop: StopSignal, zone: @escaping @Sendable (String) -> Zone?) {
        self.stop = stop
        for outlet in outlets {
            switch outlet.way {
            case .written(let output):
                written.append(
                    Written(writer: output.writer, form: FormedLines(outlet.plan), filter: Held(outlet.plan, zone)))
            case .delivered(let delivery):
                delivered.append((delivery, Held(outlet.plan, zone)))
                BlockingThread.start { delivery.deliver() }
            }
        }
        self.rejects = rejects?.writer
    }

    /// Takes what followed, and returns once all have it: a file once it is written, a receiver
    /// once it has taken the lines or its spool has them.
    package func take(_ output: CellOutput) throws(EndpointFault) {
        for block in output.rejected { try rejects?.write(block) }
        for lines in output.lines {
            for index in written.indices {
                let block = written[index].form.block(written[index].filter.filter.pick(from: lines))
                if block.count > 0 { try written[index].writer.write(block) }
            }
            for (delivery, filter) in delivered {
                delivery.add(filter.filter.pick(from: lines)) { stop.isRequested }
            }
        }
        for (delivery, _) in delivered {
            let place = delivery.place
            while !delivery.isSafe(before: place), !stop.isRequested { System.sleep(milliseconds: Self.pause) }
        }
    }

    /// Opens the files anew that are appended to; what goes wrong is told.
    package func reopen(_ tell: (EndpointFault) -> Void) {
        for index in written.indices {
            if let fault = written[index].writer.reopen() { tell(fault) }
        }
    }

    /// Ends all of them.
    /// - Returns: what went wrong with a file, if anything did. It is not thrown: in optimised code
    ///   of Swift 6.3 the caller of such an `async` function was handed an error that nobody had
    ///   thrown.
    package func finish() async -> EndpointFault? {
        do throws(EndpointFault) {
            for output in written { try output.writer.close() }
            try rejects?.close()
        } catch {
            return error
        }
        for (delivery, _) in delivered { await delivery.finish { true } }
        return nil
    }
}

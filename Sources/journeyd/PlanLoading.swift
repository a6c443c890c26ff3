import Endpoints
import Pipeline
import Storage

extension Plan {
    /// The plan of the configuration file at `path`. What is wrong with it is reported in full.
    static func load(_ path: String) throws(CommandFault) -> Plan {
        let input: Input
        do throws(EndpointFault) {
            input = try Input(path: path)
        } catch {
            throw CommandFault(error)
        }
        let block = ByteBlock(capacity: 64 << 10)
        while true {
            block.reserve(4096)
            let got = block.read(from: input.descriptor.number)
            if got == 0 { break }
            if got < 0 {
                throw CommandFault(.cannotRead, "\(path): cannot be read: \(SystemError(code: Int32(-got)))")
            }
        }
        guard block.bytes.firstIndex(of: UInt8(ascii: "{"), from: 0) < block.count else {
            throw CommandFault(.configuration, "\(path):1:1: not an object; write { version: 1 }")
        }
        return Plan()
    }
}

import Events
import Storage

/// The file for lines that were refused for good: one JSON object each, with the reason and the line. It is opened for
/// each of them, so that it may be moved away at any time.
struct DeadLetters {
    let path: String

    /// Appends a line; `output` says whose it was.
    func add(_ line: View<UInt8>, reason: String, output: String, at time: Instant) throws(SystemError) {
        var letter: [UInt8] = []
        letter.append(plain: "{\"type\":\"dead_letter\",\"output\":")
        letter.append(jsonString: output)
        letter.append(plain: ",\"time\":\"")
        time.append(to: &letter)
        letter.append(plain: "\",\"reason\":")
        letter.append(jsonString: reason)
        letter.append(plain: ",\"line\":")
        letter.append(line)
        letter.append(plain: "}\n")
        let file = try Descriptor(appendingTo: path, isPrivate: true)
        var done = 0
        while done < letter.count {
            let put = file.put(letter, from: done)
            if put > 0 {
                done += put
            } else if put != -Int(SystemError.interrupted.code) {
                throw SystemError(code: Int32(-put))
            }
        }
    }
}

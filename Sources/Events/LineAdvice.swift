import Storage

/// What stands in a line in the place of a native key that it lacks: other systems have other names for the same.
package enum LineAdvice {
    /// A key of a line's object, and its value's text, of which at most 4 KiB.
    package struct Key: Equatable, Sendable {
        package let name: String
        package let value: [UInt8]

        /// By it one can tell of what sort the value is.
        package var first: UInt8 { value.first ?? 0 }
        /// The whole number that the value is.
        package var number: Int64? { Int64(String(decoding: value, as: UTF8.self)) }
    }

    private static let valueMost = 4096

    /// The most keys of a line that are looked at.
    static let keysMost = 64

    /// What the native keys are called elsewhere, in lower case and without signs: the likelier first.
    private static let others: [ByteName: [String]] = [
        ByteName("customer_id"): [
            "customerid", "userid", "custid", "customeruuid", "useruuid", "clientid", "memberid", "subscriberid",
            "personid", "profileid", "contactid", "visitorid", "distinctid", "anonymousid", "accountid", "customer",
            "user", "uid", "client", "deviceid",
        ],
        ByteName("event"): [
            "event", "eventtype", "eventname", "type", "name", "action", "activity", "eventkind", "kind", "topic",
        ],
        ByteName("timestamp"): [
            "timestamp", "ts", "time", "eventtime", "eventtimestamp", "datetime", "date", "occurredat", "createdat",
            "originaltimestamp", "sentat", "receivedat", "timestampms", "loggedat", "at",
        ],
    ]

    /// The key that was probably meant by `native`, if there is one that has a value of a fit kind.
    package static func near(_ native: String, among keys: [Key]) -> String? {
        let known = keys.filter { $0.first == UInt8(ascii: "\"") || $0.first == UInt8(ascii: "-") || isDigit($0.first) }
        for other in others[native] ?? [] {
            if let key = known.first(where: { plain($0.name) == other }) { return key.name }
        }
        return nil
    }

    /// `"userId" is there; …`: what to do where `native` is absent and another key stands in its place.
    package static func remedy(for native: String, instead key: String) -> String {
        let path = key.utf8.allSatisfy { isWord($0) } && !isDigit(key.utf8.first ?? 0x30) ? key : "\"\(key)\""
        return "\"\(key)\" is there; call it \(native), as jq -c '.\(native) = .\(path)' does"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte == 0x5F }

    /// In lower case and without anything but letters and digits.
    private static func plain(_ name: String) -> String {
        String(
            decoding: name.utf8.filter { isWord($0) && $0 != 0x5F }.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 },
            as: UTF8.self)
    }

    /// The keys of the object that a line is, as far as it can be read.
    package static func keys(of line: [UInt8]) -> [Key] {
        View.of(line + [UInt8](repeating: 0, count: 16)) { padded in keys(in: padded, from: 0, to: line.count) }
    }

    static func keys(in bytes: View<UInt8>, from start: Int, to end: Int) -> [Key] {
        var text = JSONText(bytes: bytes, at: start)
        var keys: [Key] = []
        text.skipSpace(upTo: end)
        guard text.at < end, bytes[text.at] == UInt8(ascii: "{") else { return [] }
        text.at += 1
        do throws(LineFault) {
            while keys.count < keysMost {
                text.skipSpace(upTo: end)
                guard text.at < end, bytes[text.at] == UInt8(ascii: "\"") else { break }
                let span = try text.string()
                text.skipSpace(upTo: end)
                guard text.at < end, bytes[text.at] == UInt8(ascii: ":") else { break }
                text.at += 1
                text.skipSpace(upTo: end)
                guard text.at < end, span.end - span.start <= 128 else { break }
                let inside = bytes[span.start..<span.end]
                let name = span.hasEscapes ? String(decoding: inside.unescaped(), as: UTF8.self) : inside.text
                let start = text.at
                // What cannot be read to its end, as in a line that was cut, counts as far as it goes.
                let isWhole = (try? text.skipValue()) != nil
                let stop = isWhole ? min(text.at, end) : end
                let value = bytes[start..<max(start, min(stop, start + valueMost))].copied
                keys.append(Key(name: name, value: value))
                if !isWhole { break }
                text.skipSpace(upTo: end)
                guard text.at < end, bytes[text.at] == UInt8(ascii: ",") else { break }
                text.at += 1
            }
        } catch {}
        return keys
    }
}

import Events
import HTTP
import Storage
import Testing

@testable import Endpoints

/// What other systems' requests become.
@Suite struct VendorTests {
    private static func head(_ text: String) throws -> RequestHead {
        var parser = RequestParser(.events)
        var position = 0
        let bytes = Array("POST \(text)\r\n\r\n".utf8)
        guard case .head(let head) = View.of(bytes, { parser.next($0, &position) }) else {
            throw SystemError.wouldBlock
        }
        return head
    }

    private static func text(_ vendor: Vendor, _ body: String) -> String {
        String(decoding: View.of(Array(body.utf8)) { vendor.body($0) }, as: UTF8.self)
    }

    @Test func eachPathIsSomebodys() {
        for word in ["track", "identify", "page", "screen", "group", "alias"] {
            #expect(Vendor(path: "/v1/" + word) == .segment(word))
        }
        #expect(Vendor(path: "/v1/t") == .segment("track") && Vendor(path: "/v1/b") == .segment(nil))
        for path in ["/batch/", "/capture/", "/e/", "/i/v0/e/"] { #expect(Vendor(path: path) == .postHog) }
        #expect(Vendor(path: "/engage") == .mixpanel("engage") && Vendor(path: "/2/httpapi") == .amplitude)
        #expect(Vendor(path: "/mp/collect") == .googleAnalytics)
        for path in ["/v1/", "/v1/other", "/events", "/"] { #expect(Vendor(path: path) == nil) }
    }

    @Test func theCallThatThePathNamesIsWrittenIn() {
        let track = Vendor.segment("track")
        #expect(Self.text(track, #" {"event":"x"}"#) == #"{"type":"track","event":"x"}"#)
        #expect(Self.text(track, "{ }") == #"{"type":"track" }"#)
        let own = #"{"properties":{"a":"type"},"type":"page"}"#
        #expect(Self.text(track, own) == own)
        let within = #"{"properties":{"type":1},"x":"type"}"#
        #expect(Self.text(track, within) == #"{"type":"track","# + within.dropFirst())
        #expect(Self.text(track, "[1]") == "[1]" && Self.text(.segment(nil), "{}") == "{}")
    }

    @Test func formsAreOpened() {
        let json = #"{"event":"a b"}"#
        #expect(Self.text(.mixpanel("track"), "data=%7B%22event%22%3A%22a+b%22%7D&verbose=1") == json)
        #expect(Self.text(.mixpanel("track"), "verbose=1&data=eyJldmVudCI6ImEgYiJ9") == json)
        #expect(Self.text(.mixpanel("track"), json) == json)
    }

    @Test func binaryEventsBecomeJSON() throws {
        let head = try Self.head(
            "/events HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Type: application/json\r\nce-specversion: 1.0\r\n"
                + "CE-Id: a%20\"b\"\r\nce-type: t+u")
        #expect(CloudEventsMode(head) == .binary)
        let text = View.of(Array("{}".utf8)) { CloudEventsMode.event(head, $0) }
        #expect(
            String(decoding: text, as: UTF8.self)
                == #"{"specversion":"1.0","id":"a \"b\"","type":"t+u","datacontenttype":"application/json","data":{}}"#)
        let plain = try Self.head("/events HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nce-specversion: 1.0")
        let words = View.of(Array("x\"y".utf8)) { CloudEventsMode.event(plain, $0) }
        #expect(String(decoding: words, as: UTF8.self).hasSuffix(#""data":"x\"y"}"#))
        #expect(try CloudEventsMode(Self.head("/events HTTP/1.1\r\nHost: h")) == nil)
    }

    /// A gzip file of one megabyte of zeros, and one of a short text, made once.
    private static let short: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xab, 0xae, 0x05, 0x00, 0x43, 0xbf, 0xa6, 0xa3,
        0x02, 0x00, 0x00, 0x00,
    ]

    @Test func packedBodiesAreUnpackedUpToTheirLimit() {
        func unpacked(_ bytes: [UInt8], most: Int = 100) -> String? {
            switch View.of(bytes, { PackedBody.unpacked($0, most: most) }) {
            case .plain(let block): block.bytes.text
            case .tooLarge: "too large"
            case .damaged: nil
            }
        }
        #expect(unpacked(Self.short) == "{}" && unpacked(Self.short + Self.short) == "{}{}")
        #expect(unpacked(Self.short, most: 1) == "too large")
        for count in 1..<Self.short.count { #expect(unpacked(Array(Self.short.prefix(count))) == nil) }
        #expect(unpacked(Array("{}".utf8)) == nil)
    }
}

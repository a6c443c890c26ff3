import Storage
import Testing

@testable import HTTP

@Suite struct ResponseTests {
    @Test(
        arguments: [
            (784_111_777_000_000, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_800_999_999, "Thu, 29 Feb 2024 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)]) func datesAreAsHTTPWritesThem(_ time: Int64, _ text: String)
    {
        #expect(Response.date(time) == text)
    }

    @Test func anAnswerSaysWhatBecomesOfItsConnection() {
        let response = Response(.accepted, type: Response.json, "{}").with("Retry-After", "1")
        let text = String(decoding: response.bytes(isHead: false, time: 0, connection: nil), as: UTF8.self)
        #expect(
            text == "HTTP/1.1 202 Accepted\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: application/json\r\n"
                + "Content-Length: 2\r\nRetry-After: 1\r\nCache-Control: no-store\r\n"
                + "X-Content-Type-Options: nosniff\r\n\r\n{}")
        let nothing = String(decoding: Response(.noContent, "").bytes(isHead: false, time: 0), as: UTF8.self)
        // A length would be wrong there.
        #expect(!nothing.contains("Content-Length") && nothing.hasSuffix("Connection: close\r\n\r\n"))
    }
}

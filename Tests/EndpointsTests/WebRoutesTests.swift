import Events
import HTTP
import Languages
import Storage
import Testing

@testable import Endpoints

/// How requests are judged by their heads.
@Suite struct WebRoutesTests {
    private static let token = "a-token-of-some-length"

    private static func judged(
        _ line: String, _ fields: String = "Content-Length: 2\r\n", token: Bool = false, origins: [String] = []
    ) throws -> (route: WebRoute?, status: Int?, text: String) {
        var settings = WebSettings()
        settings.allowOrigins = origins
        settings.maxBody = 100
        let routes = WebRoutes(
            settings: settings, token: token ? AccessToken(Array(Self.token.utf8)) : nil,
            reply: WebReply(Speech(.english)))
        var parser = RequestParser(.events)
        var position = 0
        let bytes = Array("\(line) HTTP/1.1\r\nHost: any\r\n\(fields)\r\n".utf8)
        guard case .head(let head) = View.of(bytes, { parser.next($0, &position) }) else {
            Issue.record("\(line) is no request")
            return (nil, nil, "")
        }
        switch routes.judge(head) {
        case .take(let route): return (route, nil, "")
        case .answer(var response, let closes):
            response.fields += routes.corsFields(head)
            let text = String(
                decoding: response.bytes(isHead: false, time: 0, connection: closes ? "close" : nil), as: UTF8.self)
            return (nil, response.status.rawValue, text)
        }
    }

    @Test func eventsAndQuestionsAreTaken() throws {
        #expect(try Self.judged("POST /events").route == .events)
        #expect(try Self.judged("POST /events", "Transfer-Encoding: chunked\r\n").route == .events)
        #expect(try Self.judged("POST /events", "Content-Length: 0\r\n").route == .events)
        #expect(try Self.judged("POST /decide").route == .decide(DecideQuery()))
        let asked = DecideQuery(types: [.decision, .dropOff], timeout: 50_000, showsControl: true)
        #expect(
            try Self.judged("POST /decide?types=decision,drop_off&timeout=50ms&control=true").route == .decide(asked))
        for type in ["application/json; charset=UTF-8", "text/plain;charset=utf-8", "application/x-ndjson"] {
            #expect(try Self.judged("POST /events", "Content-Length: 2\r\nContent-Type: \(type)\r\n").route == .events)
        }
    }

    @Test(
        arguments: [
            ("GET /", "", 404, "POST /events"), ("GET /events", "", 405, "Allow: POST, OPTIONS\r\n"),
            ("POST /events", "", 411, "Content-Length"), ("POST /events", "Content-Length: 101\r\n", 413, "max_body"),
            ("POST /events", "Content-Length: 2\r\nContent-Type: text/html\r\n", 415, "application/json"),
            ("POST /events", "Content-Length: 2\r\nContent-Type: text/plain; charset=utf-16\r\n", 415, "UTF-8"),
            ("POST /events", "Content-Length: 2\r\nContent-Encoding: br\r\n", 415, "br"),
            ("POST /events", "Content-Length: 2\r\nExpect: 200-ok\r\n", 417, "100-continue"),
            ("POST /decide?types=x", "Content-Length: 2\r\n", 400, "drop_off"),
            ("POST /decide?timeout=soon", "Content-Length: 2\r\n", 400, "50ms"),
            ("POST /decide?timeout=2m", "Content-Length: 2\r\n", 400, "60s"),
            ("POST /decide?control=1", "Content-Length: 2\r\n", 400, "true nor false"),
        ]) func othersAreToldWhatWouldBeRight(_ line: String, _ fields: String, _ status: Int, _ remedy: String) throws
    {
        let judged = try Self.judged(line, fields)
        #expect(judged.status == status)
        #expect(judged.text.contains(remedy) && judged.text.contains("{\"error\":\""))
    }

    @Test func theTokenIsShownInTwoWays() throws {
        func status(_ field: String) throws -> Int? {
            try Self.judged("POST /events", "Content-Length: 2\r\n" + field, token: true).status
        }
        // The same in base64, with a colon and a password behind it.
        let basic = "YS10b2tlbi1vZi1zb21lLWxlbmd0aDp4"
        #expect(try status("Authorization: Bearer \(Self.token)\r\n") == nil)
        #expect(try status("authorization: BASIC \(basic)\r\n") == nil)
        for wrong in [
            "", "Authorization: Bearer\r\n", "Authorization: Bearer \(Self.token)x\r\n",
            "Authorization: \(Self.token)\r\n", "Authorization: Basic !\r\n", "Authorization: Digest \(basic)\r\n",
        ] {
            #expect(try status(wrong) == 401)
        }
        let told = try Self.judged("GET /nothing", "", token: true)
        #expect(told.text.contains("WWW-Authenticate: Bearer") && !told.text.contains(Self.token))
    }

    @Test func pagesSendWhereTheirOriginIsNamed() throws {
        let shop = "Origin: https://shop.example\r\n"
        #expect(try Self.judged("POST /events", "Content-Length: 2\r\n" + shop).status == 403)
        #expect(try Self.judged("OPTIONS /events", shop).status == 403)
        #expect(
            try Self.judged("POST /events", "Content-Length: 2\r\n" + shop, origins: ["https://shop.example"]).route
                == .events)
        #expect(
            try Self.judged("POST /events", "Content-Length: 2\r\nOrigin: null\r\n", origins: ["https://shop.example"])
                .status == 403)
        let asked =
            shop + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type, x-y\r\n"
        // A preflight shows no token.
        let named = try Self.judged("OPTIONS /events", asked, token: true, origins: ["https://shop.example"])
        #expect(named.status == 204)
        for field in [
            "Access-Control-Allow-Origin: https://shop.example\r\n", "Access-Control-Allow-Methods: POST",
            "Access-Control-Allow-Headers: content-type, x-y\r\n", "Vary: Origin\r\n", "Allow-Credentials: true\r\n",
        ] {
            #expect(named.text.contains(field))
        }
        let any = try Self.judged("OPTIONS *", asked, origins: ["*"])
        #expect(any.status == 204 && any.text.contains("Allow-Origin: *\r\n") && !any.text.contains("Credentials"))
    }

    @Test func base64IsReadAsItIsWritten() {
        for (text, bytes) in [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm8", "fo"), ("Zm9v", "foo"), ("Zm9vYmE=", "fooba"),
        ] {
            #expect(Base64.decoded(Array(text.utf8)) == Array(bytes.utf8))
        }
        #expect(Base64.decoded(Array("Z".utf8)) == nil && Base64.decoded(Array("Zm 9".utf8)) == nil)
    }
}

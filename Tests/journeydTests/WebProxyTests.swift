import Foundation
import TestSupport
import Testing

/// Requests through nginx with TLS, wired as the documentation shows.
@Suite struct WebProxyTests {
    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write("offers.json5", Workshop.offers)
    }

    /// The wiring that a page shows.
    private static func wiring(_ page: String) throws -> String {
        let text = try String(contentsOf: Repository.root.appendingPathComponent(page), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(of: "```nginx"), let end = lines[start...].firstIndex(of: "```") else {
            return ""
        }
        return lines[(start + 1)..<end].joined(separator: "\n") + "\n"
    }

    @Test func thePagesShowTheSameWiring() throws {
        let shown = try WebProxyTests.wiring("README.md")
        #expect(shown.contains("proxy_pass http://journeyd;"))
        #expect(try WebProxyTests.wiring("docs/http.md") == shown)
    }

    @Test(.enabled(if: InstalledProgram.has("nginx", "openssl"), "nginx is not installed"))
    func nginxWithTLSPassesRequestsOn() throws {
        try shop.write("site.conf", try WebProxyTests.wiring("docs/http.md"))
        let ran = try shop.run(
            WebInputTests.prelude(config: "offers.json5") + """
                tls=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'); export tls
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout events.key -out events.pem \\
                    -days 2 -subj /CN=events.shop.example -addext subjectAltName=IP:127.0.0.1 2> /dev/null
                sed -e "s/127.0.0.1:8080/127.0.0.1:$port/" -e "s/listen 443/listen 127.0.0.1:$tls/" -e "s#/etc/ssl#$PWD#" site.conf > here.conf
                user=; if [ "$(id -u)" = 0 ]; then user="user root;"; fi
                cat > nginx.conf <<CONF
                $user pid $PWD/nginx.pid; daemon off;
                events {}
                http {
                    access_log off; client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2; fastcgi_temp_path $PWD/t3;
                    uwsgi_temp_path $PWD/t4; scgi_temp_path $PWD/t5; include $PWD/here.conf;
                }
                CONF
                PATH=$PATH:/usr/sbin nginx -e "$PWD/nginx.log" -p "$PWD" -c nginx.conf & proxy=$!
                upto test -s nginx.pid
                cat > secure.py <<'PY'
                import gzip, http.client, json, os, ssl
                trust = ssl.create_default_context(cafile="events.pem")
                c = http.client.HTTPSConnection("127.0.0.1", int(os.environ["tls"]), context=trust, timeout=20)
                def post(path, body, **fields):
                    c.request("POST", path, body, {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in fields.items()}})
                    r = c.getresponse(); text = r.read()
                    return r.status, json.loads(text)
                view = {"customer_id": "c1", "event": "page_view"}
                print(post("/events", json.dumps([view] * 3)))
                print(post("/events", gzip.compress(json.dumps([view] * 2000).encode()), Content_Encoding="gzip"))
                print(post("/events", json.dumps([dict(view, note="x" * 2000)] * 1000)))
                print(post("/events", (json.dumps(view).encode() + b"\\n" for _ in range(3)), Content_Type="application/x-ndjson"))
                status, told = post("/decide?types=decision", json.dumps({"customer_id": "c1", "event": "ask", "properties": {"place": "home"}}))
                print(status, told["lines"][0]["action"], post("/nothing", "")[0], post("/events", "[")[0])
                PY
                python3 secure.py; upto has out 3007; kill $proxy; wait $proxy; finish; cat nginx.log
                """)
        #expect(
            ran.lines == [
                "(202, {'accepted': 3, 'rejected': []})", "(202, {'accepted': 2000, 'rejected': []})",
                "(202, {'accepted': 1000, 'rejected': []})", "(202, {'accepted': 3, 'rejected': []})",
                "200 coupon 404 400", "status 0",
            ])
    }
}

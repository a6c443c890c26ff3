import Foundation
import TestSupport
import Testing

/// A browser's own requests: a page that sends with the client from `Scripts/examples/http`, by
/// `fetch` with its preflight and by `sendBeacon`, and the same page under an origin that may not
/// send.
@Suite struct WebBrowserTests {
    @Test(.enabled(if: InstalledProgram.has("chromium"), "chromium is not installed"))
    func pagesSendFromOriginsThatMay() throws {
        let shop = try Workshop()
        try FileManager.default.copyItem(
            at: Repository.root.appendingPathComponent("Scripts/examples/http/journeyd.js"),
            to: shop.folder.appendingPathComponent("journeyd.js"))
        try shop.write("page.html", WebBrowserTests.page)
        try shop.write("browse.py", WebBrowserTests.browse)
        let ran = try shop.run(
            """
            page=$(python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])'); export page
            cat > offers.json5 <<CONF
            { version: 1, input: { http: { allow_origins: ["http://127.0.0.1:$page"] } },
              moments: { home: { sequence: [{ as: "ask", on: "ask", where: "event.properties.place == 'home'" }] },
                         seen: { sequence: [{ as: "view", on: "page_view" }] } },
              actions: { coupon: { on: ["home"], channels: ["web"], propensity: 0.5, value: 10.0 } } }
            CONF

            """ + WebInputTests.prelude(config: "offers.json5") + """
                echo "\\"http://127.0.0.1:$port\\"" > address.json
                python3 browse.py; upto has out 4; finish; grep -c '"customer_id":"allowed-left"' out; grep -c '"customer_id":"other' out
                """)
        #expect(
            ran.lines == [
                #"/allowed [["missing_field"], ["coupon"], true]"#, #"/other ["TypeError", "TypeError", true]"#,
                "status 0", "1", "0",
            ])
    }

    /// Tells its own server what came of each request; then the same page is shown under another name of this machine.
    private static let page = """
        <!doctype html><title>shop</title><iframe></iframe>
        <script type="module">
        import { Journeyd } from "./journeyd.js";
        const journeyd = new Journeyd(await (await fetch("address.json")).json());
        const name = location.hostname == "127.0.0.1" ? "allowed" : "other";
        const said = [];
        const tell = async (act) => { try { said.push(await act()); } catch (fault) { said.push(fault.name); } };
        await tell(async () => (await journeyd.send({ customer_id: name, event: "page_view" }, { event: "page_view" })).map((each) => each.reason));
        await tell(async () => (await journeyd.decide({ customer_id: name, event: "ask", properties: { place: "home" } })).map((each) => each.action));
        await tell(() => journeyd.beacon({ customer_id: name + "-left", event: "page_view" }));
        await fetch("/" + name, { method: "POST", body: JSON.stringify(said) });
        if (name == "allowed") document.querySelector("iframe").src = `http://localhost:${location.port}/page.html`;
        </script>

        """

    private static let browse = """
        import http.server, json, os, socketserver, subprocess, threading
        told, all = {}, threading.Event()
        class Page(http.server.SimpleHTTPRequestHandler):
            extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}
            def do_POST(self):
                told[self.path] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(204); self.end_headers()
                if len(told) == 2: all.set()
            def log_message(self, *words): pass
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        server = socketserver.ThreadingTCPServer(("", int(os.environ["page"])), Page)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = subprocess.Popen(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-extensions", "--user-data-dir=" + os.getcwd() + "/profile",
            "--remote-debugging-port=0", f"http://127.0.0.1:{os.environ['page']}/page.html"], stdout=subprocess.DEVNULL, stderr=open("said", "wb"))
        all.wait(20); browser.kill(); browser.wait()
        for path in sorted(told): print(path, json.dumps(told[path]))

        """
}

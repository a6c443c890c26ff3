// What somebody would write instead of POST /decide: Node's http server, which looks the rule up in memory, and counts how
// often each customer got an action. No windows, no sequences, no explanation, nothing kept.
const http = require("node:http");
const rules = new Map([
  ["product_view", ["recommend", "coupon"]],
  ["search", ["assist"]],
  ["checkout_started", ["coupon"]],
]);
const most = 3;
const given = new Map();

function decide(event) {
  for (const action of rules.get(event.event) ?? []) {
    const key = `${event.customer_id}/${action}`;
    const count = given.get(key) ?? 0;
    if (count < most) {
      given.set(key, count + 1);
      return [{ type: "decision", customer_id: event.customer_id, action }];
    }
  }
  return [];
}

http.createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const event = JSON.parse(Buffer.concat(pieces));
    const body = JSON.stringify({ event_id: event.id, customer_id: event.customer_id, lines: decide(event) });
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(Number(process.env.PORT), "127.0.0.1");

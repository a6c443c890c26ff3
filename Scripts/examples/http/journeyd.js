// Events to journeyd and decisions from it: in a browser, and in Node from version 18 on.
export class Journeyd {
  constructor(address = "http://127.0.0.1:8080", token) {
    this.address = address;
    this.headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  }

  post(path, body) {
    return fetch(this.address + path, { method: "POST", headers: this.headers, body: JSON.stringify(body) });
  }

  async send(...events) {
    const answer = await this.post("/events", events);
    const told = await answer.json();
    if (answer.status !== 202 && answer.status !== 400) throw new Error(`${answer.status}: ${told.error}`);
    return told.rejected;
  }

  // The chosen actions, best first; none where there is no decision in time.
  async decide(event, timeout = "200ms") {
    const answer = await this.post(`/decide?types=decision&timeout=${timeout}`, event);
    return answer.status === 200 ? (await answer.json()).lines.filter((line) => line.action) : [];
  }

  // As a page is left, when nothing is waited for any more.
  beacon(...events) {
    return navigator.sendBeacon(this.address + "/events", JSON.stringify(events));
  }
}

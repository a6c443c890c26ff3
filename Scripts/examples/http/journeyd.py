"""Events to journeyd and decisions from it, with the standard library only."""
import http.client, json, sys


class Journeyd:
    def __init__(self, host="127.0.0.1", port=8080, token=None):
        self.connection = http.client.HTTPConnection(host, port, timeout=5)
        self.headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}

    def _post(self, path, body):
        self.connection.request("POST", path, json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def send(self, *events):
        status, told = self._post("/events", events)
        if status not in (202, 400):
            raise OSError(f"{status}: {told['error']}")
        return told["rejected"]

    def decide(self, event, timeout="200ms"):
        """The chosen actions, best first; none where there is no decision in time."""
        status, told = self._post(f"/decide?types=decision&timeout={timeout}", event)
        return [line for line in told["lines"] if line["action"]] if status == 200 else []


if __name__ == "__main__":
    journeyd = Journeyd(port=int(sys.argv[1]))
    print(journeyd.send({"customer_id": "c1", "event": "page_view"}))
    print([line["action"] for line in journeyd.decide({"customer_id": "c1", "event": "ask", "properties": {"place": "home"}})])

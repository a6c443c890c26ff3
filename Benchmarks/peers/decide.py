"""What somebody would write instead of POST /decide: a service that looks the rule up in memory, and counts how often each
customer got an action. No windows, no sequences, no explanation, nothing kept."""

import orjson
from fastapi import FastAPI, Request, Response

RULES = {"product_view": ("recommend", "coupon"), "search": ("assist",), "checkout_started": ("coupon",)}
MOST = 3
given = {}
app = FastAPI()


@app.post("/decide")
async def decide(request: Request):
    event = orjson.loads(await request.body())
    customer = event["customer_id"]
    lines = []
    for action in RULES.get(event["event"], ()):
        count = given.get((customer, action), 0)
        if count < MOST:
            given[(customer, action)] = count + 1
            lines.append({"type": "decision", "customer_id": customer, "action": action})
            break
    answer = {"event_id": event.get("id"), "customer_id": customer, "lines": lines}
    return Response(orjson.dumps(answer), media_type="application/json")

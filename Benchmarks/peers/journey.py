"""The benchmark's rules written by hand in Python: one process, plain good code, orjson where it is installed.

usage: journey.py EVENTS OUTPUT

Events come in order of time. The rules are those of Benchmarks/bench.json5; README.md says what the lines leave out.
"""

import gc
import sys
from collections import deque
from datetime import datetime, timezone

try:
    from orjson import dumps, loads
except ImportError:  # Only --quick runs without it, and then measures nothing.
    from json import dumps as dumps_text
    from json import loads

    def dumps(value):
        return dumps_text(value, separators=(",", ":")).encode()


SECOND = 1000  # Times are milliseconds since 1970.
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
CART_PATIENCE = 30 * MINUTE


class Customer:
    __slots__ = (
        "name", "complaints", "purchases", "channels", "viewed", "active", "carts",
        "viewing", "carted", "checking", "searches", "chosen", "reminded",
    )

    def __init__(self, name):
        self.name = name
        # Lists, not queues: they are short, and an empty deque takes ten times the memory.
        self.complaints = []  # times
        self.purchases = []  # (time, price)
        self.channels = {}  # channel: time last seen; so the distinct ones of a window need no queue
        self.viewed = None  # (time, sku) of the last product_view
        self.active = None  # time of the last purchase or app_open
        self.carts = {}  # sku: its pending carts
        self.viewing = []  # checkout_path: first times of those that wait for add_to_cart,
        self.carted = []  # for checkout_started,
        self.checking = []  # and for purchase
        self.searches = []  # stuck: the last two since an add_to_cart
        self.chosen = []  # times of the last decisions chosen, at most three, for the cap
        self.reminded = None  # when email_reminder was last chosen


class Cart:
    __slots__ = ("time", "customer", "sku", "price", "bought")

    def __init__(self, time, customer, sku, price):
        self.time = time
        self.customer = customer
        self.sku = sku
        self.price = price
        self.bought = False


def milliseconds(text):
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def written(time):
    return datetime.fromtimestamp(time / 1000, timezone.utc).isoformat(timespec="milliseconds")[:23] + "Z"


def expire(times, until):
    """Drops the times up to and with `until` from the front."""
    expired = 0
    for time in times:
        if time > until:
            break
        expired += 1
    del times[:expired]


def advance(waiting, next_step, time):
    """Moves the partial matches on, and drops those of the next step whose hour is over."""
    if waiting:
        expire(next_step, time - HOUR)
        next_step.extend(waiting)
        waiting.clear()


class Engine:
    def __init__(self, output):
        self.output = output
        self.customers = {}
        self.pending = deque()  # carts in order of time, so in order of deadline
        self.handlers = {
            "product_view": self.product_view,
            "add_to_cart": self.add_to_cart,
            "checkout_started": self.checkout_started,
            "purchase": self.purchase,
            "search": self.search,
            "support_ticket": self.support_ticket,
            "app_open": self.app_open,
        }

    def run(self, lines):
        customers = self.customers
        for line in lines:
            event = loads(line)
            time = milliseconds(event["timestamp"])
            self.fire(time)
            name = event["customer_id"]
            customer = customers.get(name)
            if customer is None:
                customer = customers[name] = Customer(name)
            self.see(customer, time, event)

    def fire(self, time):
        """Abandons the carts whose half hour is over."""
        pending = self.pending
        while pending and pending[0].time + CART_PATIENCE <= time:
            cart = pending.popleft()
            if not cart.bought:
                self.cart_abandoned(cart)

    # Events

    def see(self, customer, time, event):
        channel = event.get("channel")
        if channel is not None:
            customer.channels[channel] = time
        handler = self.handlers.get(event["event"])
        if handler:
            handler(customer, time, event["properties"])

    def product_view(self, customer, time, properties):
        customer.viewed = (time, properties.get("sku"))
        viewing = customer.viewing
        if viewing:
            expire(viewing, time - HOUR)
        viewing.append(time)

    def add_to_cart(self, customer, time, properties):
        sku = properties.get("sku")
        if sku is not None:
            cart = Cart(time, customer, sku, properties.get("price"))
            customer.carts.setdefault(sku, []).append(cart)
            self.pending.append(cart)
        advance(customer.viewing, customer.carted, time)
        customer.searches.clear()

    def checkout_started(self, customer, time, properties):
        advance(customer.carted, customer.checking, time)

    def purchase(self, customer, time, properties):
        customer.active = time
        price = properties.get("price")
        purchases = customer.purchases
        while purchases and purchases[0][0] <= time - 90 * DAY:
            del purchases[0]
        if price is not None:
            purchases.append((time, price))
        for cart in customer.carts.pop(properties.get("sku"), ()):
            cart.bought = True
        for start in customer.checking:
            if time - start < HOUR:
                self.moment("checkout_path", customer, time, start, time)
                customer.viewing.clear()
                customer.carted.clear()
                break
        customer.checking.clear()

    def search(self, customer, time, properties):
        searches = customer.searches
        if len(searches) == 2:
            start = searches[0]
            if time - start < 10 * MINUTE:
                searches.clear()
                self.moment("stuck", customer, time, start, time)
                self.chat_help(customer, time)
                return
            del searches[0]
        searches.append(time)

    def support_ticket(self, customer, time, properties):
        if properties.get("sentiment") == "negative":
            customer.complaints.append(time)

    def app_open(self, customer, time, properties):
        customer.active = time

    # Moments and decisions

    def cart_abandoned(self, cart):
        customer = cart.customer
        same = customer.carts[cart.sku]
        del same[0]  # Carts of one SKU come due in their order.
        if not same:
            del customer.carts[cart.sku]
        time = cart.time + CART_PATIENCE
        self.moment("cart_abandoned", customer, time, cart.time, cart.time, cart.sku)
        if customer.complaints:
            expire(customer.complaints, time - 14 * DAY)
        if customer.complaints:
            reason = "not_eligible"
        elif customer.reminded is not None and time - customer.reminded < DAY:
            reason = "cooldown"
        elif cart.price is None:
            reason = "bad_priority"
        elif self.capped(customer, time):
            reason = "cap"
        else:
            customer.reminded = time
            self.choose(customer, time)
            self.decision("cart_abandoned", customer, time, "email_reminder", "email", 0.25, float(cart.price),
                          {"sku": cart.sku})
            return
        self.no_decision("cart_abandoned", customer, time, reason)

    def chat_help(self, customer, time):
        if self.capped(customer, time):
            self.no_decision("stuck", customer, time, "cap")
            return
        self.choose(customer, time)
        spend = sum(price for at, price in customer.purchases if at > time - 90 * DAY)
        payload = {}
        if customer.viewed and customer.viewed[0] > time - 7 * DAY:
            payload["last_viewed"] = customer.viewed[1]
        if customer.active is not None:
            payload["quiet_for"] = f"{(time - customer.active) / 1000:.3f}".rstrip("0").rstrip(".") + "s"
        self.decision("stuck", customer, time, "chat_help", "web", 1.0, 5.0 + spend / 100.0, payload)

    def capped(self, customer, time):
        return len(customer.chosen) == 3 and customer.chosen[0] > time - 7 * DAY

    def choose(self, customer, time):
        customer.chosen.append(time)
        del customer.chosen[:-3]

    # Lines

    def moment(self, name, customer, time, start, end, by=None):
        line = {"type": "moment", "moment": name, "customer_id": customer.name}
        if by is not None:
            line["by"] = by
        line["time"] = written(time)
        line["start"] = written(start)
        line["end"] = written(end)
        self.write(line)

    def decision(self, moment, customer, time, action, channel, propensity, value, payload):
        self.write({
            "type": "decision", "moment": moment, "customer_id": customer.name, "time": written(time),
            "action": action, "channel": channel, "priority": propensity * 1.0 * value * 1.0,
            "propensity": propensity, "context": 1.0, "value": value, "lever": 1.0, "payload": payload,
        })

    def no_decision(self, moment, customer, time, reason):
        self.write({
            "type": "decision", "moment": moment, "customer_id": customer.name, "time": written(time),
            "action": None, "reason": reason,
        })

    def write(self, line):
        self.output.write(dumps(line) + b"\n")


def main():
    gc.disable()  # Nothing here is a lasting cycle, and the collector would walk every customer again and again.
    with open(sys.argv[1], "rb", buffering=1 << 20) as lines, open(sys.argv[2], "wb", buffering=1 << 20) as output:
        Engine(output).run(lines)


if __name__ == "__main__":
    main()

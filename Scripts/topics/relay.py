"""A relay before a Kafka-protocol broker that answers in its place what brokers answer on bad days, loses answers, cuts
connections, and for a while lets nothing through. What it passes on it leaves as it is, but for the broker's address."""
import collections, socket, struct, threading, time

PRODUCE, FETCH, METADATA, OFFSET_FETCH, FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT, LEAVE_GROUP, SYNC_GROUP = 0, 1, 3, 9, 10, 11, 12, 13, 14
ADD_PARTITIONS, ADD_OFFSETS, END_TRANSACTION, COMMIT_OFFSETS = 24, 25, 26, 28
# From which version on requests and answers have tagged fields, and lengths of a varying size.
FLEXIBLE = {PRODUCE: 9, FIND_COORDINATOR: 3, HEARTBEAT: 4, JOIN_GROUP: 6, LEAVE_GROUP: 4, SYNC_GROUP: 4, ADD_PARTITIONS: 3,
            ADD_OFFSETS: 3, END_TRANSACTION: 3, COMMIT_OFFSETS: 3, OFFSET_FETCH: 6}


class Reader:
    """What stands in a request, from its header on."""

    def __init__(self, frame):
        self.frame, self.place = frame, 0
        self.api, self.version, self.number = self.take(">hhi")
        self.is_flexible = self.version >= FLEXIBLE.get(self.api, 99)
        size = self.take(">h")[0]
        self.place += max(0, size)
        self.tags()

    def take(self, form):
        found = struct.unpack_from(form, self.frame, self.place)
        self.place += struct.calcsize(form)
        return found

    def varint(self):
        value, shift = 0, 0
        while True:
            byte = self.frame[self.place]
            self.place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def tags(self):
        if self.is_flexible:
            for _ in range(self.varint()):
                self.varint()
                self.place += self.varint()

    def text(self):
        size = self.varint() - 1 if self.is_flexible else self.take(">h")[0]
        found = self.frame[self.place:self.place + max(0, size)]
        self.place += max(0, size)
        return found

    def bytes(self):
        size = self.varint() - 1 if self.is_flexible else self.take(">i")[0]
        self.place += max(0, size)

    def count(self):
        return self.varint() - 1 if self.is_flexible else self.take(">i")[0]


def refusal(request, code):
    """The broker's answer to a request that it refuses with a code."""
    flexible = request.is_flexible
    tags = b"\0" if flexible else b""

    def count(number):
        return bytes([number + 1]) if flexible else struct.pack(">i", number)

    def text(word):
        return (bytes([len(word) + 1]) if flexible else struct.pack(">h", len(word))) + word

    api, version, throttle, error = request.api, request.version, struct.pack(">i", 0), struct.pack(">h", code)
    nothing = b"\0" if flexible else struct.pack(">h", -1)
    if api in (ADD_OFFSETS, END_TRANSACTION, LEAVE_GROUP, HEARTBEAT):
        body = (throttle if version >= 1 or api in (ADD_OFFSETS, END_TRANSACTION) else b"") + error
        if api == LEAVE_GROUP and version >= 3:
            body += count(0)
    elif api == JOIN_GROUP:
        body = (throttle if version >= 2 else b"") + error + struct.pack(">i", -1)
        body += (nothing if version >= 7 else b"") + text(b"") * 3 + count(0)
    elif api == SYNC_GROUP:
        body = (throttle if version >= 1 else b"") + error + (nothing * 2 if version >= 5 else b"") + count(0)
    elif api == FIND_COORDINATOR:
        body = throttle + error + nothing if version >= 1 else error
        body += struct.pack(">i", -1) + text(b"") + struct.pack(">i", -1)
    elif api == COMMIT_OFFSETS:
        request.text(), request.text(), request.take(">qh")
        if version >= 3:
            request.take(">i"), request.text(), request.text()
        topics = request.count()
        body = throttle + count(topics)
        for _ in range(topics):
            body += text(request.text())
            places = request.count()
            body += count(places)
            for _ in range(places):
                body += request.frame[request.place:request.place + 4] + error + tags
                request.take(">iq" + ("i" if version >= 2 else ""))
                request.text(), request.tags()
            request.tags()
            body += tags
    elif api == PRODUCE:
        request.text(), request.take(">hi")
        topics = request.count()
        body = count(topics)
        for _ in range(topics):
            body += text(request.text())
            parts = request.count()
            body += count(parts)
            for _ in range(parts):
                body += request.frame[request.place:request.place + 4] + error + struct.pack(">qq", -1, -1)
                body += (struct.pack(">q", -1) if version >= 5 else b"") + (count(0) + nothing if version >= 8 else b"") + tags
                request.take(">i"), request.bytes(), request.tags()
            request.tags()
            body += tags
        body += throttle
    else:
        raise ValueError(f"no refusal of {api} is known")
    frame = struct.pack(">i", request.number) + tags + body + tags
    return struct.pack(">i", len(frame)) + frame


class Relay:
    """Listens on a port of its own, and passes on to a broker. `plan` says what is to happen to the next request of a kind."""

    def __init__(self, bootstrap):
        host, port = bootstrap.rsplit(":", 1)
        self.broker = (host, int(port))
        self.server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.plans = collections.defaultdict(collections.deque)
        self.lock = threading.Lock()
        self.happened = collections.Counter()
        self.connections = set()
        self.silent = False
        threading.Thread(target=self.accept, daemon=True).start()

    def plan(self, api, what, code=0):
        """What is to happen to the next request: `refuse` with a code, `lose` the answer, or `cut` the connection before it."""
        with self.lock:
            self.plans[api].append((what, code))

    def waiting(self):
        with self.lock:
            return sum(map(len, self.plans.values()))

    def forget(self):
        with self.lock:
            self.plans.clear()

    def silence(self, seconds, drops):
        """Lets nothing through for a while: connections are cut and none are taken, or all stand still."""
        self.silent = "drop" if drops else "hold"
        if drops:
            for one in list(self.connections):
                shut(one)
        time.sleep(seconds)
        self.silent = False

    def accept(self):
        while True:
            client, _ = self.server.accept()
            if self.silent == "drop":
                client.close()
                continue
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            broker = socket.create_connection(self.broker, 10)
        except OSError:
            return client.close()
        broker.settimeout(None)
        for one in (client, broker):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lost, telling, sending = set(), set(), threading.Lock()
        self.connections |= {client, broker}
        threading.Thread(target=self.answers, args=(client, broker, lost, telling, sending), daemon=True).start()
        try:
            while True:
                frame = self.frame(client)
                request = Reader(frame)
                with self.lock:
                    plans = self.plans[request.api]
                    what, code = plans.popleft() if plans else (None, 0)
                    if what:
                        self.happened[request.api, what, code] += 1
                if what == "refuse":
                    with sending:
                        client.sendall(refusal(request, code))
                elif what == "cut":
                    break
                else:
                    if what == "lose":
                        lost.add(request.number)
                    if request.api in (METADATA, FIND_COORDINATOR):
                        telling.add(request.number)
                    broker.sendall(struct.pack(">i", len(frame)) + frame)
        except (OSError, EOFError):
            pass
        self.end(client, broker)

    def answers(self, client, broker, lost, telling, sending):
        listening = tuple(
            socket.inet_aton(host) and host.encode() + struct.pack(">i", port)
            for host, port in (self.broker, ("127.0.0.1", self.server.getsockname()[1])))
        try:
            while True:
                frame = self.frame(broker)
                number = struct.unpack_from(">i", frame)[0]
                if number in lost:
                    break
                if number in telling:
                    telling.discard(number)
                    frame = frame.replace(*listening)
                with sending:
                    client.sendall(struct.pack(">i", len(frame)) + frame)
        except (OSError, EOFError):
            pass
        self.end(client, broker)

    def end(self, *both):
        for one in both:
            shut(one)
        self.connections -= set(both)

    def frame(self, connection):
        size = struct.unpack(">i", self.bytes(connection, 4))[0]
        return self.bytes(connection, size)

    def bytes(self, connection, size):
        found = bytearray()
        while len(found) < size:
            piece = connection.recv(min(1 << 20, size - len(found)))
            if not piece:
                raise EOFError
            found += piece
        while self.silent == "hold":
            time.sleep(0.05)
        return bytes(found)


def shut(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()

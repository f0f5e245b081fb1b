"""Thousands of slow hosts on one port, played by one thread.

A host's name begins with how it behaves:
    silent-N   takes the request and says nothing
    drip-N     says one byte a second, from the first byte of its robots.txt on
    body-N     has no robots.txt; its pages come with a quick head and one byte a second
"""

import select
import socket
import threading
import time

TURN_S = 0.1  # each turn feeds a tenth of the connections
KINDS = ("silent", "drip", "body")
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"


def host_names(count):
    """Each is a registrable domain of its own."""
    return [f"{KINDS[n % len(KINDS)]}-{n}.test" for n in range(count)]


def address_of(number):
    return f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"


class SlowWeb(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("0.0.0.0", 0), backlog=4096)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.asked = set()  # host names
        self.connected_max = 0
        self.dripping = [set() for _ in range(round(1 / TURN_S))]
        self.connections = {}  # by descriptor: (socket, bytes received)
        self.over = False

    def run(self):
        epoll = select.epoll()
        epoll.register(self.listener, select.EPOLLIN)
        turn, due = 0, time.monotonic() + TURN_S
        while not self.over:
            for number, _ in epoll.poll(max(0, due - time.monotonic())):
                if number == self.listener.fileno():
                    self.accept(epoll)
                else:
                    self.receive(number)
            if time.monotonic() >= due:
                turn, due = (turn + 1) % len(self.dripping), due + TURN_S
                self.feed(self.dripping[turn])
        for connection, _ in self.connections.values():
            connection.close()
        self.listener.close()

    def stop(self):
        self.over = True
        self.join()

    def accept(self, epoll):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setblocking(False)
            epoll.register(connection, select.EPOLLIN)
            self.connections[connection.fileno()] = (connection, b"")
            self.connected_max = max(self.connected_max, len(self.connections))

    def receive(self, number):
        connection, received = self.connections[number]
        try:
            chunk = connection.recv(65536)
        except OSError:
            chunk = b""
        if not chunk:
            return self.close(number)
        received += chunk
        if b"\r\n\r\n" in received:
            self.answer(number, received)
            received = b""
        self.connections[number] = (connection, received)

    def answer(self, number, request):
        target = request.split(b" ")[1].decode()
        host = request.split(b"Host: ")[1].split(b":")[0].decode()
        self.asked.add(host)
        kind = host.split("-")[0]
        if kind == "silent":
            return
        if kind != "drip" and target == "/robots.txt":
            return self.send(number, MISSING)
        if kind != "drip":
            self.send(number, HEAD)
        self.dripping[number % len(self.dripping)].add(number)

    def feed(self, numbers):
        for number in list(numbers):
            self.send(number, b"H")

    def send(self, number, data):
        try:
            self.connections[number][0].send(data)
        except OSError:
            self.close(number)

    def close(self, number):
        self.connections.pop(number)[0].close()
        self.dripping[number % len(self.dripping)].discard(number)

"""A server on loopback that answers with bytes that no library would let through."""

import collections
import socket
import threading

Request = collections.namedtuple("Request", "host target head")  # head: its bytes


class RawServer(threading.Thread):
    """A thread for each connection, which ends with its answer. What was asked is in `seen`."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.seen = []

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.guarded, args=(connection,), daemon=True).start()

    def guarded(self, connection):
        try:
            with connection:
                self.serve(connection)
        except OSError:
            pass  # the crawler had enough

    def read(self, connection):
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = connection.recv(65536)
            if not chunk:
                raise OSError("gone")
            received += chunk
        target = received.split(b" ")[1].decode()
        host = received.split(b"Host: ")[1].split(b"\r\n")[0].split(b":")[0].decode()
        self.seen.append(Request(host, target, received))
        return self.seen[-1]

    def serve(self, connection):
        connection.sendall(self.answer(self.read(connection)))

    def answer(self, request):
        """The bytes of a response to the Request, before the connection is closed."""
        raise NotImplementedError

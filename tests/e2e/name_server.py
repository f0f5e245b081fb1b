"""A name server on loopback that says what its owner wants, as late as its owner wants."""

import heapq
import ipaddress
import select
import socket
import struct
import threading
import time

A, CNAME, AAAA = 1, 5, 28
HEAD, QUESTION = struct.Struct(">6H"), struct.Struct(">2H")


class NameServer(threading.Thread):
    """`records(name)` is a list of (kind, value), empty for a name that does not exist; a CNAME's
    value owns what comes after it. `asked` counts the questions for each name, of any kind."""

    def __init__(self, records, port=0, ttl_s=0):
        super().__init__(daemon=True)
        self.records, self.ttl_s, self.delay_s = records, ttl_s, 0.0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.asked = {}
        self.late = []  # (when, answer, client)

    def run(self):
        while True:
            wait = max(0, self.late[0][0] - time.monotonic()) if self.late else None
            if select.select([self.socket], [], [], wait)[0]:
                query, client = self.socket.recvfrom(4096)
                heapq.heappush(self.late, (time.monotonic() + self.delay_s, self.answer(query),
                                           client))
            while self.late and self.late[0][0] <= time.monotonic():
                _, answer, client = heapq.heappop(self.late)
                self.socket.sendto(answer, client)

    @staticmethod
    def encoded(name):
        return b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0"

    def answer(self, query):
        number, *_ = HEAD.unpack_from(query)
        end = query.index(0, HEAD.size) + 1
        kind, _ = QUESTION.unpack_from(query, end)
        labels, at = [], HEAD.size
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        name = ".".join(labels)
        self.asked[name] = self.asked.get(name, 0) + 1
        records = self.records(name)
        body, owner, count = b"", name, 0
        for record_kind, value in records:
            if record_kind not in (kind, CNAME):
                continue
            data = (self.encoded(value) if record_kind == CNAME
                    else ipaddress.ip_address(value).packed)
            body += b"\xc0\x0c" if owner == name else self.encoded(owner)
            body += struct.pack(">2HIH", record_kind, 1, self.ttl_s, len(data)) + data
            count += 1
            if record_kind == CNAME:
                owner = value
        flags = 0x8180 if records else 0x8183
        return HEAD.pack(number, flags, 1, count, 0, 0) + query[HEAD.size:end + 4] + body

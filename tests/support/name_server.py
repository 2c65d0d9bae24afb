"""A name service on a port of this machine, which says what a test wants it to."""
import ipaddress
import socket
import struct
import threading

TYPE_A = 1
NO_SUCH_NAME = 3


class NameServer:
    """`answers` maps a name to lists of IPv4 addresses, one for each time that it is asked for; the
    last one holds from then on. `asked` has the names in the order in which they were asked for."""

    def __init__(self, address, answers, port=53):
        self.answers = answers
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            query, client = self.socket.recvfrom(1500)
            self.socket.sendto(self._answer(query), client)

    def _answer(self, query):
        """RFC 1035, 4.1; the addresses live for no time at all."""
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        question = query[12:at + 5]
        kind, = struct.unpack("!H", query[at + 1:at + 3])
        name = ".".join(labels)
        said = self._addresses(name) if kind == TYPE_A else []
        code = 0 if name in self.answers else NO_SUCH_NAME
        head = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(said), 0, 0)
        records = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", TYPE_A, 1, 0, 4)
                           + ipaddress.IPv4Address(one).packed for one in said)
        return head + question + records

    def _addresses(self, name):
        each = self.answers.get(name, [[]])
        self.asked.append(name)
        return each[min(self.asked.count(name), len(each)) - 1]

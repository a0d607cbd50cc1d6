"""A name server of a few lines: every name has the addresses that a test says."""

import socket
import struct
from threading import Thread

A, INTERNET, ANSWERED = 1, 1, 0x8180


class NameServer:
    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            query, sender = self._socket.recvfrom(512)
            question = query[12 : query.index(b"\0", 12) + 5]
            asked = struct.unpack("!H", question[-4:-2])[0]
            found = self.addresses if asked == A else ()
            head = query[:2] + struct.pack("!HHHHH", ANSWERED, 1, len(found), 0, 0)
            record = struct.pack("!HHHIH", 0xC00C, A, INTERNET, 1, 4)
            self._socket.sendto(head + question + b"".join(record + socket.inet_aton(a) for a in found), sender)

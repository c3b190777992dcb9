"""Counts bytes and frames between the judge and a kernel before ZeroMQ stores any of them.

ZeroMQ limits the size of a frame but not of a message, and it needs seventy bytes for an empty
frame, which is two bytes on the wire.
"""

import contextlib
import socket
import threading

LOCAL = hasattr(socket, "AF_UNIX")  # sockets with a path: not on Windows
MOST_BYTES = 100_000_000
CHUNK = 65_536
GREETING = 64  # bytes, ZMTP 3
MORE, LONG = 1, 2  # flags of a frame


class TooMuch(Exception):
    """More data arrived than a kernel needs to send, or something that is not ZMTP 3."""


class Meter:
    """What one side of a connection may send: a greeting, then frames (ZMTP 3, RFC 23).

    A frame is a byte of flags, its length in 1 or 8 bytes, and that many bytes. A reply has 7
    frames; a lesson takes a few hundred replies.
    """

    def __init__(self, *, most: int = MOST_BYTES, frames: int = 100_000, in_message: int = 16):
        self.bytes_left, self.frames_left = most, frames
        self.in_message = self.left_of_message = in_message
        self.greeted = False
        self.head = b""  # of a greeting or a frame that is still incomplete
        self.body = 0  # bytes of a frame still to come

    def count(self, data: bytes) -> None:
        """Count the next bytes; TooMuch if they must not pass."""
        self.bytes_left -= len(data)
        if self.bytes_left < 0:
            raise TooMuch
        data, place = self.head + data, 0
        if not self.greeted:
            if len(data) < GREETING:
                self.head = data
                return
            if (data[0], data[9], data[10]) != (0xFF, 0x7F, 3):  # older versions differ
                raise TooMuch
            self.greeted, place = True, GREETING
        while True:
            skipped = min(self.body, len(data) - place)
            self.body -= skipped
            place += skipped
            head = data[place : place + 9]
            size = 9 if head and head[0] & LONG else 2
            if len(head) < size:
                break
            self._frame(head[0], int.from_bytes(head[1:size]))
            place += size
        self.head = data[place:]

    def _frame(self, flags: int, length: int) -> None:
        self.frames_left -= 1
        self.left_of_message -= 1
        if self.frames_left < 0 or self.left_of_message < 0:
            raise TooMuch
        if not flags & MORE:
            self.left_of_message = self.in_message
        self.body = length


class Relay:
    """Listens at one path and forwards a connection to another, as far as its meter allows.

    `exceeded` is set when the far side has sent too much; then nothing more passes. `ended` is set
    when either side has closed the connection.
    """

    def __init__(self, path: str, far: str):
        self.exceeded = self.ended = False
        self.sockets = []
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(1)
        self.far = far
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """End the threads, whatever they are waiting for."""
        for end in (self.listener, *self.sockets):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # closed from either side
            near, _ = self.listener.accept()
            far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sockets += [near, far]
            far.connect(self.far)
            threading.Thread(target=self._forward, args=(near, far), daemon=True).start()
            self._forward(far, near, Meter())
        self.ended = True

    def _forward(self, source: socket.socket, to: socket.socket, meter: Meter | None = None):
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if meter:
                    try:
                        meter.count(data)
                    except TooMuch:
                        self.exceeded = True
                        break
                to.sendall(data)
        with contextlib.suppress(OSError):
            to.shutdown(socket.SHUT_RDWR)

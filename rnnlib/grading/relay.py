"""Bytes between the judge and a kernel, counted: ZeroMQ itself bounds a frame and not a message."""

import contextlib
import socket
import threading

MOST_BYTES = 100_000_000
CHUNK = 65_536


class Relay:
    """Listens at one path and forwards a connection to another, up to a number of bytes.

    `exceeded` is set when the far side has sent more; then nothing passes any longer. `ended` is
    set when either side has hung up.
    """

    def __init__(self, path: str, far: str, most: int = MOST_BYTES):
        self.most = most
        self.exceeded = self.ended = False
        self.sockets = []
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(1)
        self.far = far
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """End the threads, whatever they wait for."""
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
            self._forward(far, near, self.most)
        self.ended = True

    def _forward(self, source: socket.socket, to: socket.socket, most: float = float("inf")):
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                passed += len(data)
                if passed > most:
                    self.exceeded = True
                    break
                to.sendall(data)
        with contextlib.suppress(OSError):
            to.shutdown(socket.SHUT_RDWR)

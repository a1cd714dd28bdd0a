"""A relay between two processes that keeps every byte of both directions."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

_WAIT_SECONDS = 60


class Relay:
    """Listens on 127.0.0.1 and passes everything on to a port that may be known later."""

    def __init__(self) -> None:
        self.seen = bytearray()
        self._target: int | None = None
        self._is_known = threading.Event()
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """Where a Dask process connects to."""
        return f"tcp://127.0.0.1:{self.port}"

    def lead_to(self, port: int) -> None:
        """Passes everything on to this port."""
        assert port != self.port
        self._target = port
        self._is_known.set()

    def close(self) -> None:
        """Ends all connections."""
        for each in (self._server, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                theirs, _ = self._server.accept()
                threading.Thread(target=self._connect, args=(theirs,), daemon=True).start()

    def _connect(self, theirs: socket.socket) -> None:
        assert self._is_known.wait(_WAIT_SECONDS)
        ours = socket.create_connection(("127.0.0.1", self._target or 0))
        self._open += [theirs, ours]
        for source, target in ((theirs, ours), (ours, theirs)):
            threading.Thread(target=self._copy, args=(source, target), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                with self._lock:
                    self.seen += data
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def relay() -> Iterator[Relay]:
    """A relay that ends with the block."""
    made = Relay()
    try:
        yield made
    finally:
        made.close()

"""The trusted certificates, read once for all connections.

urllib3 would read them for each connection: those of certifi take 25 ms of processor time and 0.7 MiB, more than the
rest of a request.
"""

from __future__ import annotations

import functools
import ssl
import threading
from pathlib import Path

from urllib3.util.ssl_ import ALPN_PROTOCOLS, create_urllib3_context

_reading = threading.Lock()


def trusting_context(path: str) -> ssl.SSLContext:
    """A context that trusts the certificates in a file; a file that has changed is read again.

    Args:
        path: a file with certificates in PEM.

    Raises:
        OSError: the file cannot be read, or has none (`ssl.SSLError`).
    """
    state = Path(path).stat()
    with _reading:  # one reads the file; connections that begin meanwhile wait
        return _read(path, (state.st_ino, state.st_ctime_ns, state.st_mtime_ns, state.st_size))


@functools.lru_cache(maxsize=8)
def _read(path: str, _state: tuple[int, ...]) -> ssl.SSLContext:
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_verify_locations(path)
    context.set_alpn_protocols(ALPN_PROTOCOLS)
    # urllib3 would set the protocols for each connection: OpenSSL frees the list that another thread may be copying.
    context.set_alpn_protocols = lambda _: None  # type: ignore[method-assign,assignment]
    return context

"""The trusted certificates, read once for all connections.

urllib3 reads them for each connection: those of certifi take 25 ms of processor time and 0.7 MiB, more than all else of
a request.
"""

from __future__ import annotations

import functools
import ssl
import threading
from pathlib import Path

from urllib3.exceptions import SSLError
from urllib3.util.ssl_ import ALPN_PROTOCOLS, create_urllib3_context

_reading = threading.Lock()


def trusting(path: str) -> ssl.SSLContext:
    """A context that trusts the certificates in a file; a file that has changed is read again.

    Args:
        path: a file with certificates in PEM.

    Raises:
        SSLError: the file cannot be read, or has none.
    """
    try:
        state = Path(path).stat()
        with _reading:  # connections that begin at the same time wait for one of them to read it
            return _read(path, state.st_mtime_ns, state.st_size)
    except OSError as error:  # also ssl.SSLError
        raise SSLError(error) from error


@functools.lru_cache(maxsize=8)
def _read(path: str, _modified: int, _size: int) -> ssl.SSLContext:
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_verify_locations(path)
    context.set_alpn_protocols(ALPN_PROTOCOLS)
    # urllib3 sets them for each connection: OpenSSL would free the list while another thread copies it.
    context.set_alpn_protocols = lambda _: None  # type: ignore[method-assign,assignment]
    return context

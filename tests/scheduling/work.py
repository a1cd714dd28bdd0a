"""What the workers of tests do."""

from __future__ import annotations

import os
import sys
import threading


def work(request: str, stop: threading.Event) -> str:
    """Does what the request says."""
    if request == "exit":
        sys.exit(3)
    if request == "raise":
        raise ValueError("first line\nsecond line")
    if request == "die":
        os._exit(1)
    if request == "wait":
        stop.wait()
    return request.upper()

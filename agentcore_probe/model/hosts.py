"""Hosts that have a meaning of their own."""

from __future__ import annotations

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names of this machine, the only one that plain http is allowed to."""

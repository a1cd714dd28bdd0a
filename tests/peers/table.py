"""Which peers were tried, in which versions, and what came of it: the table at the end of `make peers`.

With `make clients`, a second one has what each client did and what was forecast.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.peers.install import DEBIAN, HERE, ROOT

PROPERTY = "peer"
HEADER = ("peer", "version", "role", "result")
LOGIN_PROPERTY = "login"
LOGIN_HEADER = ("target", "client", "way", "did", "forecast")
LIBRARIES = {"LD_LIBRARY_PATH": ":".join(map(str, DEBIAN.glob("usr/lib/*-linux-gnu")))}
"""The environment variable with which Debian's unpacked programs find their libraries."""


class Peer(NamedTuple):
    """A peer in one test."""

    name: str
    group: str | None
    """The file in `requirements/` that pins it, where several do; None: any."""
    role: str
    """What it does in the test."""


def debian_program(name: str) -> Path:
    """A program of Debian's packages; skips the test where they could not be had."""
    program = DEBIAN / "usr" / "sbin" / name
    if not program.exists():
        pytest.skip(f"{name} was not unpacked: apt-get download failed, or this is not Debian")
    return program


def version_of(peer: Peer) -> str:
    """The installed version."""
    package = HERE / "node_modules" / peer.name / "package.json"
    if package.exists():
        return str(json.loads(package.read_text("utf-8"))["version"])
    normalized = re.sub(r"[-_.]+", "[-_.]", peer.name)
    pattern = re.compile(rf"{normalized}-(.+)\.dist-info", re.IGNORECASE)
    for folder in sorted(ROOT.glob(f"{peer.group or '*'}/lib/python*/site-packages/*.dist-info")):
        if match := pattern.fullmatch(folder.name):
            return match[1]
    program = debian_program(peer.name)
    variables = {**os.environ, **LIBRARIES}
    done = subprocess.run([program, "-v"], capture_output=True, text=True, check=True, env=variables)
    match = re.search(r"\d+\.\d+\.\d+", done.stdout + done.stderr)
    return match[0] if match else "unknown"


def table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Lines of columns of equal width."""
    cells = [header, *sorted(set(rows))]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]

"""A command in a terminal of its own, for tests of what it asks."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path


class Terminal:
    """A command in a terminal of its own."""

    def __init__(self, words: tuple[str, ...], env: Mapping[str, str], cwd: Path) -> None:
        self._master, self.slave = pty.openpty()
        self.output = b""
        self.process = subprocess.Popen(
            ["setsid", "--ctty", sys.executable, "-m", "agentcore_probe", *words],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=env,
            cwd=cwd,
        )

    def read(self, seconds: float, until: bytes = b"\0") -> bytes:
        """What the command writes until `until`, its end, or the time limit."""
        deadline, written = time.monotonic() + seconds, b""
        while until not in written and time.monotonic() < deadline:
            if not select.select([self._master], [], [], 0.05)[0]:
                if self.process.poll() is not None:
                    break
                continue
            written += os.read(self._master, 65536)
        self.output += written
        return written

    def type(self, text: bytes) -> None:
        """Types `text` on the keyboard."""
        os.write(self._master, text)

    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def close(self) -> None:
        """Ends the command and its terminal."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self.slave)

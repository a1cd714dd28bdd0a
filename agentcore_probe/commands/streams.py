"""Standard output and error: any character can be printed, no secret is, and a closed pipe is not an error."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from agentcore_probe.errors import ReportError
from agentcore_probe.secret import find_leak, redact


class _UnfailingFile(io.FileIO):
    """A file descriptor whose writes never raise; `failure` is the last error but a closed pipe."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            pass  # the reader has closed the pipe (`report | head -1`): not a failure of the command
        except OSError as error:
            self.failure = error
        return len(data)


class _RedactingWriter(io.TextIOWrapper):
    """Text output without registered secrets, neither plain nor encoded."""

    def write(self, text: str, /) -> int:
        redacted = redact(text)
        leaked = find_leak(redacted.encode("utf-8", "replace"))
        super().write(redacted if leaked is None else f"<not shown: it contains the {leaked}>\n")
        return len(text)


def prepare() -> None:
    """Replaces both streams; a character that a terminal's encoding lacks becomes `?`."""
    sys.stdout, sys.stderr = _guard(sys.stdout), _guard(sys.stderr)


def _guard(stream: Any) -> Any:
    if stream is None:  # closed by the parent process
        return Path(os.devnull).open("w", encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    return _RedactingWriter(
        io.BufferedWriter(_UnfailingFile(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors="replace",
        line_buffering=stream.line_buffering or stream is sys.stderr,
    )


def check() -> None:
    """Flushes standard output.

    Raises:
        ReportError: standard output cannot be written.
    """
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if isinstance(raw, _UnfailingFile) and raw.failure is not None:
        raise ReportError(f"standard output cannot be written: {raw.failure.strerror}")


def end(status: int) -> NoReturn:
    """Ends the process at once with `status`; the interpreter's orderly shutdown takes 0.2 s.

    If standard output cannot be written, the status is that error's instead of success.
    """
    try:
        check()
    except ReportError as error:
        print(f"error: {error.line()}", file=sys.stderr)
        status = status or error.exit_code
    sys.stderr.flush()
    os._exit(status)

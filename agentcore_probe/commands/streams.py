"""Standard output and error: every sign can be written, and a reader that has gone away changes nothing."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from agentcore_probe.errors import ReportError
from agentcore_probe.secret import find_leak, redact


class _Patient(io.FileIO):
    """A descriptor that takes everything; `failure` is why it could not be passed on."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            pass  # nobody reads any more (`report | head -1`): no reason to fail
        except OSError as error:
            self.failure = error
        return len(data)


class _Guarded(io.TextIOWrapper):
    """Text that holds a registered secret, plain or in a derived form, does not get through."""

    def write(self, text: str, /) -> int:
        shown = redact(text)
        leaked = find_leak(shown.encode("utf-8", "replace"))
        super().write(shown if leaked is None else f"<not shown: the {leaked} stands in it>\n")
        return len(text)


def prepare() -> None:
    """Makes both streams so; a terminal that cannot show a sign gets another in its place."""
    sys.stdout, sys.stderr = _patient(sys.stdout), _patient(sys.stderr)


def _patient(stream: Any) -> Any:
    if stream is None:  # it was closed by whoever started this process
        return Path(os.devnull).open("w", encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    return _Guarded(
        io.BufferedWriter(_Patient(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors="replace",
        line_buffering=stream.line_buffering or stream is sys.stderr,
    )


def check() -> None:
    """Makes sure that what was printed has gone out.

    Raises:
        ReportError: standard output cannot be written.
    """
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if isinstance(raw, _Patient) and raw.failure is not None:
        raise ReportError(f"standard output cannot be written: {raw.failure.strerror}")


def end(status: int) -> NoReturn:
    """Ends the process at once with `status`; taking everything apart first takes 0.2 s.

    Where standard output could not be written, the status says so instead of success.
    """
    try:
        check()
    except ReportError as error:
        print(f"error: {error.line()}", file=sys.stderr)
        status = status or error.exit_code
    sys.stderr.flush()
    os._exit(status)

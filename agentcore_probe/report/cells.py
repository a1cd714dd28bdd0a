"""Executes notebook cells with IPython and keeps what they put out, in nbformat's form."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets.config import Config

Output = dict[str, Any]

mpl.use("agg")


class _Sink:
    """The outputs of the cell under way."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []

    def stream(self, name: str, text: str) -> None:
        """Text on standard output or error; what follows on the same stream is joined."""
        last = self.outputs[-1] if self.outputs else None
        if last and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        elif text:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})


_sink = _Sink()


class _Publisher(DisplayPublisher):
    """display(...)."""

    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        _sink.outputs.append(
            {"output_type": "display_data", "data": dict(data), "metadata": dict(metadata or {})}
        )

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002
        _sink.outputs.clear()


class _Hook(DisplayHook):
    """The value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """Nothing is written to a terminal."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        _sink.outputs.append(
            {
                "output_type": "execute_result",
                "data": dict(format_dict),
                "metadata": dict(md_dict or {}),
                "execution_count": self.prompt_count,
            }
        )


class _Shell(InteractiveShell):
    """IPython without a terminal."""

    def enable_gui(self, gui: str | None = None) -> None:
        """No event loop to join: figures are shown at the end of the cell."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        _sink.outputs.append(
            {
                "output_type": "error",
                "ename": etype.__name__,
                "evalue": str(evalue),
                "traceback": list(stb),
            }
        )


class _Stream:
    """A text stream that goes to the sink."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, text: str) -> int:
        _sink.stream(self.name, text)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return False


class Cells:
    """One notebook's worth of cells, executed in order in this process."""

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        self._shell: Any = _Shell.instance(
            config=config,
            display_pub_class=_Publisher,
            displayhook_class=_Hook,
            ipython_dir=tempfile.gettempdir(),
            # Not made: one in the common folder for temporary files would be everybody's.
            profile_dir=ProfileDir(),
        )

    def run(self, source: str) -> dict[str, Any]:
        """The outcome of one cell: `outputs` and `execution_count`. A failed one has an error among its outputs."""
        _sink.outputs = []
        with _streams():
            result = self._shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None and not any(o["output_type"] == "error" for o in _sink.outputs):
            name = type(error).__name__
            _sink.outputs.append(
                {"output_type": "error", "ename": name, "evalue": str(error), "traceback": [name]}
            )
        return {
            "outputs": _sink.outputs,
            "execution_count": result.execution_count,
        }


@contextlib.contextmanager
def _streams() -> Iterator[None]:
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
    try:
        yield
    finally:
        sys.stdout, sys.stderr = kept

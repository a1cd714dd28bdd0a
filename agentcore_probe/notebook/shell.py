"""Executes notebook cells with IPython and collects their outputs in nbformat's form."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets.config import Config

from agentcore_probe.notebook.protocol import CellOutcome

Output = dict[str, Any]


class _OutputCollector:
    """Collects the outputs of the cell that is running."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Starts with no outputs, for a new cell."""
        self.outputs: list[Output] = []
        self._displays: dict[str, Output] = {}
        self._clear_before_next = False

    def stream(self, name: str, text: str) -> None:
        """Adds text on standard output or error to the text before it on the same stream."""
        self._clear_if_due()
        last = self.outputs[-1] if self.outputs else None
        if last and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        elif text:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def add(self, output: Output, display: str | None = None, *, update: bool = False) -> None:
        """Adds an output.

        Args:
            output: in nbformat's form.
            display: its display id, if it has one.
            update: it replaces the output of this cell with the same display id.
        """
        self._clear_if_due()
        if update and display in self._displays:
            self._displays[display].update(output)
            return
        self.outputs.append(output)
        if display is not None:
            self._displays[display] = output

    def clear(self, *, wait: bool) -> None:
        """Drops the outputs: at once, or with `wait` when the next one comes."""
        self._clear_before_next = True
        if not wait:
            self._clear_if_due()

    def _clear_if_due(self) -> None:
        if self._clear_before_next:
            self.begin()


_collector = _OutputCollector()


def _plain(bundle: Any) -> dict[str, Any]:
    """A MIME bundle as JSON values, with bytes in base64 (nbformat).

    Raises:
        TypeError: a value has no JSON form.
    """
    return {
        name: value if isinstance(value, str) else json.loads(json.dumps(value, default=_encoded))
        for name, value in dict(bundle or {}).items()
    }


def _encoded(value: object) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, set | frozenset):
        return list(value)
    raise TypeError(f"an output of {type(value).__name__} has no JSON form")


class _Publisher(DisplayPublisher):
    """Collects what `display(...)` publishes."""

    def publish(
        self, data: Any, metadata: Any = None, *_: Any, transient: Any = None, update: bool = False, **__: Any
    ) -> None:
        output = {"output_type": "display_data", "data": _plain(data), "metadata": _plain(metadata)}
        _collector.add(output, (transient or {}).get("display_id"), update=update)

    def clear_output(self, wait: bool = False) -> None:
        _collector.clear(wait=wait)


class _Hook(DisplayHook):
    """Collects the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """Nothing is written to a terminal."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        _collector.add(
            {
                "output_type": "execute_result",
                "data": _plain(format_dict),
                "metadata": _plain(md_dict),
                "execution_count": self.prompt_count,
            }
        )


class _Shell(InteractiveShell):
    """IPython without a terminal."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Does nothing: no event loop runs that could be integrated."""

    def ask_exit(self) -> None:
        """Handles `exit` and `quit`, which end a kernel."""
        raise SystemExit(0)

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        _collector.add(
            {
                "output_type": "error",
                "ename": etype.__name__,
                "evalue": str(evalue),
                "traceback": list(stb),
            }
        )


class _Stream(io.TextIOBase):
    """A text stream that the collector gets."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str) -> None:
        self.name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        _collector.stream(self.name, text)
        return len(text)


class NotebookShell:
    """Executes the cells of one notebook in this process."""

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        self._shell: Any = _Shell.instance(
            config=config,
            display_pub_class=_Publisher,
            displayhook_class=_Hook,
            ipython_dir=tempfile.gettempdir(),
            # Not created: in the shared folder for temporary files, other users could write to it.
            profile_dir=ProfileDir(),
        )
        # The tokenizer compiles its patterns at its first use (3 ms): here, and not in every child process.
        self._shell.transform_cell("0")

    def run(self, source: str) -> CellOutcome:
        """Executes one cell."""
        _collector.begin()
        with _streams():
            result = self._shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None and not any(o["output_type"] == "error" for o in _collector.outputs):
            name = type(error).__name__
            _collector.add({"output_type": "error", "ename": name, "evalue": str(error), "traceback": [name]})
        return {
            "outputs": _collector.outputs,
            "execution_count": result.execution_count,
        }


@contextlib.contextmanager
def _streams() -> Iterator[None]:
    originals = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
    try:
        yield
    finally:
        sys.stdout, sys.stderr = originals

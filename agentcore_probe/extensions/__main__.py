"""The process in which a team's checks and sections run: record and judgement on standard input, a result a line.

Its environment has no credentials, and what the code prints does not mix with the results.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
from collections.abc import Callable
from html import escape
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from agentcore_probe.extensions.find import Extension, group
from agentcore_probe.model.display import visible
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord


def main() -> None:
    """Runs every extension of the request."""
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    record = RunRecord.model_validate(request["record"])
    judgement = Judgement.model_validate(request["judgement"])
    for item in request["extensions"]:
        result = _result(Extension(**item), record, judgement)
        print(result.model_dump_json(), file=results, flush=True)


def _result(extension: Extension, record: RunRecord, judgement: Judgement) -> ExtensionResult:
    result = ExtensionResult(
        name=extension.shown,
        kind=extension.kind,
        title=extension.shown,
        is_required=extension.kind == "check",  # until it is known
    )
    try:
        module = _load(extension)
        result = result.model_copy(
            update={
                "title": str(getattr(module, "TITLE", extension.shown)),
                "is_required": extension.kind == "check" and bool(getattr(module, "REQUIRED", False)),
            }
        )
        value = _function(module, extension.kind)(record, judgement)
        if extension.kind == "check":
            problems = (value,) if isinstance(value, str) and value else tuple(map(str, value or ()))
            return result.model_copy(update={"problems": problems})
        return result.model_copy(update={"html": visible(_html(value))})
    except (Exception, SystemExit) as error:  # noqa: BLE001  (whatever a team's code does)
        return result.model_copy(update={"error": _words(error)})


def _load(extension: Extension) -> Any:
    """The module, or what the entry point names."""
    if not extension.is_file:
        (point,) = entry_points(group=group(f"{extension.kind}s"), name=extension.name)
        return point.load()
    name = f"agentcore_probe_{extension.kind}_{Path(extension.name).stem}"
    spec = importlib.util.spec_from_file_location(name, extension.name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _function(module: Any, kind: str) -> Callable[[RunRecord, Judgement], Any]:
    function = getattr(module, kind, None)
    if not callable(function):
        raise TypeError(f"has no function {kind}(record, judgement)")
    checked: Callable[[RunRecord, Judgement], Any] = function
    return checked


def _html(value: Any) -> str:
    """What a notebook shows of the value; a text is text."""
    return str(value._repr_html_()) if hasattr(value, "_repr_html_") else f"<pre>{escape(str(value))}</pre>"


def _words(error: BaseException) -> str:
    """The exception, and the last line of the team's code that it comes from."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    own = [frame for frame in frames if "importlib" not in frame.filename]
    place = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {error}{place}"


if __name__ == "__main__":
    main()

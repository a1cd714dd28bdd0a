"""The command's side: runs a team's checks and sections in a process without credentials."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agentcore_probe.extensions.find import Extension, find_extensions
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.variables import clean_environment

SECONDS = 60.0
"""Wall clock for all of them together."""


def run_extensions(
    root: Path, record: RunRecord, judgement: Judgement, *, seconds: float = SECONDS
) -> tuple[ExtensionResult, ...]:
    """The results of the checks and sections that belong to a project, in order; none of them can fail the caller.

    Args:
        root: the project's root.
        record: the facts.
        judgement: what they mean.
        seconds: wall clock for all of them; what is not done by then has an error.
    """
    remaining, results = find_extensions(root), list[ExtensionResult]()
    end = time.monotonic() + seconds
    facts = {"record": record.facts(), "judgement": judgement.as_json()} if remaining else {}
    while remaining:
        request = {**facts, "extensions": [asdict(extension) for extension in remaining]}
        output, problem = _answer(request, root, end - time.monotonic())
        done = list(_results(output, remaining))
        results += done
        if len(done) < len(remaining):  # this one ended the process, or the time; the others still run
            results.append(_failed(remaining[len(done)], problem))
        remaining = remaining[len(done) + 1 :]
    return tuple(results)


def _results(output: bytes, asked: list[Extension]) -> Iterator[ExtensionResult]:
    """The results in the order asked for; a check that forks has the following ones written twice."""
    awaited = iter(asked)
    extension = next(awaited, None)
    for line in output.split(b"\n"):
        try:
            result = ExtensionResult.model_validate_json(line)
        except ValueError:  # an incomplete line
            continue
        if extension is not None and (result.kind, result.name) == (extension.kind, extension.shown):
            yield result
            extension = next(awaited, None)


def _answer(request: dict[str, Any], root: Path, seconds: float) -> tuple[bytes, str]:
    """The lines that the process wrote, and why it wrote no more.

    Files, because a pipe ends only with the last process that a check has started.
    """
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer:
        question.write(json.dumps(request).encode())
        question.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "agentcore_probe.extensions"],
            stdin=question,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
            cwd=root,
            start_new_session=True,
        )
        try:
            problem = f"it ended its process (status {process.wait(max(seconds, 0.0))})"
        except subprocess.TimeoutExpired:
            problem = "there was no time left for it, or it did not end"
        finally:  # also what a check has started, and also when the command is interrupted
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        answer.seek(0)
        return answer.read(), problem


def _failed(extension: Extension, problem: str) -> ExtensionResult:
    return ExtensionResult(
        name=extension.shown,
        kind=extension.kind,
        title=extension.shown,
        is_required=extension.kind == "check",
        error=problem,
    )

"""Runs one or many environments; whatever happens to one of them does not affect the others."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.exit_status import internal_error
from agentcore_probe.commands.paths import display_path
from agentcore_probe.environments.load import load_environment
from agentcore_probe.errors import ExitCode, ProbeError, StoppedError
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.exports.result import EnvironmentResult

Load = Callable[[str, Path], Environment]
"""Makes an environment of its name and the folder that contains `environments/`."""
Observe = Callable[[Environment, Progress], RunRecord]
"""Makes the record of an environment, or reads one."""
Extend = Callable[[RunRecord, Judgement], tuple[ExtensionResult, ...]]
"""Runs the team's own checks and sections on a judged record."""
Finish = Callable[[RunRecord, Judgement, Progress, tuple[ExtensionResult, ...]], str | None]
"""Writes what is to be written of a judged record; where the page is, or None where there is none."""

ExitCodeOf = Callable[[RunRecord, Judgement, str], int]
"""The exit code of a judged record; prints in a language what decides. Raises the error that it ends with."""


@dataclass(frozen=True)
class Work:
    """What a command does with each environment.

    Args:
        root: the folder that contains `environments/`.
        stop: ends every run.
        observe: makes the record.
        finish: writes its report.
        languages: of the output, the first counts; empty: the environment's own.
        load: makes an environment of its name.
        exit_code: decides what a judged record means for the command.
        extend: runs the team's own checks and sections.
    """

    root: Path
    stop: threading.Event
    observe: Observe
    finish: Finish = lambda record, judgement, progress, extensions: None
    languages: tuple[str, ...] = ()
    load: Load = load_environment
    exit_code: ExitCodeOf = lambda record, judgement, language: api.exit_code(record, judgement)
    extend: Extend = lambda record, judgement: ()

    def run(self, name: str, progress: Progress) -> EnvironmentResult:
        """The result of one environment: its judgement, and in its place or beside it the error that it ended with.

        Raises:
            StoppedError: the command was interrupted; nothing was written that is not whole.
        """
        result = EnvironmentResult(name, language=(*self.languages, DEFAULT)[0])
        try:
            self._check_stop()
            environment = self.load(name, self.root)
            result = replace(result, language=(*self.languages, environment.language)[0])
            record = self.observe(environment, progress)
            judgement = api.judge(record)
            result = replace(
                result,
                name=record.environment.name,
                language=(*self.languages, record.environment.language)[0],
                record=record,
                judgement=judgement,
            )
            self._check_stop()
            extensions = self.extend(record, judgement)
            result = replace(result, extensions=extensions)
            page = self.finish(record, judgement, progress, extensions)
            result = replace(result, page=display_path(page) if page else None)
            code = self.exit_code(record, judgement, result.language)
            if code == ExitCode.VERIFIED and any(extension.fails_run for extension in extensions):
                code = ExitCode.NOT_VERIFIED
            return replace(result, exit_code=code)
        except StoppedError:
            raise
        except ProbeError as error:
            return replace(result, error=error, exit_code=error.exit_code)
        except Exception as error:  # noqa: BLE001  (the other environments still get their results)
            return replace(result, error=internal_error(error), exit_code=ExitCode.INTERNAL)

    def _check_stop(self) -> None:
        if self.stop.is_set():
            raise StoppedError


def run_all(
    names: Sequence[str], work: Work, jobs: int | None, progress: Callable[[str, str, str], None]
) -> Iterator[EnvironmentResult]:
    """The results of all environments in the order of `names`, each as soon as it and those before it are there.

    Args:
        names: the environments.
        work: what to do with each.
        jobs: how many at a time; None: one a core.
        progress: called with an environment's name, a phase and its state.

    Raises:
        StoppedError: the command was interrupted.
    """

    def run(name: str) -> EnvironmentResult:
        result = work.run(name, lambda phase, state: progress(name, phase, state))
        progress(name, "environment", "done")
        return result

    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        futures = [pool.submit(run, name) for name in names]
        while futures:  # a result that was handed on is not kept: 0.4 MiB for a record of `local`
            yield futures.pop(0).result()

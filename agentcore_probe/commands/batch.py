"""Runs one or many environments; whatever happens to one of them does not affect the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.commands.exit_status import internal_error
from agentcore_probe.commands.limits import Limits
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.turns import Place, Turns, place_of
from agentcore_probe.environments.load import load_environment
from agentcore_probe.errors import ExitCode, ProbeError, StoppedError
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.exports.result import EnvironmentResult
from agentcore_probe.secret import Holder

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
        loaded = self.loaded(name)
        return loaded if isinstance(loaded, EnvironmentResult) else self.run_loaded(name, loaded, progress)

    def loaded(self, name: str) -> Environment | EnvironmentResult:
        """The named environment; where it cannot be used, the result that says why.

        Raises:
            StoppedError: the command was interrupted.
        """
        try:
            self._check_stop()
            return self.load(name, self.root)
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001  (the other environments still get their results)
            return _failed(EnvironmentResult(name, language=(*self.languages, DEFAULT)[0]), error)

    def run_loaded(self, name: str, environment: Environment, progress: Progress) -> EnvironmentResult:
        """The same as `run`, of an environment that was loaded.

        Raises:
            StoppedError: as `run` does.
        """
        result = EnvironmentResult(name, language=(*self.languages, environment.language)[0])
        try:
            self._check_stop()
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
        except Exception as error:  # noqa: BLE001  (the other environments still get their results)
            return _failed(result, error)

    def _check_stop(self) -> None:
        if self.stop.is_set():
            raise StoppedError


def _failed(result: EnvironmentResult, error: Exception) -> EnvironmentResult:
    """The result of an environment that ended with an error."""
    if isinstance(error, ProbeError):
        return replace(result, error=error, exit_code=error.exit_code)
    return replace(result, error=internal_error(error), exit_code=ExitCode.INTERNAL)


_AHEAD = 256
"""How many environments may have begun before the first that has not ended: their results (0.4 MiB each) wait for it."""


@dataclass(frozen=True)
class _Entry:
    """An environment that was loaded and is to run."""

    number: int
    name: str
    environment: Environment
    place: Place
    holder: Holder = field(default_factory=Holder)
    """Keeps its secrets registered until its result was yielded."""


def run_all(
    names: Sequence[str], work: Work, limits: Limits, progress: Callable[[str, str, str], None]
) -> Iterator[EnvironmentResult]:
    """The results of all environments in the order of `names`, each as soon as it and those before it are there.

    An environment whose account has its share of turns lets those after it go first. When the next result is asked
    for, the secrets that only the run of this one had are forgotten: what is written later is not searched for them.

    Args:
        names: the environments.
        work: what to do with each.
        limits: how many at a time.
        progress: called with an environment's name, a phase and its state.

    Raises:
        StoppedError: the command was interrupted.
    """

    def run(entry: _Entry) -> EnvironmentResult:
        with entry.holder.holding():
            return work.run_loaded(
                entry.name, entry.environment, lambda phase, state: progress(entry.name, phase, state)
            )

    turns = Turns(limits)
    results: dict[int, EnvironmentResult] = {}
    holders: dict[int, Holder] = {}
    waiting: list[_Entry] = []
    running: dict[Future[EnvironmentResult], _Entry] = {}
    loaded = handed_on = 0
    with ThreadPoolExecutor(limits.concurrency, "environment") as pool:
        while handed_on < len(names):
            for entry in [entry for entry in waiting if turns.take(entry.place)]:
                waiting.remove(entry)
                running[pool.submit(run, entry)] = entry
            if turns.is_free and loaded < min(len(names), handed_on + _AHEAD):
                environment = work.loaded(names[loaded])
                if isinstance(environment, EnvironmentResult):
                    results[loaded] = environment
                    progress(names[loaded], "environment", "done")
                else:
                    waiting.append(_Entry(loaded, names[loaded], environment, place_of(environment)))
                loaded += 1
            elif handed_on not in results:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    entry = running.pop(future)
                    turns.end(entry.place)
                    results[entry.number], holders[entry.number] = future.result(), entry.holder
                    progress(entry.name, "environment", "done")
            while handed_on in results:
                yield results.pop(handed_on)  # a result is not kept after that
                if handed_on in holders:
                    holders.pop(handed_on).release()
                handed_on += 1

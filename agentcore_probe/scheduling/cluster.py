"""A Dask cluster as its client sees it: connects, submits tasks, hands on how each ended."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from agentcore_probe.errors import ProbeError, SchedulerError, StoppedError, error_from_json
from agentcore_probe.scheduling.connection import check_address, connect, first_line
from agentcore_probe.scheduling.task import TaskEnd, Work, call
from agentcore_probe.scheduling.versions import PACKAGE, check_versions

if TYPE_CHECKING:
    from distributed import Future

WORKER_SECONDS = 60.0
"""How long a cluster may be without any worker."""
_POLL_SECONDS = 0.1
_LOOK_SECONDS = 1.0
"""How often the number of workers is looked at."""
_FETCH_SECONDS = 10.0


@dataclass(frozen=True)
class Task:
    """One call on the cluster.

    Args:
        id: unique among all tasks of all clients.
        name: what it is called to people.
        request: the function's argument.
        seconds: how long it may take.
    """

    id: str
    name: str
    request: str
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """How a task ended: with a result, or with an error."""

    name: str
    result: str | None = None
    error: ProbeError | None = None
    worker: str | None = None
    """The address of the worker; None where no worker says how it ended."""


class Cluster:
    """A cluster that has a worker at least, all of them with the client's versions; a context manager.

    Args:
        address: of the scheduler.
        stop: ends every wait.
        say: tells people, a line each.
    """

    def __init__(self, address: str, stop: threading.Event, say: Callable[[str], None]) -> None:
        check_address(address)
        self._address, self._stop, self._say = address, stop, say
        self._topic = f"agentcore-probe-{uuid4().hex}"
        self._workers: dict[str, list[str]] = {}  # by task: where it began
        self._alone_since: float | None = None

    def __enter__(self) -> Self:
        """Connects.

        Raises:
            SchedulerError: the scheduler does not answer, no worker comes, or a version differs.
            StoppedError: the command was interrupted.
        """
        self._client = connect(self._address)
        try:
            self._wait_for_worker()
            check_versions(self._versions())
            self._client.subscribe_topic(self._topic, self._note_begin)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def outcomes(self, work: Work, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """How each task ended, as they end. A future is let go with its result: one that is held would be computed again.

        Raises:
            StoppedError: the command was interrupted; tasks that had not begun are cancelled.
        """
        ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        futures: dict[str, Future[Any]] = {}
        for task in tasks:
            try:
                futures[task.name] = future = self._submit(work, task)
            except Exception as error:  # noqa: BLE001  (the connection was lost)
                yield Outcome(task.name, error=self._lost(error))
                continue
            _when_done(future, task.name, ended)
        looked = 0.0
        while futures:
            if self._stop.is_set():
                self._cancel(futures)
                raise StoppedError
            try:
                name = ended.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if time.monotonic() - looked > _LOOK_SECONDS:
                    looked = time.monotonic()
                    if (problem := self._problem()) is not None:
                        yield from self._give_up(futures, problem)
                        return
                continue
            outcome = self._outcome(name, futures[name])
            if outcome is None:  # its worker was lost before the result came: it is computed again
                _when_done(futures[name], name, ended)
                continue
            futures.pop(name).release()
            yield outcome

    def _submit(self, work: Work, task: Task) -> Future[Any]:
        return self._client.submit(
            call,
            work,
            task.request,
            task.name,
            self._topic,
            task.seconds,
            key=f"agentcore-probe-{task.id}",
            pure=False,
            retries=0,
        )

    def _outcome(self, name: str, future: Future[Any]) -> Outcome | None:
        """How a task ended; None where the result was lost and is computed again."""
        from distributed import KilledWorker

        if future.cancelled():
            return Outcome(name, error=self._lost())
        try:
            end: TaskEnd = future.result(timeout=_FETCH_SECONDS)
        except TimeoutError:
            return None
        except KilledWorker as error:
            places = dict.fromkeys((*self._workers.get(name, ()), error.last_worker.address))
            problem = f"every worker that executed it was lost: {', '.join(places)}"
            return Outcome(
                name, error=SchedulerError(problem, hint="Look at their logs, and at their memory")
            )
        except Exception as error:  # noqa: BLE001  (whatever Dask itself could not do)
            if future.cancelled():
                return Outcome(name, error=self._lost())
            return Outcome(
                name, error=SchedulerError(f"the cluster could not execute it: {first_line(error)}")
            )
        failure = error_from_json(end["error"]) if end["error"] is not None else None
        return Outcome(name, end["result"], failure, end["worker"])

    def _problem(self) -> SchedulerError | None:
        """Why nothing will come any more; None as long as something may."""
        if self._client.status in ("closing", "closed"):
            return self._lost()
        try:
            has_workers = self._client.status != "running" or self._worker_count() > 0
        except SchedulerError:
            return None  # its futures are about to say so
        if has_workers:
            self._alone_since = None
            return None
        now = time.monotonic()
        if self._alone_since is None:
            self._alone_since = now
            self._say(f"the cluster has no worker any more; waiting {WORKER_SECONDS:.0f} s for one")
        if now - self._alone_since < WORKER_SECONDS:
            return None
        return self._no_worker()

    def _give_up(self, futures: dict[str, Future[Any]], problem: SchedulerError) -> Iterator[Outcome]:
        with contextlib.suppress(Exception):
            self._client.cancel(list(futures.values()))
        for name in futures:
            yield Outcome(name, error=problem)

    def _cancel(self, futures: dict[str, Future[Any]]) -> None:
        """Cancels what has not begun; what runs cannot be ended, and is named."""
        with contextlib.suppress(Exception):
            self._client.cancel(list(futures.values()))
        running = [f"{name} ({self._workers[name][-1]})" for name in futures if name in self._workers]
        self._say(
            f"cancelled on the cluster: {len(futures) - len(running)} of {len(futures)} that have no result"
        )
        if running:
            self._say(f"still running there, until they have written their reports: {', '.join(running)}")

    def _note_begin(self, event: tuple[float, dict[str, str]]) -> None:
        """Remembers where a task begins; called in the client's own thread."""
        name, worker = event[1]["name"], event[1]["worker"]
        places = self._workers.setdefault(name, [])
        if places:
            self._say(f"{name} begins again on {worker}: {places[-1]} was lost")
        places.append(worker)

    def _wait_for_worker(self) -> None:
        if self._worker_count():
            return
        self._say(f"the cluster has no worker yet; waiting {WORKER_SECONDS:.0f} s for one")
        end = time.monotonic() + WORKER_SECONDS
        while not self._worker_count():
            if self._stop.wait(_POLL_SECONDS):
                raise StoppedError
            if time.monotonic() > end:
                raise self._no_worker()

    def _worker_count(self) -> int:
        try:
            return int(self._client.scheduler_info(n_workers=0)["n_workers"])
        except Exception as error:  # noqa: BLE001  (Dask raises many kinds when the connection is lost)
            raise self._lost(error) from None

    def _versions(self) -> Any:
        try:
            return self._client.get_versions(packages=[PACKAGE])
        except Exception as error:  # noqa: BLE001
            raise self._lost(error) from None

    def _no_worker(self) -> SchedulerError:
        return SchedulerError(
            f"the cluster had no worker for {WORKER_SECONDS:.0f} s",
            where=self._address,
            hint=f"Start one: dask worker {self._address}",
        )

    def _lost(self, error: Exception | None = None) -> SchedulerError:
        detail = f": {first_line(error)}" if error is not None else ""
        return SchedulerError(
            f"the connection to the scheduler was lost before there was a result{detail}",
            where=self._address,
            hint="Run the command again for this environment",
        )

    def _close(self) -> None:
        with contextlib.suppress(Exception):
            self._client.close(timeout=2)


def _when_done(future: Any, name: str, ended: queue.SimpleQueue[str]) -> None:
    future.add_done_callback(lambda _: ended.put(name))

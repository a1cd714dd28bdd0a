"""Many environments in one command: some at a time, one line each, and the worst exit code."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from agentcore_probe import api
from agentcore_probe.commands import export
from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.report_writer import PageMaker, ReportWriter, WrittenReport, shown
from agentcore_probe.environments.load import load_environment
from agentcore_probe.errors import ProbeError

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import Page, Worker

_WORST_FIRST = (70, 5, 2, 3, 4, 1, 0)
"""Of many environments' exit codes, the first of these that is present (design: exit codes)."""


def run(names: Sequence[str], making: ReportWriter, worker: Worker | None) -> int:
    """Writes one report an environment; one that is broken does not keep the others from theirs.

    Args:
        names: the environments.
        making: what their reports have in common.
        worker: the process whose children make pages; None: Jupyter's own kernel, one report at a time.

    Returns:
        The worst of the environments' exit codes.
    """
    from agentcore_probe.commands.terminal import counter

    page = _one_a_core(worker.page) if worker is not None else _page
    jobs = making.options.jobs or os.cpu_count() or 1
    reports: list[WrittenReport] = []
    codes: list[int] = []
    with ThreadPoolExecutor(jobs if worker is not None else 1) as pool, counter(len(names)) as tell:

        def one(name: str) -> WrittenReport:
            if making.stop.is_set():
                raise InterruptedError
            made = making.make(load_environment(name, making.root), page, partial(tell, name))
            tell(name, "report", "done")
            return made

        pending = deque((name, pool.submit(one, name)) for name in names)
        while pending and not making.stop.is_set():
            name, future = pending.popleft()
            try:
                made = future.result()
                if export.asked(making.options):
                    reports.append(made)  # each is 0.4 MiB of `local`
                _print_line(made)
                codes.append(api.exit_code(made.record, made.judgement))
            except ProbeError as error:
                print(printable(f"error: {name}: {error.line()}"), file=sys.stderr)
                codes.append(error.exit_code)
            except Exception as error:  # noqa: BLE001  (the others have theirs all the same)
                told = f"error: {name}: a fault of ours: {type(error).__name__}"
                print(printable(told), file=sys.stderr)
                codes.append(ProbeError.exit_code)
    export.write(reports, making.options)
    return next((code for code in _WORST_FIRST if code in codes), ProbeError.exit_code)


def _one_a_core(page: PageMaker) -> PageMaker:
    """As many pages at a time as there are cores, however many environments are probed: more need only memory."""
    free = threading.BoundedSemaphore(os.cpu_count() or 1)

    def waiting(*args: Any, **named: Any) -> Page:
        with free:
            return page(*args, **named)

    return waiting


def _page(*args: Any, **named: Any) -> Page:
    from agentcore_probe.report.page import make_page

    return make_page(*args, **named, worker=None)


def _print_line(made: WrittenReport) -> None:
    """Environment, verdict and where the page lies."""
    from agentcore_probe.report.messages import messages
    from agentcore_probe.report.view import View

    verdict = View(made.record, made.judgement, messages(made.language)).verdict
    name = made.record.environment.name
    print(printable(f"{verdict['symbol']} {name}: {verdict['word']}. {verdict['sentence']}"))
    print(f"  {shown(made.folder / 'report.html')}", flush=True)

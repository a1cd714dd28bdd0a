"""Reports of many environments in one command: some at a time, one line each, and the worst exit code."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from agentcore_probe.commands import export, gating
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.printable import printable
from agentcore_probe.commands.report_writer import PageMaker, ReportWriter, WrittenReport
from agentcore_probe.environments.load import load_environment
from agentcore_probe.errors import ExitCode, ProbeError, worst_exit_code

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import Page, Worker


def run(names: Sequence[str], writer: ReportWriter, worker: Worker | None) -> int:
    """Writes one report an environment; a failure of one does not affect the others.

    Args:
        names: the environments.
        writer: writes one report.
        worker: the process whose children make pages; None: Jupyter's own kernel, one report at a time.

    Returns:
        The worst of the environments' exit codes.
    """
    from agentcore_probe.commands.terminal import show_batch_progress

    make_page = _one_a_core(worker.page) if worker is not None else _make_page_in_kernel
    jobs = writer.options.jobs or os.cpu_count() or 1
    reports: list[WrittenReport] = []
    codes: list[int] = []
    with (
        ThreadPoolExecutor(jobs if worker is not None else 1) as pool,
        show_batch_progress(len(names)) as progress,
    ):

        def write(name: str) -> WrittenReport:
            if writer.stop.is_set():
                raise InterruptedError
            environment = load_environment(name, writer.root)
            report = writer.write(environment, make_page, partial(progress, name))
            progress(name, "report", "done")
            return report

        pending = deque((name, pool.submit(write, name)) for name in names)
        while pending and not writer.stop.is_set():
            name, future = pending.popleft()
            try:
                report = future.result()
                if export.is_requested(writer.options):
                    reports.append(report)  # 0.4 MiB for a report of `local`
                _print_line(report)
                codes.append(
                    gating.exit_code(
                        report.record,
                        report.judgement,
                        report.language,
                        options=writer.options.ci,
                        reports=report.folder.parents[1],
                    )
                )
            except ProbeError as error:
                print(printable(f"error: {name}: {error.line()}"), file=sys.stderr)
                codes.append(error.exit_code)
            except Exception as error:  # noqa: BLE001  (the other environments still get their reports)
                line = f"error: {name}: internal error: {type(error).__name__}"
                print(printable(line), file=sys.stderr)
                codes.append(ExitCode.INTERNAL)
    export.write(reports, writer.options)
    return worst_exit_code(codes)


def _one_a_core(make_page: PageMaker) -> PageMaker:
    """`make_page`, limited to one page a core: more at a time need more memory and are not faster."""
    cores = threading.BoundedSemaphore(os.cpu_count() or 1)

    def make_page_when_free(*args: Any, **kwargs: Any) -> Page:
        with cores:
            return make_page(*args, **kwargs)

    return make_page_when_free


def _make_page_in_kernel(*args: Any, **kwargs: Any) -> Page:
    from agentcore_probe.report.page import make_page

    return make_page(*args, **kwargs, worker=None)


def _print_line(report: WrittenReport) -> None:
    """Environment, verdict and the page's path."""
    from agentcore_probe.report.messages import messages
    from agentcore_probe.report.view import View

    verdict = View(report.record, report.judgement, messages(report.language)).verdict
    name = report.record.environment.name
    print(printable(f"{verdict['symbol']} {name}: {verdict['word']}. {verdict['sentence']}"))
    print(f"  {display_path(report.folder / 'report.html')}", flush=True)

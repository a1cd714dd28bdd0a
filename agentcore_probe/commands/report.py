"""`report`: writes the report of one environment or of many."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentcore_probe import malloc
from agentcore_probe.api.locations import open_reports
from agentcore_probe.commands import gating
from agentcore_probe.commands.additions import additions
from agentcore_probe.commands.baselines import checked_load
from agentcore_probe.commands.batch import Work
from agentcore_probe.commands.export import Outputs, outputs
from agentcore_probe.commands.history_writer import HistoryWriter
from agentcore_probe.commands.index_update import IndexUpdate
from agentcore_probe.commands.limits import Limits
from agentcore_probe.commands.options import ReportOptions
from agentcore_probe.commands.report_writer import PageMaker, ReportWriter
from agentcore_probe.commands.selection import select_environments
from agentcore_probe.commands.shard import part_of
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import InputError, ReportError, worst_exit_code
from agentcore_probe.extensions.find import find_notebook
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.parameters import PARAMETERS, check_parameters, report_notebook
from agentcore_probe.report.exports.result import EnvironmentResult
from agentcore_probe.signing import read_signer

if TYPE_CHECKING:
    from agentcore_probe.notebook.worker import Page, Worker


def run(names: tuple[str, ...], options: ReportOptions, stop: threading.Event, worker: Worker | None) -> int:
    """Writes one report an environment and returns the exit code.

    Args:
        names: the environments, or "all".
        options: the command's options.
        stop: ends the runs.
        worker: the process whose children execute notebooks; None: Jupyter's own kernel.

    Raises:
        ProbeError: the only environment has no report; among many, a failure is printed instead.
        ReportError: the reports cannot be kept where they are to be.
    """
    malloc.limit_arenas()
    root = find_root()
    signer = read_signer(options.sign) if options.sign else None
    selected = part_of(select_environments(names, root), options.shard)
    if options.source is not None and len(selected) > 1:
        raise InputError("--from takes one environment at most", hint="Name one environment, or none")
    if options.source is not None and options.ci.wait:
        raise InputError("--from makes no run to wait for", hint="Leave out --wait")
    if options.scheduler is not None:
        from agentcore_probe.commands.on_cluster import check_options

        check_options(options)
    reports = open_reports(options.out, root)
    past = HistoryWriter(reports)
    writer = ReportWriter(root, reports, _notebook(options, root), options, stop, signer, past)
    baseline = gating.read_baseline(options.ci, selected, source=options.source, share=options.share)
    reports.check()
    exit_code = partial(gating.exit_code, options=options.ci, baseline=baseline, reports=reports)
    work = Work(
        root,
        stop,
        writer.observe,
        languages=options.languages,
        load=checked_load(baseline if options.source is None else None),
        exit_code=exit_code,
        extend=additions(options, selected, root, reports),
    )
    index = IndexUpdate(root, reports, options, worker)
    with outputs(options.exports, shared=options.share) as output:
        try:
            if options.scheduler is not None:
                return _run_on_cluster(selected, work, writer, output, index)
            if len(selected) == 1:
                return _run_one(selected[0], work, writer, output, index)
            return _run_several(selected, work, writer, output, index)
        finally:
            past.merge()


def _notebook(options: ReportOptions, root: Path) -> Path:
    """The notebook that makes the page."""
    if options.notebook is None:
        return report_notebook(root)
    notebook = find_notebook(options.notebook, root)
    check_parameters(notebook, PARAMETERS)
    return notebook


def _run_on_cluster(
    names: list[str], work: Work, writer: ReportWriter, output: Outputs, index: IndexUpdate
) -> int:
    """The same by the workers of a cluster; here, each environment only waits for its turn to be printed."""
    from agentcore_probe.commands.on_cluster import ClusterReports

    with ClusterReports(writer, work) as reports:
        reports.submit(names)
        work = replace(
            work, load=reports.load, observe=reports.observe, extend=reports.extend, finish=reports.finish
        )
        if len(names) == 1:
            return _print_one(names[0], work, output, index)
        return _print_several(names, work, writer, output, index, limits=Limits(concurrency=1))


def _run_several(
    names: list[str], work: Work, writer: ReportWriter, output: Outputs, index: IndexUpdate
) -> int:
    limits = writer.options.limits
    if index.worker is not None:
        make_page = _limited(index.worker.page, limits.jobs)
    else:
        make_page = _limited(_make_page_in_kernel, 1)
    return _print_several(names, _with_pages(work, writer, make_page), writer, output, index, limits=limits)


def _print_several(  # noqa: PLR0913  (what a command is made of)
    names: list[str], work: Work, writer: ReportWriter, output: Outputs, index: IndexUpdate, *, limits: Limits
) -> int:
    from agentcore_probe.commands.result_lines import (
        BRIEF_FROM,
        print_actions,
        print_extensions,
        print_result,
    )
    from agentcore_probe.commands.several import run_several

    brief = len(names) >= BRIEF_FROM

    def show(result: EnvironmentResult) -> None:
        index.note(result)
        print_result(result, brief=brief)
        print_extensions(result)
        print_actions(result, brief=brief)

    code = run_several(names, work, output, limits=limits, show=show)
    if writer.history is not None:
        writer.history.merge()  # the index reads few files in a tenth of the memory of many
    return worst_exit_code([code, index.after_several()])


def _run_one(name: str, work: Work, writer: ReportWriter, output: Outputs, index: IndexUpdate) -> int:
    loading: list[threading.Thread] = []

    def observe(environment: Environment, progress: Progress) -> RunRecord:
        # papermill and nbconvert take a third of a second to import: beside the probes it costs nothing.
        loading.append(threading.Thread(target=_load_renderer, daemon=True))
        loading[0].start()
        return work.observe(environment, progress)

    def make_page(*args: Any, **kwargs: Any) -> Page:
        loading[0].join()
        from agentcore_probe.report.page import make_page

        return make_page(*args, **kwargs, worker=index.worker)

    return _print_one(name, _with_pages(replace(work, observe=observe), writer, make_page), output, index)


def _print_one(name: str, work: Work, output: Outputs, index: IndexUpdate) -> int:
    from agentcore_probe.commands.result_lines import print_extensions
    from agentcore_probe.commands.summary import print_summary
    from agentcore_probe.commands.terminal import show_progress

    with show_progress() as progress:
        result = work.run(name, progress)
    if result.record is not None and result.judgement is not None:
        print_summary(result.record, result.judgement, result.language)
    print_extensions(result)
    if result.page is not None:
        print(result.messages("summary-report", path=result.page))
    output.write([result])
    index.note(result, is_alone=True)
    code = index.after_one()
    if result.error is not None:
        raise result.error
    return worst_exit_code([result.exit_code, code])


def _with_pages(work: Work, writer: ReportWriter, make_page: PageMaker) -> Work:
    """`work` that also writes the report, with pages made by `make_page`."""
    return replace(work, finish=partial(writer.write, make_page=make_page))


def _limited(make_page: PageMaker, jobs: int) -> PageMaker:
    """`make_page` for so many pages at a time: each needs a process, and more of them than cores are not faster."""
    free = threading.BoundedSemaphore(jobs)

    def make_page_when_free(*args: Any, **kwargs: Any) -> Page:
        with free:
            return make_page(*args, **kwargs)

    return make_page_when_free


def _make_page_in_kernel(*args: Any, **kwargs: Any) -> Page:
    from agentcore_probe.report.page import make_page

    return make_page(*args, **kwargs, worker=None)


def _load_renderer() -> None:
    from agentcore_probe.report.page import warm_up

    with contextlib.suppress(ReportError):  # the page itself reports it
        warm_up()
    malloc.release()

"""`diff`: the differences between two runs of an environment, or why two environments have different results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from agentcore_probe import store
from agentcore_probe.api.locations import open_reports
from agentcore_probe.api.records import is_file, read_run_of
from agentcore_probe.commands.past_runs import last_two_runs
from agentcore_probe.commands.printable import print_to_stderr, printable
from agentcore_probe.commands.selection import is_one
from agentcore_probe.environments.load import find_root
from agentcore_probe.errors import InputError
from agentcore_probe.history.diff import Difference, compare
from agentcore_probe.judge.comparing.compare import compare_environments
from agentcore_probe.model.record import RunRecord

_ABSENT = "(absent)"


def run(  # noqa: PLR0913  (each by its name)
    one: str, other: str | None, *, out: str | None, as_json: bool, markdown: Path | None, language: str
) -> int:
    """Prints the differences and returns 1; 0 where there is none that matters.

    Args:
        one: an environment, whose newest run is meant, or the `record.json` or `report.html` of a run; without `other`,
            an environment whose last two runs are compared.
        other: the second one.
        out: where the reports are; None: `reports/` of the project.
        as_json: print JSON: a list for two runs of one environment, an object for two environments.
        markdown: write Markdown to this file instead, "-" is standard output; None: do not. For two environments only.
        language: of the sentences about two environments.

    Raises:
        InputError: an environment has too few runs, or an option does not apply.
        RecordError: one of the files does not contain a record.
        ReportError: the reports cannot be read.
    """
    if as_json and markdown is not None:
        raise InputError("--json and --markdown exclude each other", hint="Leave one of them out")
    records = _records(one, other, out)
    if records[0].environment.name != records[1].environment.name:
        return _compare_environments(records, as_json=as_json, markdown=markdown, language=language)
    if markdown is not None:
        raise InputError("--markdown is for two environments", hint="Leave it out")
    differences = compare(*records)
    if as_json:
        print(json.dumps([asdict(difference) for difference in differences], ensure_ascii=False))
    elif not differences:
        print("no differences")
    else:
        for line in lines(differences):
            print(line)
    return 1 if differences else 0


def lines(differences: Iterable[Difference]) -> Iterator[str]:
    """One printable line a difference: `runtime-jwt outcome: as-expected -> unexpected`."""
    for difference in differences:
        before, after = difference.before or _ABSENT, difference.after or _ABSENT
        yield printable(f"{difference.where}: {before} -> {after}")


def _compare_environments(
    records: tuple[RunRecord, RunRecord], *, as_json: bool, markdown: Path | None, language: str
) -> int:
    comparison = compare_environments(*records)
    if as_json:
        print(json.dumps(comparison.as_json(), ensure_ascii=False))
        return 1 if comparison.differs else 0
    from agentcore_probe.report.comparison import ComparisonView
    from agentcore_probe.report.messages import messages

    view = ComparisonView(comparison, messages(language))
    if markdown is not None:
        from agentcore_probe.report.comparison_markdown import comparison_markdown

        _write(markdown, comparison_markdown(view))
    else:
        from agentcore_probe.commands.comparison_lines import print_comparison

        print_comparison(view)
    return 1 if comparison.differs else 0


def _write(path: Path, text: str) -> None:
    if str(path) != "-":
        store.write(path, text)
    else:
        store.checked(text, where="standard output")
        print(text, end="")


def _records(one: str, other: str | None, out: str | None) -> tuple[RunRecord, RunRecord]:
    if other is None:
        if is_file(one):
            raise InputError("there is nothing to compare it with", where=one, hint="Name a second file")
        root = find_root()
        if not is_one(one, root):
            raise InputError(
                "means several environments",
                where=one,
                hint="Name two of them, or one for its last two runs",
            )
        return last_two_runs(open_reports(out, root), one)
    if is_file(one) and is_file(other):
        if out is not None:
            raise InputError("--out is for the runs of environments", hint="Leave it out with two files")
    elif one == other:
        raise InputError(
            "both are the same",
            where=one,
            hint=f"Its last two runs are compared by: agentcore-probe diff {one}",
        )
    reports = open_reports(out)
    return read_run_of(one, reports, print_to_stderr), read_run_of(other, reports, print_to_stderr)

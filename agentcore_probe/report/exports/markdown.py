"""Markdown: verdict, rows and checklist as task lists, for a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from agentcore_probe.regex import regex
from agentcore_probe.report.exports.export import Export, Part

if TYPE_CHECKING:
    from agentcore_probe.report.exports.result import EnvironmentResult
    from agentcore_probe.report.view import View

_MARKDOWN = regex(r"([\\`*_{}\[\]<>#|~&])")


_FEW = 10
"""So many environments are found without a list of them."""


def markdown(parts: Sequence[Part[str]]) -> str:
    """A part for each environment, after one line about all of them; what a server said is escaped.

    Of many environments, the verdicts come before the parts, the worst first.
    """
    head = ["".join(markdown_lines(parts))] if len(parts) > _FEW else _counts(parts)
    return "\n".join([*head, *(part.content for part in parts)])


def markdown_lines(parts: Sequence[Part[str]]) -> list[str]:
    """Only a line for each environment, after the one about all of them; the worst first."""
    from agentcore_probe.report.exports.result import worst_first

    briefs = [part.brief for part in worst_first(parts)]
    lines = [f"- **{escaped(brief.name)}** {escaped(brief.sentence)}\n" for brief in briefs]
    return [*(f"{line}\n" for line in _counts(parts)), *lines]


def _counts(parts: Sequence[Part[str]]) -> list[str]:
    from agentcore_probe.report.exports.result import counts_line

    if len(parts) < 2:
        return []
    return [counts_line([part.brief.state for part in parts], parts[0].brief.messages) + "\n"]


def markdown_part(result: EnvironmentResult) -> str:
    """The part of one environment."""
    view, error = result.view, result.error
    lines = [f"## {escaped(view.title if view else result.name)}", ""]
    if error is not None:
        word = result.messages("result-error") if view is None else result.messages("result-incomplete")
        lines += [f"**! {word}** {escaped(error.line())}", ""]
    return "\n".join([*lines, *(_judged(view) if view is not None else ())])


def _judged(view: View) -> list[str]:
    """The lines of a judgement."""
    from agentcore_probe.report.action_lines import action_lines  # not for `--help`
    from agentcore_probe.report.view.clients import summaries  # not for `--help`

    lines = [f"**{view.verdict['symbol']} {view.verdict['word']}** {escaped(view.verdict['sentence'])}"]
    for summary in summaries(view):
        lines += ["", escaped(summary)]
    lines += action_lines(view, escaped)
    if (gaps := view.not_tried()) is not None:
        lines += ["", escaped(gaps)]
    if view.record.provenance.source != "aws":
        lines += ["", escaped(view.verdict["source"])]
    lines += ["", f"### {view.messages('section-access-methods')}", ""]
    if view.aws_login is not None:
        lines += [escaped(view.aws_login), ""]
    lines += _rows(view)
    if (claim := view.only_way_in()) is not None:
        lines += ["", escaped(claim)]
    if view.judgement.tools:
        lines += ["", f"### {view.messages('section-policy')}", "", *_tools(view)]
    if view.judgement.login_chains:
        lines += ["", f"### {view.messages('section-clients')}", *_clients(view)]
    lines += ["", f"### {view.messages('section-checklist')}", ""]
    for item in view.checklist():
        lines.append(_task(f"{escaped(item['title'])}: {escaped(item['word'])}", done=bool(item["done"])))
    for finding in view.configuration():
        lines.append(_task(f"{escaped(finding['word'])}: {escaped(finding['title'])}", done=False))
    lines += [_task(escaped(sentence), done=False) for sentence in (*view.expectations(), *view.unreadable())]
    return [*lines, "", f"{view.messages('provenance-digest')}: `{view.record.digest}`", ""]


def _tools(view: View) -> list[str]:
    """The tools under a policy engine: what they come to, then each tool by each caller."""
    from agentcore_probe.report.view import policy  # not for `--help`

    return [
        *(f"{escaped(sentence)}\n" for sentence in policy.sentences(view)),
        *(f"- {escaped(line)}" for line in policy.lines(view)),
    ]


def _clients(view: View) -> Iterator[str]:
    """The login of MCP clients at each target: its steps, then a table of the clients, each with its best way."""
    from agentcore_probe.report.view.clients import chains  # not for `--help`

    columns = ("client", "forecast", "stop", "why", "fix")
    for chain in chains(view):
        yield f"\n#### {escaped(chain['name'])}: {escaped(chain['url'])}\n"
        for number, step in enumerate(chain["steps"], start=1):
            text = f"{step['symbol']} {step['name']} ({step['word']}): {step['text']}"
            yield f"{number}. {escaped(text)}"
        if chain["is_same"]:
            yield f"\n{escaped(view.messages('clients-same', target=chain['name']))}"
            continue
        yield f"\n{escaped(chain['counts'])}\n"
        yield _table_row(view.messages(f"clients-column-{column}") for column in columns)
        yield _table_row("---" for _ in columns)
        for group in chain["groups"]:
            clients = view.messages.comma.join(client["title"] for client in group["clients"])
            forecast = f"{group['symbol']} {group['word']} ({group['way']})"
            fix = " ".join(filter(None, (group["side"] and f"[{group['side']}]", group["fix"])))
            cells = (clients, forecast, group["step"], group["why"], fix)
            yield _table_row(escaped(cell) or "–" for cell in cells)


def _table_row(cells: Iterable[str]) -> str:
    """A row of a table; the cells are Markdown."""
    return f"| {' | '.join(cells)} |"


def _rows(view: View) -> list[str]:
    """The rows, then those of further callers; of more entrances the map, then the rows by entrance."""
    from agentcore_probe.report.view.entrances import entrance_id, groups, has_more_entrances

    rows, cells = view.rows(), view.cells()
    if not has_more_entrances(view):
        callers = ["", f"### {view.messages('section-callers')}", "", *map(_row, cells)] if cells else []
        return [*map(_row, rows), *callers]
    lines = list(_map(view))
    for group in groups(view):
        lines += ["", f"#### {escaped(group.name)}", ""]
        lines += [_row(row) for row in (*rows, *cells) if entrance_id(row["id"]) == group.id]
    return lines


def _map(view: View) -> Iterator[str]:
    """The map as a table."""
    from agentcore_probe.report.view.entrances import columns, map_rows

    shown = columns(view)
    heads = [view.messages("column-entrance"), *(column.name for column in shown)]
    yield _table_row(map(escaped, heads))
    yield _table_row("---" for _ in heads)
    for row in map_rows(view):
        cells = (_map_cell(row["cells"][column.id]) for column in shown)
        yield _table_row((escaped(row["name"]), *cells))


def _map_cell(results: list[dict[str, Any]]) -> str:
    """The result that needs attention most; in brackets what is intended, where it differs."""
    if not results or results[0]["outcome"] == "not-applicable":
        return "–"
    first = results[0]
    intended = f" {first['intended']}" if first["differs"] else ""
    return escaped(f"{first['symbol']} {first['word']}{intended}")


def _row(row: dict[str, Any]) -> str:
    """The item of an access method, or of a caller's way in."""
    heading = f"{escaped(row['name'])} ({escaped(row['auth'])})"
    result = f"{escaped(row['result'])}, {escaped(row['outcome_word'])}. {escaped(row['explanation'])}"
    return _task(f"{heading}: {result}", done=row["outcome"] == "as-expected")


def _task(text: str, *, done: bool) -> str:
    """An item of a task list; `text` is Markdown."""
    return f"- [{'x' if done else ' '}] {text}"


def escaped(text: str) -> str:
    """A text as one line of Markdown that means only itself."""
    from agentcore_probe.model.display import visible

    return _MARKDOWN.sub(r"\\\1", visible(" ".join(text.split())))


EXPORT = Export(
    help="Write a Markdown checklist, for a ticket", order=2, content=markdown_part, whole=markdown
)

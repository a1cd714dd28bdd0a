"""GitHub Actions: annotations as workflow commands, and the job summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from agentcore_probe.report.exports.export import Appended, Export, Part
from agentcore_probe.report.exports.markdown import markdown, markdown_lines, markdown_part

if TYPE_CHECKING:
    from agentcore_probe.report.exports.result import EnvironmentResult
    from agentcore_probe.report.view import View

_SUMMARY_BYTES = 1024 * 1024
"""Of all job summaries of a step. GitHub drops a longer one as a whole ("supports content up to a size of 1024k")."""
_KEPT = 10
"""So many annotations of each level does GitHub keep of a step."""

Level = Literal["error", "warning", "notice"]

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}
"""What the runner decodes in a message and in a property (actions/toolkit, `command.ts`)."""


class _Said(NamedTuple):
    """What the format shows of one environment."""

    level: Level
    line: str
    """The annotation of the environment as a whole."""
    rows: tuple[str, ...]
    """The annotations of its rows and findings."""
    markdown: str


def workflow_commands(parts: Sequence[Part[_Said]]) -> str:
    """One line for each environment, then one for each row and finding that is not as it should be.

    GitHub keeps ten errors, ten warnings and ten notices of a step, so the environments come first. Of more than ten
    environments there are no rows, and the tenth line of a level names all that it has no lines for.
    """
    if len(parts) > _KEPT:
        return "".join(f"{line}\n" for line in _of_many(parts))
    rows = [row for part in parts for row in part.content.rows]
    return "".join(f"{line}\n" for line in [*(part.content.line for part in parts), *rows])


def paused() -> tuple[str, str]:
    """The lines between which the runner reads no workflow commands: a server's words may look like one."""
    import secrets  # not for `--help`

    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n", f"::{token}::\n"


def job_summary(parts: Sequence[Part[_Said]], size: int) -> str:
    """The Markdown of all environments; of many, or where that is too long, their verdicts, and what is wrong if it fits.

    Args:
        parts: the environments.
        size: bytes that are left.
    """
    from agentcore_probe.report.exports.result import worst_first

    texts = [Part(part.brief, part.content.markdown) for part in parts]
    if len(texts) <= _KEPT:
        text = markdown(texts)
        if _bytes(text) <= size:
            return text
    text = "".join(_fitting(markdown_lines(texts), size))
    for one in worst_first(texts) if len(texts) > _KEPT else ():
        if one.brief.state in ("verified", "partial") or _bytes(text) + _bytes(one.content) >= size:
            break
        text += f"\n{one.content}"
    return text


def _fitting(lines: list[str], size: int) -> list[str]:
    """The first of the lines, as many as fit into so many bytes."""
    while lines and _bytes("".join(lines)) > size:
        del lines[-max(1, len(lines) // 10) :]
    return lines


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _of_many(parts: Sequence[Part[_Said]]) -> Iterator[str]:
    """At most ten lines of each level, the worst environments first."""
    from agentcore_probe.report.exports.result import worst_first

    ordered = worst_first(parts)
    for level in ("error", "warning", "notice"):
        some = [part for part in ordered if part.content.level == level]
        shown = some if len(some) <= _KEPT else some[: _KEPT - 1]
        yield from (part.content.line for part in shown)
        if rest := some[len(shown) :]:
            title = rest[0].brief.messages("annotation-more", count=len(rest))
            yield _command(level, title, ", ".join(part.brief.name for part in rest))


def _content(result: EnvironmentResult) -> _Said:
    rows = tuple(_of_rows(result.name, result.view)) if result.view is not None else ()
    return _Said(_level(result), _of_environment(result), rows, markdown_part(result))


def _level(result: EnvironmentResult) -> Level:
    if result.error is not None:
        return "error"
    levels: dict[str, Level] = {"verified": "notice", "inconclusive": "warning"}
    return levels.get(result.state, "error")


def _of_environment(result: EnvironmentResult) -> str:
    if result.error is not None:
        return _command("error", result.name, result.error.line())
    from agentcore_probe.report.action_lines import plain_action_lines

    lines = [result.sentence, *(plain_action_lines(result.view) if result.view is not None else ())]
    return _command(_level(result), result.name, "\n".join(lines))


def _of_rows(environment: str, view: View) -> Iterator[str]:
    from agentcore_probe.report.exports.result import explained

    levels: dict[str, Level] = {"unexpected": "error", "error": "warning"}
    for row in (*view.rows(), *view.cells()):
        level = levels.get(row["outcome"])
        if level is not None:
            yield _command(level, f"{environment}: {row['id']}", explained(row, view.messages))
    for finding in view.configuration():
        yield _command(
            "error" if finding["severity"] == "error" else "warning", environment, finding["title"]
        )
    for sentence in view.expectations():
        yield _command("error", environment, sentence)


def _command(level: Level, title: str, message: str) -> str:
    """A workflow command: `::error title=TITLE::MESSAGE`."""
    from agentcore_probe.model.display import visible

    return f"::{level} title={_escaped(visible(title), _PROPERTY)}::{_escaped(visible(message), _DATA)}"


def _escaped(text: str, codes: dict[str, str]) -> str:
    return "".join(codes.get(character, character) for character in text)


EXPORT = Export(
    help="In GitHub Actions: print annotations, and append to the job summary",
    order=5,
    content=_content,
    whole=workflow_commands,
    takes_file=False,
    paused=paused,
    appended=Appended("GITHUB_STEP_SUMMARY", job_summary, _SUMMARY_BYTES),
)

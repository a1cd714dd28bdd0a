"""GitHub Actions: annotations as workflow commands, and the job summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from agentcore_probe.report.exports.export import Appended, Export
from agentcore_probe.report.exports.markdown import markdown

if TYPE_CHECKING:
    from agentcore_probe.report.exports.result import EnvironmentResult
    from agentcore_probe.report.view import View

Level = Literal["error", "warning", "notice"]

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}
"""What the runner decodes in a message and in a property (actions/toolkit, `command.ts`)."""


def workflow_commands(results: Sequence[EnvironmentResult]) -> str:
    """One line for each environment, then one for each row and finding that is not as it should be.

    GitHub keeps ten errors, ten warnings and ten notices of a step, so the environments come first.
    """
    lines = [_of_environment(result) for result in results]
    for result in results:
        if result.view is not None:
            lines += _of_rows(result.name, result.view)
    return "".join(f"{line}\n" for line in lines)


def _of_environment(result: EnvironmentResult) -> str:
    error = result.error
    if error is not None:
        return _command("error", result.name, error.line())
    from agentcore_probe.report.action_lines import plain_action_lines

    levels: dict[str, Level] = {"verified": "notice", "inconclusive": "warning"}
    lines = [result.sentence, *(plain_action_lines(result.view) if result.view is not None else ())]
    return _command(levels.get(result.state, "error"), result.name, "\n".join(lines))


def _of_rows(environment: str, view: View) -> Iterator[str]:
    from agentcore_probe.report.exports.result import explained

    levels: dict[str, Level] = {"unexpected": "error", "error": "warning"}
    for row in view.rows():
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
    text=workflow_commands,
    takes_file=False,
    appended=Appended("GITHUB_STEP_SUMMARY", markdown),
)

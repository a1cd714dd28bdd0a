"""What a command found out about one environment: what the exports, and the terminal, say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from agentcore_probe.errors import ExitCode, ProbeError, ReportError, SchedulerError
from agentcore_probe.model.languages import DEFAULT

if TYPE_CHECKING:
    from agentcore_probe.model.extension import ExtensionResult
    from agentcore_probe.model.judgement import Judgement
    from agentcore_probe.model.record import RunRecord
    from agentcore_probe.report.exports.export import Content, Part
    from agentcore_probe.report.messages import Messages
    from agentcore_probe.report.view import View

State = Literal["verified", "not-verified", "inconclusive", "partial", "not-written", "error"]
"""A verdict, that only one method was tested, or why there is none: its report could not be made or written, or it could not run."""


class Brief(NamedTuple):
    """What a format shows of an environment, without its record."""

    name: str
    state: State
    sentence: str
    exit_code: int
    language: str
    error: ProbeError | None

    @property
    def messages(self) -> Messages:
        """The sentences in the environment's language."""
        from agentcore_probe.report.messages import messages

        return messages(self.language)


@dataclass(frozen=True)
class EnvironmentResult:
    """The judgement of one environment, or the error in its place; both where only its report failed."""

    name: str
    """The environment's name; in a shared record, its pseudonym."""
    exit_code: int = ExitCode.VERIFIED
    language: str = DEFAULT
    record: RunRecord | None = None
    judgement: Judgement | None = None
    """Present where `record` is."""
    error: ProbeError | None = None
    page: str | None = None
    """The path of the page, as the terminal shows it."""
    extensions: tuple[ExtensionResult, ...] = ()
    """What the team's own checks and sections say."""

    @cached_property
    def view(self) -> View | None:
        """Record and judgement as readers see them; None where the environment could not run."""
        from agentcore_probe.report.view import View

        if self.record is None or self.judgement is None:
            return None
        return View(self.record, self.judgement, self.messages)

    @property
    def messages(self) -> Messages:
        """The sentences in the environment's language."""
        from agentcore_probe.report.messages import messages

        return messages(self.language)

    @property
    def state(self) -> State:
        """The verdict, or why there is none."""
        if self.judgement is None:
            return "error"
        if isinstance(self.error, (ReportError, SchedulerError)):
            return "not-written"
        is_partial = self.judgement.only is not None and self.judgement.verdict == "verified"
        return "partial" if is_partial else self.judgement.verdict

    @property
    def sentence(self) -> str:
        """The verdict in words, or the error."""
        if self.view is not None:
            verdict = self.view.verdict
            return self.messages("result-sentence", word=verdict["word"], sentence=verdict["sentence"])
        return f"{self.messages('result-error')}: {self.error.line() if self.error else ''}"

    @property
    def brief(self) -> Brief:
        """The result without its record."""
        return Brief(self.name, self.state, self.sentence, self.exit_code, self.language, self.error)


def explained(row: Mapping[str, str], text: Messages) -> str:
    """What was observed of a row, and why."""
    return text("result-explained", result=row["result"], explanation=row["explanation"])


_STATES: tuple[State, ...] = ("verified", "not-verified", "inconclusive", "partial", "not-written", "error")


def count_states(states: Sequence[State]) -> dict[State, int]:
    """How many environments are in each state, in a fixed order; those of no environment are left out."""
    counts = Counter(states)
    return {state: counts[state] for state in _STATES if counts[state]}


def counts_line(states: Sequence[State], text: Messages) -> str:
    """One line for several environments: "58 verified, 2 not verified, 1 could not run"."""
    return text.comma.join(
        text(f"count-{state}", count=count) for state, count in count_states(states).items()
    )


def worst_first(parts: Sequence[Part[Content]]) -> list[Part[Content]]:
    """The environments that could not run first, the verified ones last, otherwise in their order."""
    return sorted(parts, key=lambda part: -_STATES.index(part.brief.state))

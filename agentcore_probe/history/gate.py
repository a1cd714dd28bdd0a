"""Which findings of a run make a command exit with 1: by their kind, and by what a baseline has already.

A pure function of records and judgements; `commands/gating.py` reads the files and prints the result.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from agentcore_probe.history.diff import Difference, accepted_controls, compare
from agentcore_probe.judge.judge import configuration_errors, judge
from agentcore_probe.model.judgement import Finding, Judgement
from agentcore_probe.model.methods import way_of
from agentcore_probe.model.record import Observation, RunRecord

Kind = Literal["unexpected", "error", "change"]
"""`unexpected`: the environment is not as it should be. `error`: the run could not find out. `change`: something
differs from an earlier run."""

DEFAULT_KINDS: frozenset[Kind] = frozenset({"unexpected", "error"})
"""What makes a run not verified, so that the exit code follows the verdict."""


@dataclass(frozen=True)
class Problem:
    """One reason not to exit with 0. Equal problems of two runs are the same problem."""

    kind: Kind
    where: str
    """A method, `configuration`, the line of an expectation, or what `Difference.where` names."""
    what: str
    """Facts without prose: outcome and cause, a finding's id and values, or both values of a difference."""


@dataclass(frozen=True)
class GateResult:
    """The problems of a run, each in one of three groups."""

    failing: tuple[Problem, ...] = ()
    """These make the exit code 1."""
    known: tuple[Problem, ...] = ()
    """Of a kind that counts, but the baseline has them, too."""
    ignored: tuple[Problem, ...] = ()
    """Of a kind that does not count."""
    differences: tuple[Difference, ...] | None = None
    """From the earlier run to this one; None: there is no earlier run."""


def apply_gate(
    record: RunRecord,
    judgement: Judgement,
    kinds: frozenset[Kind] = DEFAULT_KINDS,
    *,
    baseline: RunRecord | None = None,
    previous: RunRecord | None = None,
) -> GateResult:
    """Sorts the problems of a run. With the default arguments, none fails exactly if the run is verified.

    Args:
        record: the run.
        judgement: its judgement.
        kinds: the kinds of problems that count.
        baseline: an earlier run whose problems are accepted; changes are counted from it.
        previous: the run before this one, from which changes are counted without a baseline.
    """
    found = list(problems(record, judgement))
    reference = baseline or previous
    differences: tuple[Difference, ...] | None = None
    accepted: frozenset[Problem] = frozenset()
    if reference is not None:
        earlier = _with_rows_of(reference, record)
        differences = tuple(compare(earlier, record, judgement))
        found += [
            Problem("change", difference.where, f"{difference.before or '-'} -> {difference.after or '-'}")
            for difference in differences
        ]
        if baseline is not None:
            accepted = frozenset(problems(earlier, judge(earlier)))
    counted = [problem for problem in found if problem.kind in kinds]
    return GateResult(
        failing=tuple(problem for problem in counted if problem not in accepted),
        known=tuple(problem for problem in counted if problem in accepted),
        ignored=tuple(problem for problem in found if problem.kind not in kinds | {"change"}),
        differences=differences,
    )


def problems(record: RunRecord, judgement: Judgement) -> Iterator[Problem]:
    """Every problem of one run on its own: none exactly if the run is verified."""
    rows = [finding for finding in judgement.all_findings if finding.outcome != "not-applicable"]
    for finding in rows:
        yield from _row_problems(finding, record)
    for error in configuration_errors(judgement.configuration, record):
        values = " ".join(f"{name}={value}" for name, value in sorted(error.values.items()))
        yield Problem("unexpected", "configuration", f"{error.id} {values}".strip())
    for expectation in judgement.expectations:
        yield Problem("unexpected", expectation.line, expectation.problem)
    if not rows:
        yield Problem("error", "verdict", "no access method applies")


def _row_problems(finding: Finding, record: RunRecord) -> Iterator[Problem]:
    """The row itself, and each hole: a further one is a new problem of a row that was unexpected before."""
    details = ", ".join(filter(None, (finding.diagnosis.cause, finding.reason)))
    if finding.outcome == "unexpected":
        decisions = f"{finding.observed} instead of {finding.expected}, " if _differs(finding) else ""
        yield Problem("unexpected", finding.method, f"{decisions}{details}")
        for hole in accepted_controls(record, finding.method):
            yield Problem("unexpected", finding.method, f"accepted: {hole}")
    elif finding.outcome in ("error", "not-testable"):
        yield Problem("error", finding.method, f"{finding.outcome}, {details}")


def _differs(finding: Finding) -> bool:
    return None not in (finding.observed, finding.expected) and finding.observed != finding.expected


def _with_rows_of(reference: RunRecord, record: RunRecord) -> RunRecord:
    """`reference` without the rows that `record` did not test (`verify --only`), neither for further callers."""
    tested = {observation.method for observation in record.observations}
    return reference.model_copy(
        update={
            "observations": _tested(reference.observations, tested),
            "identities": tuple(
                caller.model_copy(update={"observations": _tested(caller.observations, tested)})
                for caller in reference.identities
            ),
        }
    )


def _tested(observations: Iterable[Observation], methods: Collection[str]) -> tuple[Observation, ...]:
    return tuple(observation for observation in observations if way_of(observation.method) in methods)

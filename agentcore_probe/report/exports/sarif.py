"""SARIF 2.1.0 (OASIS): what is wrong as results, and the causes as rules, for code scanning.

The location of a result is the environment's file: nothing else in a repository stands for what is deployed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from agentcore_probe.report.exports.export import Export, Part

if TYPE_CHECKING:
    from agentcore_probe.report.exports.result import Brief, EnvironmentResult
    from agentcore_probe.report.view import View

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_CAUSES_PAGE = "blob/main/docs/diagnosis.md"

_MOST = 25_000
"""GitHub refuses a file with more results, and shows the 5,000 worst."""

Level = Literal["error", "warning"]


class _Problem(NamedTuple):
    """One result: what is wrong in an environment, and the rule that says so."""

    rule: str
    """`cause/ID`, `reason/ID`, `configuration/ID`, `expectation/ID` or `error/KIND`."""
    level: Level
    message: str
    subject: str
    """The access method; empty for the environment as a whole."""
    values: str = ""
    """What tells two results of one rule and subject apart."""


def sarif(environments: Sequence[Part[list[_Problem]]]) -> str:
    """One run with the problems of all environments; its artifacts are the environments, also those without one."""
    from agentcore_probe import PROJECT_URL, __version__
    from agentcore_probe.errors import ExitCode, worst_exit_code
    from agentcore_probe.model.display import utf8_json

    briefs = [environment.brief for environment in environments]
    found = [(number, problem) for number, part in enumerate(environments) for problem in part.content]
    problems = found if len(found) <= _MOST else sorted(found, key=lambda one: one[1].level)[:_MOST]
    rules = list(dict.fromkeys(problem.rule for _, problem in problems))
    run = {
        "tool": {
            "driver": {
                "name": "AgentCore Probe",
                "version": __version__,
                "informationUri": PROJECT_URL,
                "rules": [_rule(rule, f"{PROJECT_URL}/{_CAUSES_PAGE}") for rule in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not any(brief.error for brief in briefs),
                "exitCode": int(worst_exit_code({ExitCode.VERIFIED, *(brief.exit_code for brief in briefs)})),
                "toolExecutionNotifications": [
                    *_notifications(briefs),
                    *_left_out(len(found) - len(problems)),
                ],
            }
        ],
        "artifacts": [_artifact(brief) for brief in briefs],
        "results": [
            _result(problem, briefs[number].name, number, rules.index(problem.rule))
            for number, problem in problems
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return utf8_json(json.dumps(log, indent=1, ensure_ascii=False)) + "\n"


def _content(result: EnvironmentResult) -> list[_Problem]:
    return list(_problems(result))


def _problems(result: EnvironmentResult) -> Iterator[_Problem]:
    if result.error is not None:
        yield _Problem(f"error/{type(result.error).__name__}", "error", result.error.line(), "")
    if result.view is not None:
        yield from _row_problems(result.view)
        yield from _configuration_problems(result.view)


def _row_problems(view: View) -> Iterator[_Problem]:
    """Unexpected rows are errors; rows that could not be decided, and should have been, are warnings."""
    from agentcore_probe.report.exports.result import explained

    levels: dict[str, Level] = {"unexpected": "error", "error": "warning"}
    for row in (*view.rows(), *view.cells()):
        level = levels.get(row["outcome"])
        if level is not None:
            message = f"{row['name']} ({row['auth']}): {explained(row, view.messages)}"
            yield _Problem(f"cause/{row['cause']}", level, message, row["id"])
    yield from _untested(view)
    for finding in view.judgement.expectations:
        yield _Problem(
            f"expectation/{finding.problem}", "error", view.expectation(finding), finding.method, finding.line
        )


def _untested(view: View) -> Iterator[_Problem]:
    """Why rows could not be tested, each reason once, with what to do about it."""
    untested = {row["id"] for row in (*view.rows(), *view.cells()) if row["outcome"] == "not-testable"}
    for action, texts in zip(view.judgement.actions, view.actions(), strict=True):
        if action.kind in ("cause", "reason") and action.methods and untested.issuperset(action.methods):
            message = view.messages("sarif-untested", because=texts["because"], title=texts["title"])
            yield _Problem(f"{action.kind}/{action.id}", "warning", message, "", ", ".join(action.methods))


def _configuration_problems(view: View) -> Iterator[_Problem]:
    for finding, texts in zip(view.judgement.configuration, view.configuration(), strict=True):
        values = json.dumps(finding.values, sort_keys=True)
        yield _Problem(f"configuration/{finding.id}", finding.severity, texts["title"], "", values)


def _rule(rule: str, causes_page: str) -> dict[str, Any]:
    """A rule with its texts: those of a cause are its sentence, its reason and its fix, without values."""
    from agentcore_probe.model.languages import DEFAULT
    from agentcore_probe.report.messages import messages

    text = messages(DEFAULT)
    kind, _, id = rule.partition("/")
    if kind == "cause" and id != "none":
        message = f"cause-{id}"
        return {
            "id": rule,
            "shortDescription": {"text": text.pattern(message)},
            "fullDescription": {"text": text.pattern(f"{message}.why")},
            "help": {"text": text.pattern(f"{message}.fix")},
            "helpUri": f"{causes_page}#{id}",
        }
    named = {
        "configuration": f"deployed-{id}",
        "expectation": f"expectation-{id}",
        "reason": f"reason-{id}",
    }.get(kind, "")
    sentence = text.pattern(named if text.has(named) else f"sarif-{kind}")
    return {"id": rule, "shortDescription": {"text": sentence}, "help": {"text": sentence}}


def _result(problem: _Problem, environment: str, artifact: int, rule: int) -> dict[str, Any]:
    full_name = "/".join(filter(None, (environment, problem.subject)))
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(environment), "index": artifact},
            "region": {"startLine": 1},
        },
        "logicalLocations": [{"name": problem.subject or environment, "fullyQualifiedName": full_name}],
    }
    return {
        "ruleId": problem.rule,
        "ruleIndex": rule,
        "level": problem.level,
        "message": {"text": problem.message},
        "locations": [location],
        # GitHub tells results of one rule and line apart by this one only.
        "partialFingerprints": {
            "primaryLocationLineHash": f"{_hash((full_name, problem.rule, problem.values))}:1"
        },
        "properties": {"environment": environment, "method": problem.subject},
    }


def _notifications(briefs: Iterable[Brief]) -> Iterator[dict[str, Any]]:
    """What kept an environment from a verdict or a report."""
    for number, brief in enumerate(briefs):
        if brief.error is not None:
            artifact = {"uri": _uri(brief.name), "index": number}
            yield {
                "level": "error",
                "message": {"text": brief.error.line()},
                "locations": [{"physicalLocation": {"artifactLocation": artifact}}],
            }


def _left_out(count: int) -> Iterator[dict[str, Any]]:
    """That there are more results than a reader takes."""
    if count:
        yield {"level": "warning", "message": {"text": f"{count} further results were left out"}}


def _artifact(brief: Brief) -> dict[str, Any]:
    return {
        "location": {"uri": _uri(brief.name)},
        "description": {"text": f"{brief.name}: {brief.sentence}"},
        "properties": {"state": brief.state},
    }


def _uri(environment: str) -> str:
    from urllib.parse import quote

    return f"environments/{quote(environment, safe='', errors='surrogatepass')}.toml"


def _hash(parts: Sequence[str]) -> str:
    from hashlib import sha256

    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


EXPORT = Export(help="Write a SARIF 2.1.0 file, for code scanning", order=3, content=_content, whole=sarif)

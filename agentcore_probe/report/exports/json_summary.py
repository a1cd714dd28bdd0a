"""JSON: verdict, rows and errors of all environments, for scripts. The whole facts are in each `record.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agentcore_probe.report.exports.export import Export, Part

if TYPE_CHECKING:
    from agentcore_probe.model.judgement import Finding
    from agentcore_probe.model.login_chain import LoginChain
    from agentcore_probe.report.exports.result import EnvironmentResult

SCHEMA = "agentcore-probe/summary/1"
_ACTION = ("id", "severity", "owner", "title", "because", "methods", "command", "check")


def json_summary(environments: Sequence[Part[dict[str, Any]]]) -> str:
    """One object: the exit code, how many environments are in each state, and the environments in their order."""
    from agentcore_probe import __version__
    from agentcore_probe.errors import ExitCode, worst_exit_code
    from agentcore_probe.model.display import utf8_json
    from agentcore_probe.report.exports.result import count_states

    content = {
        "schema": SCHEMA,
        "tool": f"agentcore-probe {__version__}",
        "exit_code": int(
            worst_exit_code(
                {ExitCode.VERIFIED, *(environment.brief.exit_code for environment in environments)}
            )
        ),
        "counts": count_states([environment.brief.state for environment in environments]),
        "environments": [environment.content for environment in environments],
    }
    return utf8_json(json.dumps(content, indent=1, ensure_ascii=False)) + "\n"


def _environment(result: EnvironmentResult) -> dict[str, Any]:
    """One environment. What is not known is null, and there are no rows where it could not run."""
    record, judgement = result.record, result.judgement
    provenance = record.provenance.model_dump(mode="json") if record else {}
    return {
        "name": result.name,
        "verdict": judgement.verdict if judgement else None,
        "only": judgement.only if judgement else None,
        "sentence": result.sentence,
        "error": result.error.as_json() if result.error else None,
        "exit_code": int(result.exit_code),
        "page": result.page,
        "digest": record.digest if record else None,
        **{name: provenance.get(name) for name in ("source", "started", "ended")},
        "rows": [_row(finding) for finding in (judgement.findings if judgement else ())],
        "callers": [_cell(finding) for finding in (judgement.identities if judgement else ())],
        "login_chains": [_chain(chain) for chain in (judgement.login_chains if judgement else ())],
        "actions": [
            {name: action[name] for name in _ACTION}
            for action in (result.view.actions() if result.view else ())
        ],
        "configuration": [
            finding.model_dump(mode="json") for finding in (judgement.configuration if judgement else ())
        ],
        "expectations": [
            finding.model_dump(mode="json") for finding in (judgement.expectations if judgement else ())
        ],
    }


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "method": finding.method,
        "decision": finding.observed,
        "expected": finding.expected,
        "outcome": finding.outcome,
        "cause": finding.diagnosis.cause,
        "confidence": finding.diagnosis.confidence,
        "judge": finding.diagnosis.judge,
    }


def _cell(finding: Finding) -> dict[str, Any]:
    """A way in of a further caller: the fields of a row, with the caller's name, and the reason beside the cause."""
    from agentcore_probe.model.methods import caller_of, way_of

    return {
        "caller": caller_of(finding.method),
        **_row(finding),
        "method": way_of(finding.method),
        "reason": finding.reason,
    }


def _chain(chain: LoginChain) -> dict[str, Any]:
    """The login of MCP clients at one target: its steps, and each client with its best way."""
    return {
        "target": chain.target,
        "url": chain.url,
        "provider": chain.provider,
        "issuer": chain.issuer,
        "steps": [step.model_dump(include={"step", "result", "reason"}) for step in chain.steps],
        "clients": [
            {
                "client": forecast.client,
                **forecast.best.model_dump(include={"way", "outcome", "step", "reason", "side"}),
            }
            for forecast in chain.clients
        ],
    }


EXPORT = Export(
    help="Write verdicts, rows and errors of all environments as JSON",
    order=4,
    content=_environment,
    whole=json_summary,
)

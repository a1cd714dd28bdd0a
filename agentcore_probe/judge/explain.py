"""Explains one exchange, or material without one, without an environment: what the command `explain` runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.material import explain_material
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.case_file import read
from agentcore_probe.judge.reading.material import Material, read_material
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Explanation


def explain(
    text: str, *, where: str, token: TokenFacts | None = None, now: datetime | None = None
) -> Explanation:
    """The decision and the diagnosis of the exchange in `text`; what the text is, if it has none.

    Args:
        text: the case form (docs/diagnosis.md), or pasted text: `curl -i` or `curl -v` output, a
            botocore or `aws` error, the JSON body of a response; or a token, decoded claims, an ARN, a URL, a command
            without its answer, the settings of an authorizer.
        where: names the text in errors.
        token: the token that was sent, or is to be sent, if the text does not have it.
        now: the time with which the times of tokens are compared; None for the current one.

    Raises:
        RecordError: it has no answer, and nothing else that can be explained.
    """
    now = now or datetime.now(UTC)
    try:
        case = read(text, where=where)
    except RecordError:
        material = _with_token(read_material(text), token)
        if material.is_empty:
            raise
        return explain_material(material, now)
    if not _has_outcome(case):
        material = _with_token(read_material(text), token)
        if not material.is_empty:
            return explain_material(material, now)
    if token is not None and case.token is None and case.auth != "sigv4":
        case = replace(case, exchange=case.exchange.model_copy(update={"token": token}))
    diagnosis = diagnose(case)
    return Explanation(
        decision=decision(case),
        diagnosis=diagnosis.model_copy(update={"remedy": remedy(diagnosis, case, None, None)}),
    )


def _has_outcome(case: Case) -> bool:
    """Whether the text shows how the exchange ended, and not only a request or another JSON text."""
    if case.exchange.fault is not None or case.sentence is not None:
        return True
    answer = case.answer
    is_stream = "data:" in (case.exchange.response.body if case.exchange.response else "")
    return bool(
        answer.status or answer.error_type or answer.message or answer.rpc_code is not None or is_stream
    )


def _with_token(material: Material, token: TokenFacts | None) -> Material:
    return material if token is None else replace(material, tokens=(token, *material.tokens))

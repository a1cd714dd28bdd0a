"""Explains one exchange, or material without one, without an environment: what the command `explain` runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.choice import choose
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.material import explain_material
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.case_file import is_case_form, read
from agentcore_probe.judge.reading.commandline import PastedRequest
from agentcore_probe.judge.reading.material import Material, read_material
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.judge.rules.request import token_faults
from agentcore_probe.model.configuration import Configuration
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.judgement import Diagnosis, Explanation


def read_case(text: str, *, where: str) -> Case:
    """The exchange in `text` that is explained, with the others as related.

    Raises:
        RecordError: the text is empty, or a case in a wrong form.
    """
    return choose(read(text, where=where))


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
    material = _with_token(read_material(text), token)
    try:
        case = read_case(text, where=where)
    except RecordError:
        if material.is_empty:
            raise
        return explain_material(material, now)
    has_token = case.token is not None
    case = _with_token_sent(case, token)
    if not is_case_form(text):
        case = _with_material(case, material)
    diagnosis = diagnose(case)
    if not has_token and diagnosis.cause == "refused-unexplained":
        diagnosis = _by_token(diagnosis, case, now)
    explanation = Explanation(
        decision=decision(case),
        diagnosis=diagnosis.model_copy(update={"remedy": remedy(diagnosis, case, None, None)}),
    )
    if material.is_empty or _shows_outcome(case, explanation):
        return explanation
    described = explain_material(_of_request(material, case), now)
    if material.is_alone:
        return described
    if described.diagnosis.cause == "none":
        return explanation.model_copy(update={"material": described.material})
    is_call = bool(case.exchange.request.url) and not case.url_only
    return described if is_call else _as_possible(described)


def _as_possible(explanation: Explanation) -> Explanation:
    """The explanation of a name in a text that is about something else."""
    diagnosis = explanation.diagnosis.model_copy(update={"confidence": "possible"})
    return explanation.model_copy(update={"diagnosis": diagnosis})


def _by_token(diagnosis: Diagnosis, case: Case, now: datetime) -> Diagnosis:
    """The diagnosis of a refusal by what is wrong with the token beside it now: it may have been right at its time."""
    match = next(token_faults(case, now), None)
    if match is None:
        return diagnosis
    changes = {"cause": match.cause, "values": match.values, "checks": match.checks or diagnosis.checks}
    return diagnosis.model_copy(update={**changes, "confidence": "possible"})


def _shows_outcome(case: Case, explanation: Explanation) -> bool:
    """Whether the text shows how the exchange ended, and not only a request, or JSON that is not an answer."""
    response = case.exchange.response
    is_answer = (
        response is not None and bool(case.exchange.request.url) and case.configuration == Configuration()
    )
    is_explained = explanation.decision != "undecided" or explanation.diagnosis.cause not in (
        "unexplained",
        "none",
    )
    return bool(
        is_explained or is_answer or case.answer.status or case.answer.error_type or case.answer.message
    )


def _with_token(material: Material, token: TokenFacts | None) -> Material:
    return material if token is None else material._replace(tokens=(token, *material.tokens))


def _of_request(material: Material, case: Case) -> Material:
    """The material with the request of `case` alone, if the text's other requests were answered, or none is a command."""
    is_shown = bool(case.exchange.request.url) and not case.url_only and case.exchange.response is None
    if not is_shown or (material.requests and not case.related):
        return material
    request = case.exchange.request
    if not material.requests:  # code and logs name a variable, or hide the value
        shown = {name: value for name, value in request.headers.items() if value != "<token>"}
        request = request.model_copy(update={"headers": shown})
    return material._replace(requests=(PastedRequest(request, case.token),))


def _with_material(case: Case, material: Material) -> Case:
    """The case with the token and the settings that the text has beside the exchange."""
    is_of_another = any(other.token == material.token for other in case.related)
    case = case if is_of_another else _with_token_sent(case, material.token)
    if case.configuration == Configuration() and material.settings:
        # What was worked out of these exchanges belongs to the other configuration.
        case = replace(case, configuration=material.configuration, related=Related(case.related))
    return case


def _with_token_sent(case: Case, token: TokenFacts | None) -> Case:
    """The case with a token, unless the text shows the token that was sent, or that none was."""
    shows_credential = bool(case.exchange.request.url) and not case.url_only and case.auth != "bearer"
    is_call = case.service not in ("cognito", "oauth")
    if token is None or case.token is not None or case.auth == "sigv4" or shows_credential or not is_call:
        return case
    return replace(case, exchange=case.exchange.model_copy(update={"token": token}))

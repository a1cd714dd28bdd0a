"""A token or settings beside an exchange, requests after one, and texts that say more than their material."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agentcore_probe.judge.explain import explain
from agentcore_probe.judge.reading.material import read_material
from agentcore_probe.model.exchange import SESSION_HEADER
from agentcore_probe.model.judgement import Explanation
from tests.judge.reading.material.test_finders import ARN, ENCODED, URL, jwt
from tests.judge.test_material import CALL, COGNITO, COGNITO_ID, COMMAND, settings

NOW = datetime(2026, 11, 30, tzinfo=UTC)
REFUSAL = 'HTTP/1.1 401 Unauthorized\nx-amzn-RequestId: 5f2a\n\n{"message":"OAuth authorization failed"}'
ACCEPTED = 'HTTP/1.1 200 OK\nx-amzn-RequestId: 5f2a\n\n{"result":"hi"}'


def explained(text: str) -> Explanation:
    """What `explain` says of a text at a fixed time."""
    return explain(text, where="t", now=NOW)


@pytest.mark.parametrize(
    ("token", "rules", "cause"),
    [
        (COGNITO, {"allowedClients": ["other"]}, "client-not-allowed"),
        (COGNITO, {"allowedAudience": ["c1"]}, "audience-not-allowed"),
        (COGNITO, {"allowedScopes": ["s/write"]}, "scope-missing"),
        (COGNITO_ID, {"allowedClients": ["c1"]}, "id-token-sent"),
    ],
)
def test_a_refusal_is_judged_by_the_token_and_the_settings_beside_it(
    token: dict[str, Any], rules: dict[str, Any], cause: str
) -> None:
    """The check that fails is named, whatever comes first."""
    parts = [f"token: {jwt(token)}", settings(**rules), REFUSAL]
    for text in ("\n\n".join(parts), "\n\n".join(reversed(parts))):
        explanation = explained(text)
        assert (explanation.diagnosis.cause, explanation.decision) == (cause, "refused")


def test_a_token_that_has_expired_since_is_only_possibly_the_cause() -> None:
    """The answer does not show when it came."""
    explanation = explained(f"I send {jwt({**COGNITO, 'exp': 1})}\n\n{REFUSAL}")
    assert (explanation.diagnosis.cause, explanation.diagnosis.confidence) == ("token-expired", "possible")
    assert explanation.decision == "refused"


def test_the_token_of_another_call_is_not_the_one_that_was_sent() -> None:
    """Each call has its own credential."""
    other = CALL.replace("$TOKEN", jwt({**COGNITO, "exp": 1}))
    explanation = explained(f"{other}\n{ACCEPTED}\n\n{CALL}\n{REFUSAL}")
    assert explanation.diagnosis.cause == "refused-unexplained"


def test_a_wrong_request_after_an_answer_is_the_one_that_is_explained() -> None:
    """It would fail; a right one says nothing, so the answer before it counts."""
    wrong = explained(f"{CALL}\n{REFUSAL}\n\n\n{CALL.replace(ENCODED, ARN)}\n")
    assert (wrong.diagnosis.cause, wrong.decision) == ("arn-not-encoded", "undecided")
    right = explained(f"{CALL}\n{REFUSAL}\n\n\n{CALL.replace('DEFAULT', 'TEST')}\n")
    assert (right.diagnosis.cause, right.decision) == ("refused-unexplained", "refused")


@pytest.mark.parametrize(
    ("text", "is_alone"),
    [
        (URL, True),
        (f"URL: {URL}", True),
        (f"Is this URL right? {URL}", True),
        (f"{URL}\nIs this right?", True),
        (f"$ {CALL}", True),
        (f"INFO agent: calling {URL}\nINFO agent: waiting", False),
        (f"{CALL}\n(hangs)", False),
    ],
)
def test_only_a_text_without_more_is_said_to_have_nothing_wrong(text: str, is_alone: bool) -> None:
    """A text that tells of a failure is unexplained; what it names is described all the same."""
    explanation = explained(text)
    assert read_material(text).is_alone == is_alone
    assert explanation.diagnosis.cause == ("none" if is_alone else "unexplained")
    assert explanation.material


def test_the_session_id_of_an_aws_command_is_judged() -> None:
    """It is an option there."""
    text = f"{COMMAND} --runtime-session-id short"
    assert read_material(text).requests[0].request.header(SESSION_HEADER) == "short"
    assert explained(text).diagnosis.cause == "session-id-length"


@pytest.mark.parametrize("text", [f'"{ARN} "', f"' {ARN}'", f'"{ARN}\\n"'])
def test_white_space_in_the_quotes_of_an_arn_is_found(text: str) -> None:
    """And none where there is none."""
    assert explained(text).diagnosis.cause == "arn-blank-or-padded"
    assert explained(text.replace(" ", "").replace("\\n", "")).diagnosis.cause == "none"


def test_a_token_in_the_query_of_a_url_has_its_own_cause() -> None:
    """The keys of a signature have another parameter."""
    assert explained(f"{URL}&access_token=abcdefgh12345678").diagnosis.cause == "token-in-url"
    assert explained(f"{URL}&X-Amz-Security-Token=abcdefgh12345678").diagnosis.cause == "none"


def test_code_that_names_a_variable_as_a_header_says_nothing_of_it() -> None:
    """The value is not known."""
    text = f'RuntimeError: no connection\nparams = {{"url": "{URL}", "headers": {{"Authorization": auth_header}}}}'
    assert explained(text).diagnosis.cause not in ("bearer-prefix-missing", "none")

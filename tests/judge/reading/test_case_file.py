"""The case form, and which text is in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agentcore_probe.errors import RecordError
from agentcore_probe.judge.explain import read_case as read
from agentcore_probe.judge.reading.case import Case

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"


def case(form: Any) -> Case:
    return read(json.dumps(form), where="t")


def test_related_exchanges_are_numbered_after_the_first() -> None:
    """Their ids are those of the evidence."""
    related = [{"response": {"status": 200}}, {"response": {"fault": "dns", "detail": "d"}}]
    whole = case({"response": {"status": 401}, "related": related})
    assert [exchange.id for exchange in (whole.exchange, *whole.related)] == ["case/1", "case/2", "case/3"]
    assert whole.related[1].fault is not None
    assert whole.related[1].response is None


def test_pasted_text_may_be_combined_with_configuration_and_token() -> None:
    """The form's token takes precedence over the text's."""
    text = f"curl https://h/mcp -H 'Authorization: Bearer {TOKEN}'\nHTTP/1.1 401 Unauthorized\n\n"
    form = {"text": text, "configuration": {"gateway": {"gatewayId": "g", "authorizerType": "AWS_IAM"}}}
    assert case(form).token is not None
    assert case({**form, "token": {"claims": {"sub": "b"}}}).token.claims == {"sub": "b"}  # type: ignore[union-attr]
    assert case(form).configuration.gateway is not None


def test_a_token_that_a_sentence_quotes_is_not_kept() -> None:
    """A client may put what it sent into its error."""
    sentence = case({"text": f"InvalidGrantError: the token {TOKEN} was revoked"}).sentence
    assert sentence is not None
    assert TOKEN not in json.dumps([sentence.text, sentence.values])
    assert "was revoked" in sentence.values["message"]


OPAQUE = "Zq7cXw93Kd0pLm2Rt5Yb8Nc4Vs6GhJ1k"


@pytest.mark.parametrize(
    "text",
    [
        f"export JWT_TOKEN={OPAQUE}\n",
        f"COGNITO_PASSWORD={OPAQUE}\n",
        f"agentcore invoke --bearer-token {OPAQUE} hi\n",
        f"aws cognito-idp admin-set-user-password --username u --password {OPAQUE}\n",
        f"curl -uclient:{OPAQUE} https://h/\n",
        f"curl --user=client:{OPAQUE} https://h/\n",
        f"curl -b 'session={OPAQUE}' https://h/\n",
        f"curl -H 'Cookie: a=b; session={OPAQUE}' https://h/\n",
        f"Set-Cookie: session={OPAQUE}; Path=/\n",
        f"http -A bearer -a {OPAQUE} https://h/\n",
        f"fetch(u, {{headers: {{Authorization: `Bearer {OPAQUE}`}}}})\n",
        f"https://h/?x=Bearer%20{OPAQUE}\n",
        f"https://h/?X-Amz-Signature=a&X-Amz-Security-Token={OPAQUE}\n",
        f"curl https://h/ -H 'Authorization: Bearer {OPAQUE[:16]}\\\n{OPAQUE[16:]}'\n",
    ],
)
def test_an_opaque_credential_is_known_by_its_place(text: str) -> None:
    """What a server sends back of it is hidden; in a command line, a header, an assignment, a URL, over two lines."""
    parsed = read(f'{text}\nHTTP/1.1 403 Forbidden\n\n{{"message":"{OPAQUE} is wrong"}}', where="t")
    assert OPAQUE not in repr(parsed)
    assert "> is wrong" in parsed.answer.message


def test_prose_about_a_credential_is_no_credential() -> None:
    """A message stays as it is."""
    message = "Invalid token: authentication failed; secret: arn:aws:secretsmanager:x-1"
    parsed = read(f'HTTP/1.1 403 Forbidden\n\n{{"message":"{message}"}}', where="t")
    assert parsed.answer.message == message


def test_a_token_in_a_response_is_not_kept() -> None:
    """Of the form, and of pasted text."""
    for text in (json.dumps({"response": {"status": 200, "body": TOKEN}}), f"HTTP/1.1 200 OK\n\n{TOKEN}"):
        response = read(text, where="t").exchange.response
        assert response is not None
        assert response.body == "<token>"


def test_json_without_the_forms_keys_is_a_response() -> None:
    """A body that a person pasted, also after a byte order mark."""
    parsed = read('\ufeff{"__type": "AccessDeniedException"}', where="t")
    assert parsed.answer.error_type == "AccessDeniedException"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"request": {"auth": "basic"}}, "t: is not a case: auth: "),
        ({"response": {"fault": "bad luck"}}, "t: is not a case: kind: "),
        ({"response": 1}, "t: is not a case: "),
        ({"response": {}, "related": [1]}, "t: is not a case: "),
    ],
)
def test_a_part_of_the_wrong_form_is_named(form: Any, message: str) -> None:
    """In one line."""
    with pytest.raises(RecordError) as caught:
        case(form)
    assert caught.value.line().startswith(message)
    assert "\n" not in caught.value.line()

"""Promise 19: a token's claims are never called verified."""

from __future__ import annotations

import ast
import re

import pytest

from agentcore_probe.model import token
from agentcore_probe.report.messages import messages
from tests.conftest import PROJECT

_VERIFICATION_CLAIMS = {
    "en": r"\b(verified|validated|authentic|genuine) (token|JWT|claim)|\btoken (is|was) (verified|validated)",
    "ja": r"トークンを検証し|トークンの検証に成功|検証済みトークン",
}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_sentence_says_that_a_token_was_verified(language: str) -> None:
    """In neither catalogue."""
    catalogue = (PROJECT / "agentcore_probe" / "report" / "text" / f"{language}.ftl").read_text("utf-8")
    assert not re.findall(_VERIFICATION_CLAIMS[language], catalogue)
    assert messages(language).ids


def test_the_decoder_is_named_unverified() -> None:
    """The only function that reads a token says in its name that it does not verify."""
    tree = ast.parse((PROJECT / "agentcore_probe" / "model" / "token.py").read_text("utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    public = [name for name in functions if not name.startswith("_")]
    assert public == [
        "unverified_facts",
        "is_unset",
    ]  # the second compares the text with words, and decodes nothing
    assert "without any verification" in str(token.unverified_facts.__doc__)


def test_no_probe_or_judge_verifies_a_signature() -> None:
    """Only the embedded AgentCore calls PyJWT's `decode`."""
    for folder in ("judge", "report", "model", "access", "probes"):
        for path in (PROJECT / "agentcore_probe" / folder).rglob("*.py"):
            assert "jwt.decode(" not in path.read_text("utf-8"), path

"""Promise 19: a token's claims are what it states; nobody says that they were verified."""

from __future__ import annotations

import ast
import re

import pytest

from agentcore_probe.model import token
from agentcore_probe.report.messages import messages
from tests.conftest import PROJECT

_CLAIMED = {
    "en": r"\b(verified|validated|authentic|genuine) (token|JWT|claim)|\btoken (is|was) (verified|validated)",
    "ja": r"トークンを検証し|トークンの検証に成功|検証済みトークン",
}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_sentence_says_that_a_token_was_verified(language: str) -> None:
    """Neither catalogue."""
    catalogue = (PROJECT / "agentcore_probe" / "report" / "text" / f"{language}.ftl").read_text("utf-8")
    assert not re.findall(_CLAIMED[language], catalogue)
    assert messages(language).ids


def test_what_decodes_says_that_it_does_not_verify() -> None:
    """The one function that reads a token carries it in its name."""
    tree = ast.parse((PROJECT / "agentcore_probe" / "model" / "token.py").read_text("utf-8"))
    public = [each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name[0] != "_"]
    assert public == ["unverified_facts"]
    assert "without any verification" in str(token.unverified_facts.__doc__)


def test_no_probe_or_judge_verifies_a_signature() -> None:
    """PyJWT's decode is for the embedded AgentCore only."""
    for folder in ("judge", "report", "model", "access", "probes"):
        for path in (PROJECT / "agentcore_probe" / folder).rglob("*.py"):
            assert "jwt.decode(" not in path.read_text("utf-8"), path

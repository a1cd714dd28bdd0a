"""Pseudonyms: which names are replaced, and what their replacements look like."""

from __future__ import annotations

import re

import pytest

from agentcore_probe.judge.causes import CAUSES, Cause
from agentcore_probe.sharing.pseudonyms import KINDS, Pseudonyms

QUOTATIONS = sorted({text for cause in CAUSES.values() for text in re.findall("“([^”]+)”", cause.looks)})


def test_the_table_of_causes_quotes_the_services() -> None:
    """The next test has something to test."""
    assert "Authorization method mismatch" in QUOTATIONS
    assert len(QUOTATIONS) > 10


@pytest.mark.parametrize("quotation", QUOTATIONS)
def test_the_words_by_which_the_judge_recognizes_a_refusal_stay(quotation: str) -> None:
    """Even if a user, a role or a tool has the name of such a word, in any case."""
    pseudonyms = Pseudonyms()
    for word in re.findall(r"[\w-]+", quotation):
        for name in (word, word.lower(), word.upper()):
            pseudonyms.add("name", name)
    assert pseudonyms.replace_names(quotation) == quotation


def test_the_quoted_words_of_a_new_cause_are_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of causes is the only list of them."""
    sentence = "The widget is frobnicated"
    named = Pseudonyms()
    named.add("name", "frobnicated")
    assert named.replace_names(sentence) != sentence
    looks = f"400 “{sentence}”"
    cause = Cause(
        id="widget-frobnicated", group="content", looks=looks, source="this test", certainty="inferred"
    )
    monkeypatch.setitem(CAUSES, cause.id, cause)
    protected = Pseudonyms()
    protected.add("name", "frobnicated")
    assert protected.replace_names(sentence) == sentence


def test_a_name_is_replaced_only_as_a_whole_word() -> None:
    """A user called "probe" does not change `agentcore-probe`; an account id is whole between letters."""
    pseudonyms = Pseudonyms()
    pseudonyms.add("name", "probe")
    pseudonyms.add("account", "123456789012")
    user, account = pseudonyms.pseudonym("name", "probe"), pseudonyms.pseudonym("account", "123456789012")
    text = "probe in agentcore-probe, logs-123456789012, 9123456789012"
    assert pseudonyms.replace_names(text) == f"{user} in agentcore-probe, logs-{account}, 9123456789012"


def test_a_name_is_replaced_in_a_url_as_well() -> None:
    """Percent-encoded, or after an encoded separator."""
    pseudonyms = Pseudonyms()
    pseudonyms.add("mail", "taro@acme.example")
    assert "acme" not in pseudonyms.replace_names("?user=taro%40acme.example&arn=x%3Ataro@acme.example")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_pseudonym_is_stable_in_a_record_and_differs_in_the_next(kind: str) -> None:
    """Of every kind."""
    name = "us-east-1_AbCdEfGhI" if kind == "pool" else "123456789012"
    one, other = Pseudonyms(), Pseudonyms()
    assert one.pseudonym(kind, name) == one.pseudonym(kind, name)
    assert one.pseudonym(kind, name) != name
    if kind != "address":  # only 254 of them are reserved for documentation
        assert one.pseudonym(kind, name) != other.pseudonym(kind, name)


@pytest.mark.parametrize("name", [None, "", "ab", "<secret>", "AWS", "us-west-2"])
def test_what_does_not_identify_anybody_stays(name: str | None) -> None:
    """Nothing, too short, a placeholder, a public word, a region."""
    pseudonyms = Pseudonyms()
    pseudonyms.add("name", name)
    assert pseudonyms.replace_names(f"a {name} b") == f"a {name} b"

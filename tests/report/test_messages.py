"""The catalogues are complete and equal, and every message is filled in whole."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from agentcore_probe.errors import ProbeError
from agentcore_probe.judge.causes import CAUSE_OF_CONFIGURATION, CAUSES
from agentcore_probe.model.languages import DEFAULT, LANGUAGES, Language
from agentcore_probe.model.methods import METHODS
from agentcore_probe.report import messages as module
from agentcore_probe.report.messages import Messages, messages

TEXT = Path(module.__file__).parent / "text"


class _Values(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


class _Expressions(Visitor):
    """Collects the kinds of expressions in braces and of selectors."""

    def __init__(self) -> None:
        self.kinds: set[type[ast.BaseNode]] = set()

    def visit_Placeable(self, node: ast.Placeable) -> None:
        self.kinds.add(type(node.expression))
        self.generic_visit(node)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:
        self.kinds.add(type(node.selector))
        self.generic_visit(node)


@cache
def parsed(language: str) -> ast.Resource:
    """The file of a language; to parse it takes half a second."""
    return FluentParser().parse((TEXT / f"{language}.ftl").read_text("utf-8"))


@cache
def catalogue(language: str) -> dict[str, set[str]]:
    """Each message and attribute with the variables that it names."""
    variables: dict[str, set[str]] = {}
    for entry in parsed(language).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            patterns = [("", entry.value), *((f".{a.id.name}", a.value) for a in entry.attributes)]
            for name, pattern in patterns:
                values = _Values()
                values.visit(pattern)
                assert f"{entry.id.name}{name}" not in variables, f"duplicate message {entry.id.name}"
                variables[f"{entry.id.name}{name}"] = values.names
    return variables


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_messages_with_the_same_variables(language: str) -> None:
    """A missing or unequal message fails the build."""
    assert catalogue(language) == catalogue(DEFAULT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_only_what_can_be_filled_in(language: str) -> None:
    """Functions, terms and other messages are errors of `report.filling`, but only when such a sentence is shown."""
    expressions = _Expressions()
    expressions.visit(parsed(language))
    assert expressions.kinds == {ast.SelectExpression, ast.StringLiteral, ast.VariableReference}


def test_every_catalogue_belongs_to_a_language() -> None:
    """And every language has one."""
    assert {path.stem for path in TEXT.glob("*.ftl")} == set(LANGUAGES)


def test_every_message_is_used_or_belongs_to_a_table() -> None:
    """The catalogue has no dead sentence."""
    package = TEXT.parents[1]
    code = "".join(
        path.read_text("utf-8")
        for path in [*package.rglob("*.py"), *package.rglob("*.j2")]
        if "local" not in path.parts
    )
    prefixes = (
        "cause-", "method-", "auth-", "decision-", "outcome-", "reason-", "fault-", "phase-", "factor-", "check-",
        "item-", "judge-", "done-", "deployed-", "severity-", "shown-", "claim-", "expectation-", "usage-", "verdict-",
        "evaluation-", "source-", "title-", "section-", "provenance-", "confidence-", "certainty-", "column-", "cut-", "fragment-", "way-", "target-", "entrance-", "map-", "timeline-", "step-",
        "material-", "action-owner-", "ask-from-", "cite-", "unreadable-", "not-tried-", "untried-", "root-cause-", "result-", "matrix-none", "latency-none", "count-", "sarif-", "plan-", "why-", "policy-may-", "fleet-fact-", "fleet-source-", "compared-", "clients-",
        "login-step-", "forecast-", "side-", "login-way-", "mcp-login-",
    )  # fmt: skip
    unused = [
        id
        for id in catalogue(DEFAULT)
        if not id.startswith(prefixes) and f'"{id}"' not in code and f"'{id}'" not in code
    ]
    assert unused == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_and_method_has_its_message(language: str) -> None:
    """By its id."""
    known = messages(language)
    assert all(known.has(f"cause-{cause}") for cause in CAUSES)
    assert all(known.has(f"method-{method.id}") for method in METHODS)


def test_a_missing_message_or_value_is_an_internal_error() -> None:
    """No sentence is shown half filled in."""
    with pytest.raises(ProbeError, match="no message"):
        messages(DEFAULT)("no-such-message")
    with pytest.raises(ProbeError, match="cannot be filled in"):
        messages(DEFAULT)("by-design")


SOURCE = """\
value-absent = none
cause-new = The moon is { $phase }.
    .why =
        { $tide ->
            [unknown] Nothing is known of the tide.
           *[other] The tide is { $tide } (by { $clock }); the wind is { $wind }.
        } It is { $tide }.
    .fix = Wait for { $moon_rise }. Message: { $message }
"""


def test_what_is_not_known_is_left_out_of_a_cause() -> None:
    """Its parenthesis, its clause or its sentence; a server's own punctuation changes nothing."""
    catalogue = Messages(Language("en"), SOURCE)
    assert catalogue.cause("new", {"phase": "full"}) == "The moon is full."
    assert catalogue.cause("new", {"phase": "-"}) == "The moon is none."
    assert catalogue.cause("new", {}) == catalogue.cause("new", {"phase": "unknown"}) == ""
    assert catalogue.cause("new.why", {}) == "Nothing is known of the tide."
    assert catalogue.cause("new.why", {"tide": "low"}) == "The tide is low. It is low."
    values = {"tide": "low", "clock": "a. b; c)", "wind": "(d. "}
    assert catalogue.cause("new.why", values) == "The tide is low (by a. b; c)); the wind is (d. . It is low."
    assert catalogue.cause("new.fix", {"moon-rise": "22:00. x; y"}) == "Wait for 22:00. x; y."
    assert catalogue.cause("new.fix", {"message": "x. y"}) == "Message: x. y"
    assert catalogue.pattern("cause-new.fix") == "Wait for {moon_rise}. Message: {message}"


def test_a_status_chooses_the_sentence_about_it() -> None:
    """The values of a cause are texts, also where a catalogue has a number."""
    text = messages(DEFAULT)
    assert text.cause("proxy-refused", {"status": "407"}) == "The proxy requires a login."
    assert text.cause("proxy-refused", {"status": "503"}) == "The proxy did not open the connection."


_HOLE = re.compile(
    r"unknown\b(?! access method)|not known|不明|\bNone\b(?! of)|\b0 of\b|  |\"\"|\(\s*\)|（）|「」|\ue000|[:：]\s*[.。]?$|^[\s.,。、:：)）]|（[、,]|[:：(（]\s*[.。)）]"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_a_cause_has_a_hole(language: str) -> None:
    """Whichever of its values are known: there is a title and a fix, and what needs a missing value is left out."""
    texts = messages(language)
    for cause in CAUSES:
        names = sorted(texts.variables(f"cause-{cause}"))
        for count in range(len(names) + 1):
            for present in combinations(names, count):
                values = {name: f"v-{name}" for name in present}
                title, why, fix = (texts.cause(f"{cause}{part}", values) for part in ("", ".why", ".fix"))
                assert title, (cause, present)
                assert fix, (cause, present)
                for text in (title, why, fix):
                    assert not _HOLE.search(text), (cause, present, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_of_the_configuration_says_what_to_do(language: str) -> None:
    """By its own text, or by that of the cause with the same fix."""
    texts = messages(language)
    ids = [id.removeprefix("deployed-") for id in texts.ids if id.startswith("deployed-")]
    warnings = {"title", "version-behind", "issuers-differ", "issuer-unreadable"}
    assert {*CAUSE_OF_CONFIGURATION} <= set(ids)
    assert [id for id in ids if id not in CAUSE_OF_CONFIGURATION and not texts.has(f"deployed-{id}.fix")] == [
        id for id in ids if id in warnings
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", ["text", "list"])
def test_every_message_can_be_filled_with_values_of_any_size(language: str, size: str) -> None:
    """A sentence shows the beginning of a long one, and says how much is missing."""
    value = {"text": "x" * 100_000, "list": ", ".join(f"client-{number:05d}" for number in range(3_000))}[
        size
    ]
    texts = messages(language)
    for id, names in catalogue(language).items():
        text = texts(id, dict.fromkeys(names, value))
        assert len(text) < 1_000 + 600 * len(names), id
        if id.startswith("cause-"):
            assert texts.cause(id.removeprefix("cause-"), dict.fromkeys(names, value)), id


def test_a_long_list_in_a_sentence_says_how_many_are_missing() -> None:
    """The first ones are count."""
    names = ", ".join(f"client-{number:05d}" for number in range(3_000))
    text = messages(DEFAULT)("not-tried", items=names)
    assert text.startswith("Not tried: client-00000, client-00001, ")
    count = text.count("client-")
    assert text.endswith(f" and {3_000 - count:,} more.")

"""The section of MCP clients: the steps of a chain, and a forecast with its reason for each client."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.registry import number, numbered
from agentcore_probe.report.report import Report
from tests.report.login_chains import CHAIN, HOSTILE, view_of


def section(record: RunRecord, language: str = "en") -> str:
    """The section's HTML."""
    report = Report(record, language)
    report.view = view_of(record, language)
    return str(report.clients().html)


def rows(html: str, client: str, prefix: str = "") -> list[str]:
    """The table rows of a client."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    (body,) = [body for body in bodies if f' id="{prefix}client-gateway-{client}"' in body]
    return re.findall(r"<tr.*?</tr>", body, re.DOTALL)


def words(html: str) -> str:
    """What a reader sees."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_a_page_without_a_chain_has_no_such_section(sample: RunRecord) -> None:
    """The numbers of the sections after it are as before."""
    report = Report(sample)
    assert report.clients() is None
    before = number("checklist", report.view)
    view = view_of(sample)
    assert "clients" in numbered(view)
    assert number("checklist", view) == before + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_symbol_its_word_its_sentence_and_its_evidence(
    sample: RunRecord, language: str
) -> None:
    """In the order of the chain; colour is never the only sign."""
    report = Report(sample, language)
    html = section(sample, language)
    text = view_of(sample, language).messages
    steps = re.findall(r'<li class="\w+">(.*?)</li>', html, re.DOTALL)
    assert [words(step).split()[0] for step in steps] == ["✓", "!", "✗", "?"]
    for step, shown in zip(CHAIN.steps, steps, strict=True):
        assert text(f"step-name-{step.step}") in words(shown).replace("&#39;", "'")
        assert text(f"clients-step-{step.result}") in words(shown)
    (anchor,) = re.findall(r'href="#([^"]*)"', steps[0])
    assert f'id="{anchor}"' in report.evidence().html


def test_a_client_has_its_best_way_first_and_each_way_its_reason_and_what_to_change(
    sample: RunRecord,
) -> None:
    """With the side that can change it; the identity provider's own remedy is shown, not the general one."""
    html = section(sample)
    (connects,) = map(words, rows(html, "t-first"))
    assert connects.startswith("t-first ✓ connects with a client id – Every step passes.")
    assert "! It may ask twice." in connects
    other = html.partition("set up the other way")[2]
    assert words(other.partition("</table>")[0]) == (
        "t-first ✗ fails with the URL alone The client&#39;s id It cannot register itself. gateway-jwt/1 "
        "identity provider Turn registration on in the user pool."
    )
    (possible,) = rows(html, "t-third")
    assert words(possible).startswith("t-third ? possible with a client id Token It reads")
    assert "1 of 3 clients can be expected to connect. 1 more could not be determined." in words(html)


def test_the_words_of_a_server_stay_text(sample: RunRecord) -> None:
    """In a step and in a reason."""
    html = section(sample)
    assert html.count("&lt;script&gt;") == 2
    assert HOSTILE not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ids_of_clients_are_those_of_the_language(sample: RunRecord, language: str) -> None:
    """A page may have several languages."""
    prefix = view_of(sample, language).prefix
    html = section(sample, language)
    for forecast in CHAIN.clients:
        assert rows(html, forecast.client, prefix)


def test_ways_that_end_in_the_same_way_are_one_row(sample: RunRecord) -> None:
    """With both ways named."""
    (fails,) = rows(section(sample), "t-second")
    assert "✗ fails with the URL alone, with a client id" in words(fails)


def test_clients_with_the_same_forecast_are_one_row_and_an_equal_target_is_named(sample: RunRecord) -> None:
    """Each with its anchor; the evidence of a row is that of all its clients."""
    (second,) = [one for one in CHAIN.clients if one.client == "t-second"]
    ways = tuple(way.model_copy(update={"evidence": ("gateway-jwt/1",)}) for way in second.ways)
    twin = second.model_copy(update={"client": "t-twin", "ways": ways})
    gateway = CHAIN.model_copy(update={"clients": (*CHAIN.clients, twin)})
    runtime = gateway.model_copy(update={"target": "runtime", "url": "https://runtime.example/mcp"})
    report = Report(sample)
    view = view_of(sample)
    judgement = view.judgement.model_copy(update={"login_chains": (gateway, runtime)})
    report.view = replace(view, judgement=judgement)
    html = str(report.clients().html)
    assert html.count("<table") == 1
    assert rows(html, "t-second") == rows(html, "t-twin")
    (row,) = rows(html, "t-twin")
    assert words(row).startswith("t-second , t-twin ✗ fails")
    assert "gateway-jwt/1" in words(row)
    assert "Runtime: the same forecast for every client." in words(html)
    assert 'id="client-runtime-t-twin"' in html

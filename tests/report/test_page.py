"""The page: seven sections, self-contained, and nothing a server says becomes markup."""

from __future__ import annotations

import html.parser
from pathlib import Path

import nbformat
import pytest

from agentcore_probe import api, store
from agentcore_probe.model.embedded_record import MEDIA_TYPE
from agentcore_probe.model.exchange import Response
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.messages import messages
from agentcore_probe.report.page import make_page
from agentcore_probe.report.registry import NUMBERED, SECTIONS
from agentcore_probe.report.render import render
from agentcore_probe.report.report import Report
from tests.conftest import PROJECT

NOTEBOOK = PROJECT / "notebooks" / "verification.ipynb"


def page(record: RunRecord, folder: Path, language: str = "en") -> str:
    """The page of a record, through the real notebook."""
    store.write(folder / "record.json", store.record_text(record, api.judge(record)))
    parameters = {"environment": "t", "record": "record.json", "language": language}
    with Worker() as worker:
        executed = execute(NOTEBOOK, parameters, folder=folder, worker=worker)
    return render([(executed, Report(record, language))])


@pytest.fixture(scope="module")
def sample() -> RunRecord:
    return api.load(PROJECT / "environments" / "sample.record.json")


class Parsed(html.parser.HTMLParser):
    """The elements, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_has_the_seven_sections_with_their_titles(
    sample: RunRecord, tmp_path: Path, language: str
) -> None:
    """In the original's order, one h1, the language told."""
    text = page(sample, tmp_path, language)
    prefix = "" if language == "en" else f"{language}-"
    ids = [SECTIONS[name].id for name in NUMBERED]
    assert len(ids) == 7
    places = [text.index(f'<h2 id="{prefix}{id}">') for id in ids]
    assert places == sorted(places)
    assert all(messages(language)(f"section-{id}") in text for id in ids)
    assert text.count("<h1>") == 1
    assert f'<html lang="{language}">' in text


def test_the_page_loads_nothing_and_runs_nothing(sample: RunRecord, tmp_path: Path) -> None:
    """No script, no handler, nothing remote, and a policy that forbids both."""
    parsed = Parsed(page(sample, tmp_path))
    assert not [tag for tag, _ in parsed.elements if tag in ("link", "iframe", "object", "img")]
    # The one script element is data: of a type that no browser runs, in an alphabet that ends nothing.
    assert [names for tag, names in parsed.elements if tag == "script"] == [("id", "type")]
    assert ("type", MEDIA_TYPE) in parsed.attributes
    assert not [name for name, _ in parsed.attributes if name.startswith("on")]
    sources = [value for name, value in parsed.attributes if name in ("src", "href", "xlink:href")]
    assert all(value.startswith("#") for value in sources)
    policy = next(value for name, value in parsed.attributes if name == "content" and "default-src" in value)
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'</pre></details></style>{{7*7}}"


def test_what_a_server_says_stays_text(sample: RunRecord, tmp_path: Path) -> None:
    """The parsed elements are those of a harmless run."""

    def with_text(text: str) -> RunRecord:
        exchanges = tuple(
            each.model_copy(
                update={
                    "response": Response(
                        status=each.response.status if each.response else None,
                        headers={"x-amzn-requestid": text, "Server": text},
                        body=each.response.body if each.response and each.response.status == 200 else text,
                    )
                }
            )
            for each in sample.exchanges
        )
        return sample.model_copy(update={"exchanges": exchanges})

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    harmless, evil = page(with_text("harmless"), tmp_path / "a"), page(with_text(EVIL), tmp_path / "b")
    assert Parsed(evil).elements == Parsed(harmless).elements
    assert "<script>" not in evil
    assert "{{7*7}}" in evil


@pytest.mark.parametrize(
    ("source", "place", "sentence"),
    [
        ("embedded", "embedded AgentCore, not AWS", "Embedded AgentCore, not AWS"),
        ("loopback", "another endpoint on this machine, not AWS", "proves nothing about an AWS account"),
        ("proxied", "through a proxy", "does not prove that they are from AWS"),
    ],
)
def test_where_the_answers_come_from_stands_in_title_and_verdict(
    sample: RunRecord, tmp_path: Path, source: str, place: str, sentence: str
) -> None:
    """A replayed, local or proxied run must not pass as proof about an account."""
    text = page(
        sample.model_copy(update={"provenance": sample.provenance.model_copy(update={"source": source})}),
        tmp_path,
    )
    assert f"<title>AgentCore access verification: sample ({place})</title>" in text
    assert sentence in text


def test_the_same_record_gives_the_same_page(sample: RunRecord, tmp_path: Path) -> None:
    """Nothing of the machine or the moment gets in."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert page(sample, tmp_path / "a") == page(sample, tmp_path / "b")


def test_what_people_add_to_a_tagged_cell_is_not_on_a_shared_page(sample: RunRecord, tmp_path: Path) -> None:
    """Neither on the page nor in the notebook beside it, which still holds every part."""
    book = nbformat.read(NOTEBOOK, 4)
    cell = next(cell for cell in book.cells if cell.source == "report.usage()")
    cell.source = "print('Heron')  # Heron\nreport.usage()"
    nbformat.write(book, tmp_path / "n.ipynb")
    judgement = api.judge(sample)
    store.write(tmp_path / "record.json", store.record_text(sample, judgement))
    with Worker() as worker:
        whole, shared = (
            make_page(
                sample,
                judgement,
                ["en"],
                notebook=tmp_path / "n.ipynb",
                folder=tmp_path,
                worker=worker,
                own_only=own_only,
            )
            for own_only in (False, True)
        )
    assert "<pre>Heron\n</pre>" in whole.html
    assert "Heron" not in shared.html + shared.notebook
    assert "report.usage()" in shared.notebook

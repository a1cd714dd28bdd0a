"""The page: seven sections, self-contained, and nothing a server says becomes markup."""

from __future__ import annotations

import html.parser
from pathlib import Path

import nbformat
import pytest

from agentcore_probe import api, store
from agentcore_probe.model.embedded_record import MEDIA_TYPE
from agentcore_probe.model.exchange import Response
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.record import RunRecord
from agentcore_probe.notebook.worker import Page, Worker
from agentcore_probe.report.messages import messages
from agentcore_probe.report.page import make_page
from agentcore_probe.report.registry import NUMBERED, SECTIONS
from tests.report.conftest import NOTEBOOK


def page(
    record: RunRecord,
    folder: Path,
    worker: Worker,
    *,
    language: str = "en",
    notebook: Path = NOTEBOOK,
    own_only: bool = False,
) -> Page:
    """The page of a record, made through a notebook in a folder that is created where it is missing."""
    folder.mkdir(exist_ok=True)
    judgement = api.judge(record)
    store.write(folder / "record.json", store.record_text(record, judgement))
    return make_page(
        record, judgement, [language], notebook=notebook, folder=folder, worker=worker, own_only=own_only
    )


class Parsed(html.parser.HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_the_seven_sections_with_their_titles(
    sample: RunRecord, tmp_path: Path, worker: Worker, language: str
) -> None:
    """In the original's order, with one h1, in the language that the page declares."""
    text = page(sample, tmp_path, worker, language=language).html
    ids = [SECTIONS[name].id for name in NUMBERED if name not in ("callers", "clients")]
    assert len(ids) == 7
    assert 'id="callers"' not in text
    assert 'id="clients"' not in text
    positions = [text.index(f'<h2 id="{LANGUAGES[language].id_prefix}{id}">') for id in ids]
    assert positions == sorted(positions)
    assert all(messages(language)(f"section-{id}") in text for id in ids)
    assert text.count("<h1>") == 1
    assert f'<html lang="{language}">' in text


def test_the_page_loads_nothing_and_runs_nothing(sample: RunRecord, tmp_path: Path, worker: Worker) -> None:
    """No script, no handler, nothing remote, and a policy that forbids both."""
    parsed = Parsed(page(sample, tmp_path, worker).html)
    assert not [tag for tag, _ in parsed.elements if tag in ("link", "iframe", "object", "img")]
    # The one script element is data: of a type that no browser runs, in an alphabet that ends no element.
    assert [names for tag, names in parsed.elements if tag == "script"] == [("id", "type")]
    assert ("type", MEDIA_TYPE) in parsed.attributes
    assert not [name for name, _ in parsed.attributes if name.startswith("on")]
    sources = [value for name, value in parsed.attributes if name in ("src", "href", "xlink:href")]
    assert all(value.startswith("#") for value in sources)
    policy = next(value for name, value in parsed.attributes if name == "content" and "default-src" in value)
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'</pre></details></style>{{7*7}}"


def test_what_a_server_says_stays_text(sample: RunRecord, tmp_path: Path, worker: Worker) -> None:
    """The page's elements are those of a harmless run."""

    def with_text(text: str) -> RunRecord:
        exchanges = tuple(
            exchange.model_copy(
                update={
                    "response": Response(
                        status=exchange.response.status if exchange.response else None,
                        headers={"x-amzn-requestid": text, "Server": text},
                        body=exchange.response.body
                        if exchange.response and exchange.response.status == 200
                        else text,
                    )
                }
            )
            for exchange in sample.exchanges
        )
        return sample.model_copy(update={"exchanges": exchanges})

    harmless = page(with_text("<harmless"), tmp_path / "a", worker).html  # a plain text would be a message
    evil = page(with_text(EVIL), tmp_path / "b", worker).html
    assert Parsed(evil).elements == Parsed(harmless).elements
    assert "<script>" not in evil
    assert "{{7*7}}" in evil


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("embedded", ("embedded AgentCore, not AWS", "Embedded AgentCore, not AWS")),
        ("loopback", ("another endpoint on this machine, not AWS", "proves nothing about an AWS account")),
        ("proxied", ("through a proxy", "does not prove that they are from AWS")),
    ],
)
def test_title_and_verdict_say_where_the_answers_come_from(
    sample: RunRecord, tmp_path: Path, worker: Worker, source: str, texts: tuple[str, str]
) -> None:
    """A replayed, local or proxied run must not pass as proof about an account."""
    provenance = sample.provenance.model_copy(update={"source": source})
    text = page(sample.model_copy(update={"provenance": provenance}), tmp_path, worker).html
    place, sentence = texts
    assert f"<title>AgentCore access verification: sample ({place})</title>" in text
    assert sentence in text


def test_the_same_record_gives_the_same_page(sample: RunRecord, tmp_path: Path, worker: Worker) -> None:
    """Neither the machine nor the time is on it."""
    first, second = (page(sample, tmp_path / name, worker).html for name in ("a", "b"))
    assert first == second


def test_what_people_add_to_a_tagged_cell_is_not_on_a_shared_page(
    sample: RunRecord, tmp_path: Path, worker: Worker
) -> None:
    """Neither on the page nor in the notebook beside it, which still has every part."""
    book = nbformat.read(NOTEBOOK, 4)
    cell = next(cell for cell in book.cells if cell.source == "report.usage()")
    cell.source = "print('Heron')  # Heron\nreport.usage()"
    changed = tmp_path / "changed.ipynb"
    nbformat.write(book, changed)
    whole, shared = (
        page(sample, tmp_path, worker, notebook=changed, own_only=own_only) for own_only in (False, True)
    )
    assert "<pre>Heron\n</pre>" in whole.html
    assert "Heron" not in shared.html + shared.notebook
    assert "report.usage()" in shared.notebook

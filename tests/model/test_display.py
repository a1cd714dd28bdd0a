"""Facts in a notebook: one table each, whose content is never markup."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from agentcore_probe import api
from agentcore_probe.model.base import Frozen
from agentcore_probe.model.display import table, utf8_json, visible
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT


class Elements(HTMLParser):
    """The names of the elements in a text, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.names.append(tag)


@pytest.fixture(scope="module")
def sample() -> RunRecord:
    return api.load(PROJECT / "environments" / "sample.record.json")


def test_every_part_of_a_record_is_a_table(sample: RunRecord) -> None:
    """Facts and judgement, down to a single exchange and checklist item."""
    judgement = api.judge(sample)
    parts: list[Frozen] = [
        sample,
        sample.environment,
        sample.provenance,
        sample.configuration,
        *sample.exchanges,
        judgement,
        *judgement.findings,
        *judgement.checklist,
    ]
    for part in parts:
        assert "table" in Elements(part._repr_html_()).names, type(part)


def test_the_text_of_a_server_is_never_markup(sample: RunRecord) -> None:
    """A hostile answer has the same elements as a harmless one."""
    exchange = sample.exchanges[0]
    original = exchange.response
    assert original is not None

    def elements(text: str) -> list[str]:
        headers = {"x-text": text}
        response = original.model_copy(update={"body": text, "headers": headers})
        return Elements(exchange.model_copy(update={"response": response})._repr_html_()).names

    assert elements('<script>alert(1)</script><img src="x">') == elements("harmless")


def test_invisible_characters_are_written_out() -> None:
    """They could control a terminal or reorder a line; line breaks and tabs stay."""
    assert visible("a\x1b[31mb\x9b\u202ec\ufeffd\ud800") == "a\\x1b[31mb\\x9b\\u202ec\\ufeffd\\ud800"
    assert visible("caf\u00e9\t\u65e5\u672c\n") == "caf\u00e9\t\u65e5\u672c\n"


def test_json_with_half_a_surrogate_pair_can_be_written() -> None:
    """And is read back as the same value."""
    value = {"body": "a\ud800b"}
    text = utf8_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(text.encode("utf-8")) == value


def test_cells_are_tables_lists_or_text() -> None:
    """A mapping becomes a table, a list one line per item, a time claim gets a readable date."""
    html = table("<c>", ["<h>"], [[{"exp": 0.5, "iat": 1, "sub": "<s>"}], [["a", "b"]], [None]])
    assert "<caption>&lt;c&gt;</caption>" in html
    assert "&lt;h&gt;" in html
    assert ">1 (1970-01-01 00:00:01 UTC)</td>" in html
    assert ">0.5</td>" in html
    assert ">&lt;s&gt;</td>" in html
    assert ">a\nb</pre>" in html
    assert ">None</th>" in html

"""Facts in a notebook: a table each, whatever they hold, and nothing of it is markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from agentcore_probe import api
from agentcore_probe.model.base import Frozen
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT


class Elements(HTMLParser):
    """The elements of a text, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.seen.append(tag)


@pytest.fixture(scope="module")
def sample() -> RunRecord:
    return api.load(PROJECT / "environments" / "sample.record.json")


def test_every_part_of_a_record_shows_itself_as_a_table(sample: RunRecord) -> None:
    """Facts and judgement, down to one exchange and one check."""
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
        assert "table" in Elements(part._repr_html_()).seen, type(part)


def test_what_a_server_said_is_text_in_a_table(sample: RunRecord) -> None:
    """The elements are those of a harmless answer."""
    exchange = sample.exchanges[0]
    original = exchange.response
    assert original is not None

    def shown(text: str) -> list[str]:
        headers = {"x-said": text}
        response = original.model_copy(update={"body": text, "headers": headers})
        return Elements(exchange.model_copy(update={"response": response})._repr_html_()).seen

    assert shown('<script>alert(1)</script><img src="x">') == shown("harmless")

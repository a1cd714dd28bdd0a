"""The record inside a page."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

from agentcore_probe.errors import RecordError
from agentcore_probe.model.embedded_record import MEDIA_TYPE, read_embedded_record, record_element
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Exchange, Request, Response
from agentcore_probe.model.record import RunRecord

HOSTILE = Response(body="</script><script>alert(1)</script>\ud800")
RECORD = RunRecord(
    environment=Environment(name="t"),
    exchanges=(Exchange(id="t/1", step="s", request=Request(), response=HOSTILE),),
)


def page(content: str) -> str:
    return f'<html><script type="{MEDIA_TYPE}" id="record">{content}</script></html>'


def test_a_page_returns_the_record_that_it_was_made_with() -> None:
    """With the digest, and with texts that no UTF-8 file can hold."""
    facts = json.loads(read_embedded_record(f"<p>{record_element(RECORD)}</p>", where="t"))
    assert facts.pop("digest") == RECORD.digest
    assert facts == RECORD.facts()


def test_the_element_is_inert_and_the_same_everywhere() -> None:
    """No text of a server can end it, and neither time nor system are in it."""
    element = record_element(RECORD)
    assert element.count("<") == 2
    assert element == record_element(RECORD)
    packed = base64.b64decode(element.partition(">")[2].partition("<")[0])
    assert packed[4:8] == b"\0\0\0\0"
    assert packed[9] == 255


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("AAAA", "was altered"),
        ("A", "was altered"),
        (base64.b64encode(gzip.compress(b"\xff\xfe", mtime=0)).decode(), "was altered"),
        (base64.b64encode(gzip.compress(b"{}", mtime=0)[:-4]).decode(), "cut off"),
    ],
)
def test_content_that_cannot_be_decompressed_is_a_record_error(content: str, message: str) -> None:
    """Altered or incomplete."""
    with pytest.raises(RecordError, match=f"report.html: .*{message}"):
        read_embedded_record(page(content), where="report.html")


def test_a_page_without_a_record_is_a_record_error() -> None:
    """With a hint."""
    with pytest.raises(
        RecordError, match="t: contains no record. Pass a report.html or record.json of this program"
    ):
        read_embedded_record("<html></html>", where="t")

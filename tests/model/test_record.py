"""The record: one file of facts with a digest that holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentcore_probe import api, store
from agentcore_probe.errors import RecordError
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT

SAMPLE = PROJECT / "environments" / "sample.record.json"


@pytest.fixture
def sample() -> RunRecord:
    return api.load(SAMPLE)


def test_a_record_reads_back_as_it_was_written(sample: RunRecord, tmp_path: Path) -> None:
    """Writing and reading changes no fact and no digest."""
    path = tmp_path / "record.json"
    store.write(path, store.record_text(sample, api.judge(sample)))
    again = api.load(path)
    assert again == sample
    assert again.digest == sample.digest


def test_the_file_holds_the_contract_keys(sample: RunRecord) -> None:
    """Facts, the digest, then the judgement."""
    whole = json.loads(store.record_text(sample, api.judge(sample)))
    assert list(whole) == [
        "schema",
        "environment",
        "provenance",
        "configuration",
        "token",
        "exchanges",
        "observations",
        "digest",
        "judgement",
    ]
    assert {"findings", "conclusions", "checklist", "verdict"} <= whole["judgement"].keys()


def test_an_altered_fact_is_noticed(sample: RunRecord, tmp_path: Path) -> None:
    """A status changed by hand no longer fits the digest."""
    path = tmp_path / "record.json"
    text = store.record_text(sample, api.judge(sample))
    path.write_text(text.replace('"status": 404', '"status": 200'))
    with pytest.raises(RecordError, match="altered"):
        api.load(path)


def test_an_altered_judgement_does_not_matter(sample: RunRecord, tmp_path: Path) -> None:
    """It is made anew from the facts whenever the file is read."""
    path = tmp_path / "record.json"
    whole = json.loads(store.record_text(sample, api.judge(sample)))
    whole["judgement"]["verdict"] = "verified"
    path.write_text(json.dumps(whole))
    assert api.judge(api.load(path)).verdict == "not-verified"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"schema": "x"}', "[" * 100_000, '{"schema": "agentcore-probe/record/1"}'],
)
def test_what_is_no_record_is_one_error(text: str) -> None:
    """Whatever the bytes are."""
    with pytest.raises(RecordError):
        store.parse_record(text, where="t")


def test_a_record_shows_itself_in_a_notebook_with_everything_escaped(sample: RunRecord) -> None:
    """A table; a name that looks like markup stays text."""
    evil = sample.model_copy(
        update={"environment": sample.environment.model_copy(update={"name": "<script>x</script>"})}
    )
    html = evil._repr_html_()
    assert "<table " in html
    assert "<script>" not in html


def test_to_frame_has_one_row_an_exchange(sample: RunRecord) -> None:
    """With the columns that people plot."""
    frame = sample.to_frame()
    assert list(frame["id"]) == ["gateway-jwt/1", "runtime-jwt/1", "runtime-cli/1"]
    assert {"method", "step", "status", "fault", "first_byte", "total"} <= set(frame.columns)

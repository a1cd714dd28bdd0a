"""The record: one file of facts with a digest of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agentcore_probe import api, store
from agentcore_probe.errors import RecordError
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.frames import FactFrame
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.record_versions import SCHEMA, VERSION, version_of
from tests.conftest import PROJECT

SAMPLE = PROJECT / "environments" / "sample.record.json"


@pytest.fixture
def sample() -> RunRecord:
    return api.load(SAMPLE)


def test_a_record_reads_back_as_it_was_written(sample: RunRecord, tmp_path: Path) -> None:
    """Writing and reading change neither facts nor digest."""
    path = tmp_path / "record.json"
    store.write(path, store.record_text(sample, api.judge(sample)))
    copy = api.load(path)
    assert copy == sample
    assert copy.digest == sample.digest


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_permissions_follow_the_umask(tmp_path: Path, umask: int, mode: int) -> None:
    """A report is as private as its user makes files."""
    previous = os.umask(umask)
    try:
        store.write(tmp_path / "record.json", "{}")
    finally:
        os.umask(previous)
    assert (tmp_path / "record.json").stat().st_mode & 0o777 == mode
    assert len(list(tmp_path.iterdir())) == 1


def test_the_file_has_the_keys_of_the_contract(sample: RunRecord) -> None:
    """The facts, their digest, then the judgement."""
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


def test_an_altered_fact_is_detected(sample: RunRecord, tmp_path: Path) -> None:
    """With a status that was changed by hand, the digest no longer matches."""
    path = tmp_path / "record.json"
    text = store.record_text(sample, api.judge(sample))
    path.write_text(text.replace('"status": 404', '"status": 200'))
    with pytest.raises(RecordError, match="altered"):
        api.load(path)


def test_an_altered_judgement_has_no_effect(sample: RunRecord, tmp_path: Path) -> None:
    """It is made from the facts again whenever the file is read."""
    path = tmp_path / "record.json"
    whole = json.loads(store.record_text(sample, api.judge(sample)))
    whole["judgement"]["verdict"] = "verified"
    path.write_text(json.dumps(whole))
    assert api.judge(api.load(path)).verdict == "not-verified"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"schema": "x"}', "[" * 100_000, '{"schema": "agentcore-probe/record/1"}'],
)
def test_a_text_that_is_not_a_record_is_a_record_error(text: str) -> None:
    """Whatever it is."""
    with pytest.raises(RecordError):
        store.parse_record(text, where="t")


def test_a_record_in_a_notebook_is_escaped(sample: RunRecord) -> None:
    """It is a table, in which a name that looks like markup stays text."""
    hostile = sample.model_copy(
        update={"environment": sample.environment.model_copy(update={"name": "<script>x</script>"})}
    )
    html = hostile._repr_html_()
    assert "<table" in html
    assert "<script>" not in html


def test_to_frame_has_one_row_per_exchange(sample: RunRecord) -> None:
    """With the columns for plotting."""
    frame = sample.to_frame()
    assert list(frame["id"]) == ["gateway-jwt/1", "runtime-jwt/1", "runtime-cli/1"]
    assert {"method", "step", "status", "fault", "first_byte", "total"} <= set(frame.columns)


def test_a_new_optional_field_does_not_change_old_digests(sample: RunRecord) -> None:
    """Fields that are None are not part of the facts; the top-level keys always are."""
    facts = sample.model_copy(update={"token": None}).facts()
    assert list(facts) == [
        "schema",
        "environment",
        "provenance",
        "configuration",
        "token",
        "exchanges",
        "observations",
    ]
    assert facts["token"] is None
    assert "change" not in facts["exchanges"][0]


def test_unknown_ids_are_none(sample: RunRecord) -> None:
    """An observation may name an exchange that is not in the record: it is left out."""
    assert sample.exchange("nope/1") is None
    assert sample.observation("nope") is None
    observation = sample.observations[0].model_copy(update={"exchanges": ("nope/1", sample.exchanges[0].id)})
    assert sample.of(observation) == (sample.exchanges[0],)


RECORDS = sorted((PROJECT / "tests" / "model" / "records").glob("*.json"))


def test_every_version_has_a_record() -> None:
    """With which its migration is tested."""
    versions = {version_of(json.loads(path.read_text())) for path in RECORDS}
    assert versions == set(range(1, VERSION + 1))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_of_an_earlier_version_is_read(path: Path, tmp_path: Path) -> None:
    """Its digest is that of its own content, and it is written in the current version."""
    content = json.loads(path.read_text())
    record = api.load(path)
    assert len(record.exchanges) == len(content["exchanges"])
    copy = tmp_path / "record.json"
    store.write(copy, store.record_text(record, api.judge(record)))
    assert json.loads(copy.read_text())["schema"] == SCHEMA
    assert api.load(copy) == record


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_an_altered_record_of_an_earlier_version_is_detected(path: Path, tmp_path: Path) -> None:
    """The migration does not hide it."""
    content = json.loads(path.read_text())
    content["provenance"]["account"] = "210987654321"
    copy = tmp_path / "record.json"
    copy.write_text(json.dumps(content))
    with pytest.raises(RecordError, match="altered"):
        api.load(copy)


def test_ids_of_version_1_have_their_new_names() -> None:
    """The reason of a row that could not be signed, and the forgery that exists for each type of key since."""
    without_credentials = api.load(PROJECT / "tests/model/records/v1-without-aws-credentials.json")
    assert "aws-credentials-missing" in {item.not_tried for item in without_credentials.observations}
    first = api.load(PROJECT / "tests/model/records/v1-first.json")
    forged = {exchange.forged for exchange in first.exchanges}
    assert "foreign-key-rsa" in forged
    assert "foreign-key" not in forged


def test_a_field_that_a_later_build_has_is_named(sample: RunRecord) -> None:
    """It may have been added without a new version, so the advice is to update."""
    facts = {**sample.facts(), "provenance": {"weather": "fine"}}
    with pytest.raises(RecordError, match=r"provenance\.weather.*update"):
        store.parse_record(json.dumps(facts), where="t")


def test_a_record_of_a_newer_version_says_what_to_do(tmp_path: Path) -> None:
    """The program is too old for it."""
    path = tmp_path / "record.json"
    path.write_text(json.dumps({"schema": f"agentcore-probe/record/{VERSION + 1}"}))
    with pytest.raises(RecordError, match=r"version \d+ .* Update agentcore-probe"):
        api.load(path)


def test_frames_have_the_same_columns_and_types_without_a_row(sample: RunRecord) -> None:
    """Also the judgement's; text is missing where there is none, and a notebook shows them in our style."""
    for full, empty in (
        (sample.to_frame(), RunRecord(environment=sample.environment).to_frame()),
        (judge(sample).to_frame(), Judgement().to_frame()),
    ):
        assert list(full.dtypes.items()) == list(empty.dtypes.items())
        first = full.head(1)
        assert isinstance(first, FactFrame)
        assert "agentcore-probe" in first._repr_html_()
    assert sample.to_frame()["status"].dtype == "Int64"


def test_a_terminal_shows_one_line_a_method(sample: RunRecord) -> None:
    """IPython's text for record and judgement fits a terminal of 100 columns."""
    for value in (sample, judge(sample)):
        lines = value.as_text().splitlines()
        assert len(lines) == 2 + len(sample.observations)
        assert max(map(len, lines)) <= 100

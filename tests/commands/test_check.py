"""`check`: an unaltered page, an altered one, and one that cannot be compared."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.commands import check as command_check
from agentcore_probe.commands import report_writer
from agentcore_probe.judge.recompute import decision_differences
from agentcore_probe.model.embedded_record import MEDIA_TYPE, read_embedded_record, record_element
from agentcore_probe.model.record import RunRecord
from tests.conftest import PROJECT, Command, run_here

Check = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the sample."""
    out = tmp_path_factory.mktemp("out")
    run_here(["report", "sample", "--out", str(out)], PROJECT, {"PATH": "/usr/bin:/bin"})
    (file,) = out.glob("sample/2*/report.html")
    return file.read_text("utf-8")


def test_an_unaltered_page_is_confirmed_outside_of_a_checkout(
    command_here: Command, tmp_path: Path, page: str
) -> None:
    """Exit 0, with the digest of its record; the folder contains nothing but the page."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "report.html").write_text(page, "utf-8")
    result = command_here("check", "report.html", cwd=folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("unaltered: report.html is what its record says (")


def test_the_first_altered_line_is_named(command_here: Command, project: Path, page: str) -> None:
    """Exit 1, with its number."""
    lines = page.split("\n")
    number = next(n for n, line in enumerate(lines) if "Not verified" in line)
    lines[number] = lines[number].replace("Not verified", "Verified", 1)
    (project / "report.html").write_text("\n".join(lines), "utf-8")
    result = command_here("check", "report.html")
    assert result.returncode == 1
    assert result.stdout.startswith("altered: report.html differs from what its record says, first in line ")
    assert result.stdout.splitlines()[0].split()[-1] == str(number + 1)
    assert "it shows Verified, Not verified; its record gives Not verified" in result.stdout


def test_a_page_of_other_versions_cannot_be_compared(command_here: Command, project: Path, page: str) -> None:
    """Exit 2, not 1: the record is intact, and both versions are printed."""
    before, start, rest = page.partition('<meta name="renderer" content="')
    altered = f"{before}{start}agentcore-probe 0.0.1\x1b[2J {rest}"
    (project / "report.html").write_text(altered, "utf-8")
    result = command_here("check", "report.html")
    assert result.returncode == 2
    assert result.stdout.startswith("record intact (")
    assert "made by: agentcore-probe 0.0.1" in result.stdout
    assert "its record gives: not-verified" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_record_file_is_not_a_page(command_here: Command) -> None:
    """Exit 2, with what to pass."""
    result = command_here("check", "environments/sample.record.json")
    assert result.returncode == 2
    assert "environments/sample.record.json: is not a report page. Pass a report.html" in result.stderr


@pytest.fixture
def check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: str, capsys: pytest.CaptureFixture[str]
) -> Check:
    """Checks a page, and returns the exit code and the output. The sample's page is not rendered again."""
    monkeypatch.setattr(command_check, "_render", lambda record, languages: page)

    def run(text: str, key: Path | None = None) -> tuple[int, str]:
        file = tmp_path / "report.html"
        file.write_bytes(text.encode())
        status = command_check.run(file, key)
        return status, capsys.readouterr().out

    return run


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_other_line_ends_are_named_and_change_nothing(check: Check, page: str, line_end: str) -> None:
    """A transfer as text changes them."""
    status, output = check(page.replace("\n", line_end))
    assert (status, output.startswith("unaltered: ")) == (0, True)
    assert "only its line ends were changed" in output


def with_renderer(page: str, renderer: str) -> str:
    before, start, rest = page.partition('<meta name="renderer" content="')
    return f"{before}{start}{renderer}{rest[rest.index(chr(34)) :]}"


def test_a_false_verdict_is_altered_whatever_renderer_the_page_names(check: Check, page: str) -> None:
    """Another renderer must not excuse it."""
    status, output = check(with_renderer(page.replace("<b>Not verified", "<b>Verified", 1), "other 1"))
    assert (status, output.startswith("altered: ")) == (1, True)
    assert "it shows Verified, Not verified; its record gives Not verified" in output
    assert "made by: other 1" in output


def test_a_false_row_is_altered_whatever_renderer_the_page_names(check: Check, page: str) -> None:
    """The outcome of a row is compared like the verdict."""
    status, output = check(
        with_renderer(page.replace("</span> unexpected</td>", "</span> as expected</td>", 1), "x")
    )
    assert (status, output.startswith("altered: ")) == (1, True)
    assert ": ✓ as expected; its record gives " in output or ": ✗ as expected; its record gives " in output


def edited(page: str, edit: Callable[[dict[str, Any]], object], *, has_digest: bool = True) -> str:
    """The page with another record in it, whose digest fits or is missing."""
    facts = json.loads(read_embedded_record(page, where="the page"))
    del facts["digest"]
    edit(facts)
    record = RunRecord.model_validate(facts)
    element = record_element(record)
    if not has_digest:
        text = json.dumps(record.facts())
        packed = base64.b64encode(gzip.compress(text.encode())).decode()
        element = f'<script type="{MEDIA_TYPE}" id="record">{packed}</script>'
    return re.sub(r'<script type="[^"]*" id="record">[^<]*</script>', lambda _: element, page)


def test_a_missing_digest_is_reported(check: Check, page: str) -> None:
    """Every page of this program has one."""
    status, output = check(edited(page, lambda facts: None, has_digest=False))
    assert (status, "a record without a digest" in output) == (1, True)


def test_an_edited_decision_is_reported(check: Check, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision follows from the exchanges: a page that was rendered from the edited record is altered, too."""

    def edit(facts: dict[str, Any]) -> None:
        observation = next(row for row in facts["observations"] if row["decision"] == "refused")
        observation["decision"] = "accepted"

    altered = edited(page, edit)
    monkeypatch.setattr(command_check, "_render", lambda record, languages: altered)
    status, output = check(altered)
    assert (status, output.startswith("altered: ")) == (1, True)
    assert "is recorded as accepted, but its exchanges show refused" in output


def test_a_report_from_an_edited_record_uses_what_its_exchanges_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The edited decision and the missing digest are named on standard error."""
    facts = json.loads((PROJECT / "environments" / "sample.record.json").read_text("utf-8"))
    del facts["digest"]
    observation = next(row for row in facts["observations"] if row["decision"] == "refused")
    observation["decision"] = "accepted"
    file = tmp_path / "record.json"
    file.write_text(json.dumps(facts), "utf-8")
    record = report_writer.read_source(file)
    assert decision_differences(record) == ()
    errors = capsys.readouterr().err
    assert "the record has no digest" in errors
    assert f"{observation['method']} is recorded as accepted, but its exchanges show refused" in errors

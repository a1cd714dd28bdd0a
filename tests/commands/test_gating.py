"""`--fail-on` and `--baseline`: exit codes, what is printed, and what is refused before anything is sent."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe import api, store
from agentcore_probe.commands import gating
from agentcore_probe.commands.ci_options import CiOptions
from agentcore_probe.errors import InputError, UnreachableError
from agentcore_probe.history.gate import Kind
from agentcore_probe.model.record import RunRecord
from agentcore_probe.storage import open_storage
from tests.commands.test_diff import write_later_run
from tests.conftest import PROJECT, Command

SAMPLE_FILE = "environments/sample.record.json"
SAMPLE = api.load(PROJECT / SAMPLE_FILE)
REPORTS = open_storage(Path("/nonexistent"))
JUDGEMENT = api.judge(SAMPLE)
UNEXPECTED = "  runtime-jwt: undecided instead of accepted, arn-not-encoded\n"
ERROR = "  runtime-cli: not-testable, sigv4-on-jwt, no-prediction\n"


def unreachable(record: RunRecord) -> RunRecord:
    """The same calls without an answer."""
    facts: dict[str, Any] = copy.deepcopy(record.facts())
    for exchange in facts["exchanges"]:
        exchange["response"] = None
        exchange["fault"] = {"kind": "connect", "detail": "connection refused"}
    for row in facts["observations"]:
        row["decision"] = "undecided"
    return RunRecord.model_validate(facts)


@pytest.mark.parametrize(
    ("kinds", "baseline", "status", "failing"),
    [
        ({"unexpected"}, None, 1, UNEXPECTED),
        ({"error", "change"}, None, 1, ERROR),
        ({"unexpected", "error", "change"}, None, 1, UNEXPECTED + ERROR),
        ({"change"}, None, 0, ""),
        ({"unexpected", "error"}, SAMPLE_FILE, 0, ""),
        ({"change"}, SAMPLE_FILE, 0, ""),
        ({"unexpected", "error"}, "later.json", 1, UNEXPECTED),
        ({"change"}, "later.json", 1, ""),
    ],
)
def test_the_exit_code_follows_kinds_and_baseline(  # noqa: PLR0917  (one column each)
    project: Path,
    capsys: pytest.CaptureFixture[str],
    kinds: set[Kind],
    baseline: str | None,
    status: int,
    failing: str,
) -> None:
    """What decides is printed on standard error, the differences first."""
    write_later_run(project)
    options = CiOptions(frozenset(kinds), str(project / baseline) if baseline else None)
    earlier = gating.read_baseline(options, ["sample"])
    code = gating.exit_code(SAMPLE, JUDGEMENT, "en", options=options, baseline=earlier, reports=REPORTS)
    assert code == status
    output = capsys.readouterr()
    assert output.out == ""
    assert ("sample: exit code 1 because of" in output.err) == bool(failing)
    assert output.err.endswith(failing)
    assert ("  runtime-jwt observed: accepted -> undecided\n" in output.err) == (baseline == "later.json")


def test_the_previous_run_is_not_the_run_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its report may be written before or after; a report that was made again of it does not count either."""

    def write(time: str, record: RunRecord) -> None:
        store.write(tmp_path / "sample" / time / "record.json", store.record_text(record, api.judge(record)))

    def exit_code() -> tuple[int, str]:
        options = CiOptions(frozenset({"change"}))
        code = gating.exit_code(SAMPLE, JUDGEMENT, "en", options=options, reports=open_storage(tmp_path))
        return code, capsys.readouterr().err.splitlines()[0]

    for time in ("20260103T000000Z", "20260103T000000Z-2"):
        write(time, SAMPLE)
        assert exit_code() == (0, "sample: there is no earlier run to compare with.")
    write("20260102T000000Z", unreachable(SAMPLE))
    assert exit_code() == (1, "sample: 9 differences from the previous run:")


def test_without_the_options_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code follows the verdict."""
    assert gating.exit_code(SAMPLE, JUDGEMENT, "en", options=CiOptions(), reports=REPORTS) == 1
    assert capsys.readouterr() == ("", "")


def test_a_run_that_reached_nothing_counts_as_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 4 where errors count, unless the baseline reached nothing either."""
    record = unreachable(SAMPLE)
    judgement = api.judge(record)
    with pytest.raises(UnreachableError):
        gating.exit_code(record, judgement, "en", options=CiOptions(frozenset({"error"})), reports=REPORTS)
    assert (
        gating.exit_code(record, judgement, "en", options=CiOptions(frozenset({"change"})), reports=REPORTS)
        == 0
    )
    assert "connect-failure" in capsys.readouterr().err
    baseline = tmp_path / "baseline.json"
    store.write(baseline, store.record_text(record, judgement))

    def with_baseline(file: Path) -> int:
        options = CiOptions(baseline=str(file))
        earlier = gating.read_baseline(options, ["sample"])
        return gating.exit_code(record, judgement, "en", options=options, baseline=earlier, reports=REPORTS)

    assert with_baseline(baseline) == 0
    with pytest.raises(UnreachableError):
        with_baseline(PROJECT / SAMPLE_FILE)


@pytest.mark.parametrize(
    ("options", "names", "share", "error"),
    [
        (
            CiOptions(baseline=str(PROJECT / "none.json")),
            ["sample"],
            False,
            "none.json: cannot be read: No such",
        ),
        (CiOptions(baseline=str(PROJECT / "README.md")), ["sample"], False, "README.md: is not JSON"),
        (
            CiOptions(baseline=str(PROJECT / SAMPLE_FILE)),
            ["prod"],
            False,
            "of environment 'sample', not of 'prod'",
        ),
        (
            CiOptions(baseline=str(PROJECT / SAMPLE_FILE)),
            ["prod", "sample"],
            False,
            "needs a folder for several",
        ),
        (CiOptions(baseline=str(PROJECT / "docs")), ["prod", "sample"], False, "docs: contains no baseline"),
        (CiOptions(baseline=str(PROJECT / SAMPLE_FILE)), ["sample"], True, "--share replaces the names"),
        (CiOptions(frozenset({"change"})), ["sample"], True, "--share replaces the names"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    options: CiOptions, names: list[str], share: bool, error: str
) -> None:
    """With its reason."""
    with pytest.raises(InputError, match=error):
        gating.read_baseline(options, names, share=share)


def test_verify_compares_with_the_newest_report(command_here: Command, project: Path) -> None:
    """Kinds are repeated, or separated by commas."""
    write_later_run(project)
    folder = project / "reports" / "sample" / "20260102T000000Z"
    folder.mkdir(parents=True)
    (project / "later.json").rename(folder / "record.json")
    result = command_here("verify", "sample", "--fail-on", "change", "--fail-on", "error,change")
    assert result.returncode == 1
    assert "differences from the previous run:" in result.stderr
    assert result.stderr.endswith(ERROR)


def test_the_baseline_is_read_before_the_run(command_here: Command, project: Path) -> None:
    """Afterwards, `latest` names the run itself, which has no new findings."""
    write_later_run(project)
    folder = project / "reports" / "sample" / "20260102T000000Z"
    folder.mkdir(parents=True)
    (project / "later.json").rename(folder / "record.json")
    (folder.parent / "latest").symlink_to(folder.name)
    result = command_here("report", "sample", "--baseline", "reports/sample/latest/record.json")
    assert len([path for path in folder.parent.iterdir() if path.is_dir() and not path.is_symlink()]) == 2
    assert (result.returncode, result.stderr.splitlines()[-1] + "\n") == (1, UNEXPECTED)


def test_a_record_that_is_reported_on_names_the_environment(tmp_path: Path) -> None:
    """Not the command line, which need not name one with `--from`."""
    options = CiOptions(baseline=str(PROJECT / SAMPLE_FILE))
    baseline = gating.read_baseline(options, ["local"], source=PROJECT / SAMPLE_FILE)
    assert baseline is not None
    assert baseline.before(SAMPLE) == SAMPLE
    other = SAMPLE.model_copy(update={"environment": SAMPLE.environment.model_copy(update={"name": "other"})})
    source = tmp_path / "other.json"
    store.write(source, store.record_text(other, JUDGEMENT))
    with pytest.raises(InputError, match="of environment 'sample', not of 'other'"):
        gating.read_baseline(options, ["sample"], source=source)


def test_an_unknown_kind_is_a_usage_error(command_here: Command, project: Path) -> None:
    """Exit 2, and no run."""
    result = command_here("report", "local", "--fail-on", "unexpected,warning")
    assert (result.returncode, result.stdout) == (2, "")
    assert "unknown kind 'warning'. Use one or more of: unexpected,error,change" in result.stderr


def test_an_unusable_baseline_is_found_before_the_run(command_here: Command, project: Path) -> None:
    """Exit 2, and no report."""
    result = command_here("report", "local", "--baseline", "none.json")
    assert (result.returncode, result.stdout) == (2, "")
    assert "none.json: cannot be read" in result.stderr
    assert not (project / "reports").exists()


def baseline_folder(project: Path) -> Path:
    """Environments with a baseline as a file, as reports, an altered one, one of another environment, and without one."""
    names = ("file", "reported", "altered", "other", "new")
    for name in names:
        (project / "environments" / f"{name}.toml").write_text('record = "sample.record.json"\n')
    folder = project / "baselines"

    def write(path: str, name: str) -> None:
        environment = SAMPLE.environment.model_copy(update={"name": name})
        record = SAMPLE.model_copy(update={"environment": environment})
        store.write(folder / path, store.record_text(record, JUDGEMENT))

    write("file.json", "file")
    write("reported/20260101T000000Z/record.json", "reported")
    write("altered.record.json", "altered")
    write("other.json", "file")
    altered = folder / "altered.record.json"
    altered.write_text(altered.read_text("utf-8").replace("undecided", "refused", 1), "utf-8")
    return folder


def test_each_environment_has_its_own_baseline_in_a_folder(command_here: Command, project: Path) -> None:
    """One that is unusable is the error of its environment; without one, every finding counts."""
    baseline_folder(project)
    names = ("file", "reported", "altered", "other", "new")
    result = command_here("verify", *names, "--baseline", "baselines", "--json-summary", "s.json")
    assert result.returncode == 2
    codes = {
        one["name"]: one["exit_code"] for one in json.loads((project / "s.json").read_text())["environments"]
    }
    assert codes == {"file": 0, "reported": 0, "altered": 2, "other": 2, "new": 1}
    errors = result.stderr
    assert "error: altered: baselines/altered.record.json: does not match its own digest" in errors
    assert "error: other: baselines/other.json: is a run of environment 'file', not of 'other'" in errors
    assert "new: there is no baseline in baselines, so every finding counts.\n" in errors
    assert "reported: no differences from baselines.\n" in errors


def test_the_folder_of_reports_is_the_baseline_of_the_next_reports(
    command_here: Command, project: Path
) -> None:
    """The run itself, whose report is there when it is compared, does not count."""
    for name in ("one", "two"):
        (project / "environments" / f"{name}.toml").write_text('record = "sample.record.json"\n')
        record = SAMPLE.model_copy(
            update={"environment": SAMPLE.environment.model_copy(update={"name": name})}
        )
        changed = unreachable(record) if name == "two" else record
        started = {"started": datetime(2026, 1, 1, tzinfo=UTC)}
        changed = changed.model_copy(update={"provenance": changed.provenance.model_copy(update=started)})
        store.write(
            project / "reports" / name / "20260101T000000Z" / "record.json",
            store.record_text(changed, JUDGEMENT),
        )
    result = command_here("report", "one", "two", "--baseline", "reports", "--fail-on", "unexpected")
    assert result.returncode == 1, result.stderr
    assert "one: 1 finding is in the baseline and does not count:" in result.stderr
    assert "two: exit code 1 because of 1 finding:" in result.stderr

"""A fleet is read from a storage: each environment as of its newest run, with what changed and since when."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from agentcore_probe import store
from agentcore_probe.errors import EnvironmentFileError, InputError, SecretLeakError
from agentcore_probe.fleet.failures import forget_failure, keep_failure
from agentcore_probe.fleet.read import FleetRead, read_fleet
from agentcore_probe.model.fleet import FLEET, EnvironmentState, Fleet
from agentcore_probe.secret import Secret
from agentcore_probe.storage import open_storage
from tests.fleet.reports import MORNING, SAMPLE, days_ago, run_of, write_run


def read(reports: Path, *, anew: bool = False) -> FleetRead:
    return read_fleet(open_storage(reports), anew=anew)


def only(reports: Path) -> EnvironmentState:
    (state,) = read(reports).fleet.environments
    return state


def test_each_environment_is_as_of_its_newest_run(tmp_path: Path) -> None:
    """With its verdict, place, ways in, first thing to do and page."""
    write_run(tmp_path, run_of("stage", at=days_ago(3)))
    write_run(tmp_path, run_of("prod", verified=False, account="222222222222", region="eu-west-1"))
    prod, stage = read(tmp_path).fleet.environments
    assert (prod.environment, prod.state, prod.account, prod.region) == (
        "prod",
        "not-verified",
        "222222222222",
        "eu-west-1",
    )
    assert prod.ways["runtime-jwt"] == "unexpected"
    assert prod.action is not None
    assert prod.action.id == "arn-not-encoded"
    assert prod.link == "prod/20261130T060000Z/report.html"
    assert (tmp_path / prod.link).is_file()
    assert (stage.state, stage.as_of, stage.action) == ("verified", days_ago(3), None)


def test_what_changed_since_the_previous_run(tmp_path: Path) -> None:
    """The verdict before, and each way in that both runs have with another outcome."""
    before = write_run(tmp_path, run_of("prod", at=days_ago(1), verified=False)) / "record.json"
    store.write(before, before.read_text().replace('"outcome": "unexpected"', '"outcome": "error"'))
    write_run(tmp_path, run_of("prod", verified=False))
    write_run(tmp_path, run_of("stage", at=days_ago(1)))
    write_run(tmp_path, run_of("stage", verified=False))
    prod, stage = read(tmp_path).fleet.environments
    (change,) = prod.changes
    assert (change.method, change.before, change.after) == ("runtime-jwt", "error", "unexpected")
    assert (prod.previous, prod.is_changed) == (days_ago(1), True)
    assert (stage.previous_verdict, stage.changes, stage.is_changed) == ("verified", (), True)
    assert (stage.since, stage.runs) == (MORNING, 1)
    store.write(tmp_path / FLEET, read(tmp_path).fleet.as_json())
    shutil.rmtree(before.parent)
    assert read(tmp_path, anew=True).fleet.environments[0] == prod  # also after the earlier report was pruned


def test_since_when_is_known_from_index_to_index(tmp_path: Path) -> None:
    """Without a history: also after older runs are gone."""
    for day in (3, 2, 1, 0):
        write_run(tmp_path, run_of("prod", at=days_ago(day)))
        fleet = read(tmp_path).fleet
        store.write(tmp_path / FLEET, fleet.as_json())
    for old in sorted((tmp_path / "prod").iterdir())[:2]:
        shutil.rmtree(old)
    assert (only(tmp_path).since, only(tmp_path).runs) == (days_ago(3), 4)
    assert read(tmp_path, anew=True).fleet.environments == fleet.environments


def test_the_history_knows_it_without_an_earlier_index(tmp_path: Path) -> None:
    """Also of runs whose reports were pruned."""
    from agentcore_probe import api
    from agentcore_probe.history.dataset import Dataset
    from agentcore_probe.history.rows import rows_of

    records = [run_of("prod", at=days_ago(day), verified=day != 9) for day in (9, 8, 7, 1, 0)]
    dataset = Dataset(open_storage(tmp_path))
    dataset.add([rows_of(record, api.judge(record), "prod/x") for record in records])
    write_run(tmp_path, records[-1])
    assert (only(tmp_path).since, only(tmp_path).runs) == (days_ago(8), 4)


def test_an_earlier_run_that_is_reported_later_ends_the_runs_with_one_verdict(tmp_path: Path) -> None:
    """As after an upload that failed: neither the former index nor a history without a gap makes it longer."""
    from agentcore_probe import api
    from agentcore_probe.history.dataset import Dataset
    from agentcore_probe.history.rows import rows_of

    runs = [run_of("prod", at=days_ago(day), verified=day != 2) for day in (3, 2, 1)]
    for run in (runs[0], runs[2]):
        write_run(tmp_path, run)
        store.write(tmp_path / FLEET, read(tmp_path).fleet.as_json())
    assert (only(tmp_path).since, only(tmp_path).runs) == (days_ago(3), 2)
    write_run(tmp_path, runs[1], "20261130T070000Z")
    assert (only(tmp_path).previous_verdict, only(tmp_path).since, only(tmp_path).runs) == (
        "not-verified",
        days_ago(1),
        1,
    )
    shutil.rmtree(tmp_path / "prod" / "20261130T070000Z")
    dataset = Dataset(open_storage(tmp_path))
    dataset.add([rows_of(run, api.judge(run), "prod/x") for run in runs])
    assert (only(tmp_path).since, only(tmp_path).runs) == (days_ago(1), 1)


def test_a_page_made_again_of_an_earlier_run_is_not_the_newest(tmp_path: Path) -> None:
    """Runs count by their own time, and the same run twice is one."""
    old, new = run_of("prod", at=days_ago(5)), run_of("prod", at=days_ago(1))
    write_run(tmp_path, old)
    write_run(tmp_path, new)
    write_run(tmp_path, old, "20261130T070000Z")
    write_run(tmp_path, new, "20261130T080000Z")
    state = only(tmp_path)
    assert (state.started, state.previous) == (days_ago(1), days_ago(5))
    assert state.folder == "prod/20261130T080000Z"


def test_there_is_no_link_to_a_page_that_was_removed(tmp_path: Path) -> None:
    """Nor after an index that still had it."""
    folder = write_run(tmp_path, run_of("prod"))
    store.write(tmp_path / FLEET, read(tmp_path).fleet.as_json())
    (folder / "report.html").unlink()
    assert only(tmp_path).link is None


def test_an_attempt_without_a_record_is_the_state(tmp_path: Path) -> None:
    """With the run before it; the next record makes it forgotten, even if the file stays."""
    storage = open_storage(tmp_path)
    write_run(tmp_path, run_of("prod"))
    keep_failure(
        storage, "prod", EnvironmentFileError("unknown key 'gatway'", where="environments/prod.toml")
    )
    keep_failure(storage, "never", EnvironmentFileError("is not TOML"))
    never, prod = read(tmp_path).fleet.environments
    assert (prod.state, prod.verdict, prod.rank) == ("error", "verified", 0)
    assert prod.failure is not None
    assert prod.failure.line == "environments/prod.toml: unknown key 'gatway'"
    assert (never.state, never.started, never.link) == ("error", None, None)
    write_run(tmp_path, run_of("prod", at=prod.failure.at + timedelta(hours=1)))
    assert read(tmp_path).fleet.environments[1].state == "verified"
    forget_failure(storage, "never", "0" * 32)  # that of a run
    assert len(read(tmp_path).fleet.environments) == 2
    forget_failure(storage, "never")
    assert [state.environment for state in read(tmp_path).fleet.environments] == ["prod"]


def test_a_required_check_that_failed_keeps_an_environment_from_being_verified(tmp_path: Path) -> None:
    """Also where the former index is all that is read, and until a newer run."""
    folder = write_run(tmp_path, run_of("prod", at=days_ago(1)))
    store.write(folder / "checks.json", '["Latency budget"]\n')
    for _ in range(2):
        state = only(tmp_path)
        assert (state.state, state.verdict, state.failed_checks) == (
            "not-verified",
            "verified",
            ("Latency budget",),
        )
        store.write(tmp_path / FLEET, read(tmp_path).fleet.as_json())
    write_run(tmp_path, run_of("prod"))
    assert (only(tmp_path).state, only(tmp_path).failed_checks) == ("verified", ())


def test_an_attempt_by_a_clock_that_is_behind_is_the_state(tmp_path: Path) -> None:
    """It followed the run that was there, although that began later."""
    write_run(tmp_path, run_of("prod", at=MORNING + timedelta(days=9999)))
    keep_failure(open_storage(tmp_path), "prod", InputError("no"))
    assert only(tmp_path).state == "error"


def test_a_run_whose_record_is_written_later_is_no_failure_any_more(tmp_path: Path) -> None:
    """After an upload that failed, the command that writes it again ends the state."""
    storage = open_storage(tmp_path)
    keep_failure(storage, "prod", InputError("no"), "a" * 32)
    forget_failure(storage, "prod", "b" * 32)
    assert only(tmp_path).state == "error"
    forget_failure(storage, "prod", "a" * 32)
    assert not (tmp_path / "prod" / "error.json").exists()


def test_an_error_that_would_show_a_secret_is_kept_without_its_words(tmp_path: Path) -> None:
    """That the environment could not run is kept all the same."""
    secret = Secret("hunter2-and-more", "password")
    with pytest.raises(SecretLeakError):
        open_storage(tmp_path).write("x", secret.reveal())
    keep_failure(open_storage(tmp_path), "prod", EnvironmentFileError(f"bad: {secret.reveal()}"))
    assert "hunter2" not in (tmp_path / "prod" / "error.json").read_text()
    assert only(tmp_path).state == "error"


def test_a_record_that_cannot_be_read_is_named_and_the_run_before_it_counts(tmp_path: Path) -> None:
    """The other environments are not affected."""
    write_run(tmp_path, run_of("prod", at=days_ago(1)))
    store.write(write_run(tmp_path, run_of("prod")) / "record.json", "{")
    write_run(tmp_path, run_of("stage"))
    fleet, problems, _ = read(tmp_path)
    assert [state.as_of for state in fleet.environments] == [days_ago(1), MORNING]
    (problem,) = problems
    assert problem.startswith("prod/20261130T060000Z/record.json: is not JSON")


def test_records_of_earlier_versions_are_judged(tmp_path: Path) -> None:
    """Their files have no judgement, or another form."""
    record = run_of("prod", verified=False)
    store.write(
        write_run(tmp_path, record) / "record.json", record.model_dump_json(by_alias=True, exclude_none=True)
    )
    state = only(tmp_path)
    assert (state.state, state.run) == ("not-verified", record.run_id)


def test_what_is_no_run_of_an_environment_is_left_out(tmp_path: Path) -> None:
    """Single calls, runs of one method, other folders and files."""
    write_run(tmp_path, run_of("asked"))
    write_run(tmp_path, run_of("part", only="gateway-jwt"))
    store.write(tmp_path / "history" / "month=2026-11" / "record.json", "{}")
    store.write(tmp_path / "README.md", "")
    write_run(tmp_path, run_of("prod"))
    assert only(tmp_path).environment == "prod"


def test_an_empty_storage_is_an_error(tmp_path: Path) -> None:
    """It says which command writes the first report."""
    with pytest.raises(InputError, match="no reports yet. Run: agentcore-probe report all"):
        read(tmp_path / "none")


def test_without_a_usable_record_there_is_no_fleet(tmp_path: Path) -> None:
    """The error says why, and how many others there are; an attempt that failed is shown nevertheless."""
    for name in ("bad", "worse"):
        store.write(write_run(tmp_path, run_of(name)) / "record.json", "{")
    with pytest.raises(InputError, match=r"no usable reports: bad/\S+: is not JSON.* \(and 1 more\)"):
        read(tmp_path)
    keep_failure(open_storage(str(tmp_path)), "bad", InputError("the region is missing"))
    assert only(tmp_path).state == "error"


def test_runs_of_one_method_alone_make_no_fleet(tmp_path: Path) -> None:
    """They show nothing of the environment as a whole."""
    write_run(tmp_path, run_of("prod", only="gateway-jwt"))
    with pytest.raises(InputError, match="no report of a whole run"):
        read(tmp_path)


def test_the_file_has_the_same_facts(tmp_path: Path) -> None:
    """What is left out of it has its default."""
    write_run(tmp_path, run_of("prod", verified=False))
    fleet = read(tmp_path).fleet
    assert Fleet.model_validate_json(fleet.as_json()) == fleet


def test_sorting_is_by_attention_then_by_name(tmp_path: Path) -> None:
    """Could not run, not verified, inconclusive, changed, verified."""
    for name, verified in (("b", True), ("a", True), ("changed", False), ("bad", False)):
        write_run(tmp_path, run_of(name, at=days_ago(1), verified=verified))
        write_run(tmp_path, run_of(name, verified=name != "bad"))
    keep_failure(open_storage(tmp_path), "z", InputError("no"))
    fleet = read(tmp_path).fleet
    assert [state.environment for state in fleet.by_attention] == ["z", "bad", "changed", "a", "b"]
    assert fleet.counts == {"error": 1, "not-verified": 1, "verified": 3}
    frame = fleet.to_frame()
    assert list(frame["environment"]) == ["z", "bad", "changed", "a", "b"]
    assert frame.loc[1, "runtime-jwt"] == "unexpected"
    assert list(frame["changed"]) == [False, False, True, False, False]
    assert SAMPLE.environment.name == "sample"  # nothing above changed the record that all are made of

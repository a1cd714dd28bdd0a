"""The badge of an environment says what the index says."""

from __future__ import annotations

from pathlib import Path

from agentcore_probe import store
from agentcore_probe.errors import InputError
from agentcore_probe.fleet.badges import renew_badge
from agentcore_probe.fleet.failures import forget_failure, keep_failure
from agentcore_probe.storage import open_storage
from tests.fleet.reports import MORNING, days_ago, run_of, write_run


def badge(reports: Path) -> str:
    """What it says, made anew."""
    renew_badge(open_storage(reports), "prod")
    return (reports / "prod" / "badge.svg").read_text("utf-8").partition("<title>")[2].partition("<")[0]


def test_the_newest_run_counts_whenever_it_was_reported(tmp_path: Path) -> None:
    """Not the report that was written last."""
    write_run(tmp_path, run_of("prod"))
    write_run(tmp_path, run_of("prod", at=days_ago(1), verified=False), "20261130T070000Z")
    assert badge(tmp_path) == "prod: verified 2026-11-30"


def test_a_run_of_one_method_alone_does_not_count(tmp_path: Path) -> None:
    """No badge is written, rather than one that says verified."""
    write_run(tmp_path, run_of("prod", only="gateway-jwt"))
    renew_badge(open_storage(tmp_path), "prod")
    assert not (tmp_path / "prod" / "badge.svg").exists()
    write_run(tmp_path, run_of("prod", at=days_ago(1), verified=False))
    assert badge(tmp_path) == "prod: not verified 2026-11-29"


def test_an_attempt_without_a_record_is_on_it_until_it_is_forgotten(tmp_path: Path) -> None:
    """Also after a verified run, and where the record cannot be read."""
    storage = open_storage(tmp_path)
    write_run(tmp_path, run_of("prod", at=MORNING))
    keep_failure(storage, "prod", InputError("no"))
    assert badge(tmp_path).startswith("prod: could not run 20")
    forget_failure(storage, "prod")
    assert badge(tmp_path) == "prod: verified 2026-11-30"
    store.write(tmp_path / "prod" / "20261130T060000Z" / "record.json", "{")
    keep_failure(storage, "prod", InputError("no"))
    assert badge(tmp_path).startswith("prod: could not run 20")

"""The parts of an index: what they say, in which order, in both languages, escaped."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from agentcore_probe.errors import InputError
from agentcore_probe.fleet.failures import keep_failure
from agentcore_probe.fleet.read import read_fleet
from agentcore_probe.model.fleet import SCHEMA, EnvironmentState, Failure, Fleet
from agentcore_probe.model.judgement import Action
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.methods import ENTRANCES, METHODS
from agentcore_probe.report.fleet.report import FleetReport
from agentcore_probe.storage import open_storage
from tests.fleet.reports import MORNING, days_ago, run_of, write_run


def fleet_of(*states: EnvironmentState) -> Fleet:
    return Fleet(schema=SCHEMA, made=MORNING, tool="agentcore-probe", environments=states)


def verified(name: str, **values: object) -> EnvironmentState:
    facts = {
        "state": "verified",
        "verdict": "verified",
        "started": MORNING,
        "ways": {"gateway-jwt": "as-expected"},
    }
    return EnvironmentState.model_validate({"environment": name, **facts, **values})


def broken(name: str, cause: str = "arn-not-encoded", **values: object) -> EnvironmentState:
    action = Action(kind="cause", id=cause, owner="you", severity="unexpected", methods=("runtime-jwt",))
    facts = {
        "state": "not-verified",
        "verdict": "not-verified",
        "action": action,
        "actions": 1,
        "ways": {"runtime-jwt": "unexpected"},
    }
    return verified(name, **{**facts, **values})


@pytest.fixture
def mixed(tmp_path: Path) -> Fleet:
    """Of two accounts: one could not run, one is not verified, one changed, one stayed verified."""
    write_run(tmp_path, run_of("quiet", at=days_ago(1), account="222222222222"))
    write_run(tmp_path, run_of("quiet", account="222222222222"))
    write_run(tmp_path, run_of("better", at=days_ago(1), verified=False, account="222222222222"))
    write_run(tmp_path, run_of("better", account="222222222222"))
    write_run(tmp_path, run_of("bad", verified=False))
    write_run(tmp_path, run_of("gone"))
    keep_failure(
        open_storage(tmp_path), "gone", InputError("the variable PASSWORD is not set", hint="Set it")
    )
    return read_fleet(open_storage(tmp_path)).fleet


def test_rows_are_grouped_by_place_and_sorted_by_attention(mixed: Fleet) -> None:
    """The group with the worst row first; within it, the worst row."""
    view = FleetReport(mixed, "en").view
    groups = [(group["name"], [row["name"] for row in group["rows"]]) for group in view.groups()]
    assert groups == [
        ("111111111111 · us-east-1", ["gone", "bad"]),
        ("222222222222 · us-east-1", ["better", "quiet"]),
    ]


def test_what_to_do_first_is_one_step_for_all_that_need_it() -> None:
    """Those that could not run first, then what most environments need."""
    failure = Failure(at=MORNING, error="InputError", what="no file", where="environments/a.toml")
    states = [
        *(broken(f"arn-{number}") for number in range(3)),
        *(broken(f"time-{number}", "timeout") for number in range(12)),
        verified("fine"),
        verified("gone-1", state="error", failure=failure),
        verified("gone-2", state="error", failure=failure),
    ]
    steps = FleetReport(fleet_of(*states), "en").view.first_steps()
    assert [(step["count"], step["environments"][0]["name"]) for step in steps] == [
        (2, "gone-1"),
        (12, "time-0"),
        (3, "arn-0"),
    ]
    assert steps[0]["because"] == "no file"  # the files differ
    html = FleetReport(fleet_of(*states), "en").first_steps().html
    assert "4 more environments" in html
    assert "fine" not in html


def test_an_attempt_without_a_record_shows_no_outcomes(mixed: Fleet) -> None:
    """What the last run showed may no longer hold, so its time is shown."""
    html = FleetReport(mixed, "en").environments().html
    row = re.search(r'id="env-gone">(.*?)<tr', html, re.DOTALL)
    assert row is not None
    assert "the variable PASSWORD is not set. Set it" in row[1]
    assert "last run 2026-11-30 06:00" in row[1]
    assert "as expected" not in row[1]


def test_changes_name_both_verdicts_and_times(mixed: Fleet) -> None:
    """Only the environments that changed."""
    html = FleetReport(mixed, "en").changes().html
    assert re.findall(r'href="#env-([^"]*)"', html) == ["better"]
    assert re.findall(r'<b class="([^"]*)">', html) == ["not-verified", "verified"]
    assert "2026-11-30 06:00 UTC (before: 2026-11-29 06:00)" in html


def test_many_verified_rows_beside_others_are_a_fold_of_their_own() -> None:
    """Of a big fleet; a small one is open as a whole."""
    place = {"account": "111111111111", "region": "us-east-1"}
    small = fleet_of(*(verified(f"e{number}", **place) for number in range(20)), broken("bad", **place))
    (group,) = FleetReport(small, "en").view.groups()
    assert (len(group["rows"]), group["rest"], group["is_open"]) == (21, [], True)
    big = fleet_of(
        *(verified(f"e{number}", **place) for number in range(50)), broken("bad", **place), verified("else")
    )
    first, second = FleetReport(big, "en").view.groups()
    assert ([row["name"] for row in first["rows"]], len(first["rest"]), first["is_open"]) == (
        ["bad"],
        50,
        True,
    )
    assert (second["name"], second["is_open"]) == ("Account and region not known", False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_row_has_its_words(mixed: Fleet, language: str) -> None:
    """In each language; nothing that somebody wrote becomes markup."""
    odd = broken("odd", cause="of-another-version", source="recorded", link="a b/<i>.html")
    harm = verified(
        "harm", state="error", failure=Failure(at=MORNING, error="E", what="<script>alert(1)</script>")
    )
    reason = Action(kind="reason", id="no-prediction", owner="you", severity="not-determined")
    deployed = Action(
        kind="configuration",
        id="gateway-open",
        owner="you",
        severity="configuration",
        values={"target": "gateway"},
    )
    unmet = Action(
        kind="expectation", id="not-met", owner="you", severity="expectation", values={"line": "[expect]"}
    )
    states = [broken(f"kind-{kind.kind}", action=kind) for kind in (reason, deployed, unmet)]
    callers = verified(
        "callers",
        ways={"admin:gateway-jwt": "unexpected", "gateway-jwt": "as-expected"},
        runs=3,
        since=days_ago(2),
    )
    report = FleetReport(fleet_of(*mixed.environments, odd, harm, *states, callers), language)
    html = "".join(
        part().html for part in (report.summary, report.first_steps, report.changes, report.environments)
    )
    assert "<script" not in html
    assert 'href="a%20b/%3Ci%3E.html"' in html
    assert "of-another-version" in html
    assert html.count("<tr class=") == 10
    assert (
        "<td class=u>"
        in html.split('id="env-callers"' if language == "en" else f'id="{language}-env-callers"')[1]
    )
    assert report.view.messages("fleet-no-page") in html  # no link to a page that is not there


def test_an_index_of_a_thousand_is_small_and_quick() -> None:
    """At most 1 MB of HTML; linear, so the time is tested by its processor seconds on a slow machine."""
    import time

    ways = dict.fromkeys(("gateway-jwt", "runtime-jwt", "runtime-sigv4", "runtime-cli", "gateway-sigv4", "runtime-jwt-raw-arn", "gateway-anonymous", "runtime-anonymous", "gateway-jwt-forged", "runtime-jwt-forged", "gateway-jwt-id-token", "runtime-jwt-id-token"), "as-expected")  # fmt: skip
    states = [
        verified(
            f"orders-prod-{number:04}",
            account=str(111111111111 + number % 50),
            region=("us-east-1", "eu-west-1")[number % 2],
            ways=ways,
            link=f"orders-prod-{number:04}/20261130T060000Z/report.html",
            since=days_ago(9),
            runs=10,
            started=MORNING + timedelta(seconds=number),
        )
        for number in range(950)
    ] + [broken(f"bad-{number:03}", account=str(111111111111 + number % 50)) for number in range(50)]
    report = FleetReport(fleet_of(*states), "en")
    began = time.process_time()
    sizes = [
        len(part().html.encode())
        for part in (report.summary, report.first_steps, report.changes, report.environments)
    ]
    assert time.process_time() - began < 2
    assert sum(sizes) < 1_000_000


def entrances_of_many(count: int) -> Fleet:
    """Environments with every access method that there is; of the first, the shell is open."""
    ways = dict.fromkeys((row.id for row in METHODS), "as-expected")
    worse = {**ways, "runtime-shell-jwt": "unexpected", "runtime-shell-sigv4": "unexpected"}
    states = [
        verified(f"env-{number:04}", account=str(111111111111 + number % 50), ways=ways if number else worse)
        for number in range(count)
    ]
    return fleet_of(broken("env-0000", ways=worse), *states[1:])


def test_a_further_entrance_is_one_column_with_its_worst_outcome() -> None:
    """Under a heading of their own; the ways in of the two entrances of every run have a column each."""
    view = FleetReport(entrances_of_many(3), "en").view
    further = [entrance for entrance in ENTRANCES if entrance.on_request]
    assert [column["id"] for column in view.columns if column["target"] == "entrances"] == [
        entrance.id for entrance in further
    ]
    assert [count for _, count in view.targets()] == [5, 7, len(further)]
    rows = [row for group in view.groups() for row in group["rows"]]
    (bad,) = (row for row in rows if row["name"] == "env-0000")
    assert bad["cells"].count("<td class=u>") == 1
    assert bad["bad"] == ["runtime-shell(2)"]
    assert len({row["cells"].count("<td class=") for row in rows}) == 1


def test_an_index_of_a_thousand_with_every_entrance_is_small() -> None:
    """At most 1 MB of HTML."""
    report = FleetReport(entrances_of_many(1000), "en")
    assert len(report.environments().html.encode()) < 1_000_000

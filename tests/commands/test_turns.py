"""Which environments may run at the same time (`commands.turns`, `commands.batch.run_all`)."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from agentcore_probe.commands.batch import Work, run_all
from agentcore_probe.commands.limits import Limits
from agentcore_probe.commands.turns import HERE, Place, Turns, place_of
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup, RuntimeTarget
from agentcore_probe.model.record import RunRecord
from agentcore_probe.secret import Secret, find_leak

RUNTIME = RuntimeTarget(arn="arn:aws:bedrock-agentcore:eu-west-1:111122223333:runtime/agent-abcdefghij")
GATEWAY = GatewayTarget(id="gateway-abcdefghij")


def environment(**values: object) -> Environment:
    return Environment.model_validate({"name": "e", **values})


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"runtime": RUNTIME}, ("eu-west-1", "111122223333")),
        ({"runtime": RUNTIME, "region": "us-east-1"}, ("us-east-1", "111122223333")),
        (
            {"gateway": GATEWAY, "region": "eu-west-1", "role_arn": "arn:aws:iam::444455556666:role/probe"},
            ("eu-west-1", "444455556666"),
        ),
        ({"gateway": GATEWAY, "region": "eu-west-1", "profile": "prod"}, ("eu-west-1", "prod")),
        ({"gateway": GATEWAY}, ("", "")),
        (
            {"runtime": RUNTIME, "endpoints": {"bedrock-agentcore": "https://vpce.example.com"}},
            ("vpce.example.com", "111122223333"),
        ),
        ({"runtime": RUNTIME, "endpoints": {"bedrock-agentcore": "http://127.0.0.1:8080"}}, ()),
        ({"local": LocalSetup()}, HERE),
        ({"record": "r.json"}, HERE),
    ],
)
def test_host_and_account_are_the_place(values: dict[str, object], place: Place) -> None:
    """The account is that of the Runtime, else of the role, else of the profile; this machine's own services have none."""
    assert place_of(environment(**values)) == place


def test_a_place_has_a_limit_of_its_own() -> None:
    """What has no place is limited in all only; a turn that ended is free again."""
    turns = Turns(Limits(concurrency=5, per_account=2, jobs=1))
    account = ("eu-west-1", "111122223333")
    assert [turns.take(account) for _ in range(3)] == [True, True, False]
    assert [turns.take(HERE) for _ in range(2)] == [True, False]
    assert [turns.take(()) for _ in range(3)] == [True, True, False]
    turns.end(account)
    assert turns.is_free
    assert [turns.take(account), turns.take(())] == [True, False]


def test_an_account_that_is_full_holds_nobody_up(project: Path) -> None:
    """Those of other accounts overtake; never more at a time than allowed; results in the order of the names."""
    file = '[runtime]\narn = "arn:aws:bedrock-agentcore:eu-west-1:{}:runtime/agent-abcdefghij"\n'
    names = [f"e{number}" for number in range(8)]
    for number, name in enumerate(names):
        account = "111122223333" if number < 6 else f"44445555666{number}"
        (project / "environments" / f"{name}.toml").write_text(file.format(account))
    lock, running, events = threading.Lock(), set[str](), list[tuple[str, frozenset[str]]]()

    def observe(environment: Environment, _: Progress) -> RunRecord:
        with lock:
            running.add(environment.name)
            events.append((environment.name, frozenset(running)))
        time.sleep(0.05)
        with lock:
            running.remove(environment.name)
        return RunRecord(environment=environment)

    work = Work(project, threading.Event(), observe)
    results = list(run_all(names, work, Limits(concurrency=4, per_account=2), lambda *_: None))
    assert [result.name for result in results] == names
    assert {name for name, _ in events[:4]} == {"e0", "e1", "e6", "e7"}
    assert max(len(at_once & set(names[:6])) for _, at_once in events) == 2
    assert max(len(at_once) for _, at_once in events) <= 4


def test_secrets_are_forgotten_with_their_run(project: Path) -> None:
    """When its result was handed on and shown; those of runs in progress, or shared with one, are still found."""
    names = [f"e{number}" for number in range(3)]
    for name in names:
        (project / "environments" / f"{name}.toml").write_text('[gateway]\nid = "gateway-abcdefghij"\n')
    others_may_end, begun = threading.Event(), threading.Barrier(3, timeout=10)

    def observe(environment: Environment, _: Progress) -> RunRecord:
        Secret("password-of-all", "password")
        Secret(f"token-of-{environment.name}", "token")
        begun.wait()
        assert environment.name == "e0" or others_may_end.wait(10)
        return RunRecord(environment=environment)

    results = run_all(names, Work(project, threading.Event(), observe), Limits(), lambda *_: None)
    texts = ("password-of-all", "token-of-e0", "token-of-e1", "token-of-e2")
    found = []
    for _ in names:
        next(results)
        found.append([find_leak(text.encode()) is not None for text in texts])
        others_may_end.set()
    list(results)
    found.append([find_leak(text.encode()) is not None for text in texts])
    assert found == [
        [True, True, True, True],
        [True, False, True, True],
        [True, False, False, True],
        [False, False, False, False],
    ]


@pytest.mark.parametrize("option", ["--concurrency", "--per-account", "--jobs"])
@pytest.mark.parametrize("value", ["0", "-1", "two", "1001"])
def test_a_number_that_cannot_be_used_is_an_error(option: str, value: str) -> None:
    """Exit 2; the error names the option."""
    from click.testing import CliRunner

    from agentcore_probe.cli import cli

    result = CliRunner().invoke(cli, ["verify", "sample", option, value])
    assert result.exit_code == 2
    assert option in result.output

"""`--wait`: one line when what is waited for changes, and one at the end."""

from __future__ import annotations

import pytest

from agentcore_probe.commands.waiting import show_waiting
from agentcore_probe.model.environment import Environment
from agentcore_probe.probes.wait import Obstacle, Waiting

CREATING = (Obstacle("gateway", "CREATING"), Obstacle("runtime", "CREATING"))
PROPAGATING = (Obstacle("runtime", "HTTP 404, endpoint-propagating"),)


@pytest.mark.parametrize(
    ("language", "end", "last"),
    [
        ("en", (), "prod: no deployment to wait for after 61 s."),
        (
            "en",
            PROPAGATING,
            "prod: not ready after 61 s (runtime: HTTP 404, endpoint-propagating); running anyway.",
        ),
        ("ja", (), "prod: 61 秒で待機を終了しました。進行中のデプロイはありません。"),
    ],
)
def test_each_change_is_a_line(
    capsys: pytest.CaptureFixture[str], language: str, end: tuple[Obstacle, ...], last: str
) -> None:
    """On standard error, which is no terminal here."""
    show = show_waiting(Environment(name="prod", language=language), lambda phase, state: None)
    for obstacles, seconds in ((CREATING, 0.4), (CREATING, 5.5), (PROPAGATING, 13.2), (PROPAGATING, 24.9)):
        show(Waiting(obstacles, seconds, is_over=False))
    show(Waiting(end, 61.2, is_over=True))
    output = capsys.readouterr()
    assert output.out == ""
    lines = output.err.splitlines()
    assert (len(lines), lines[-1]) == (3, last)
    assert "gateway: CREATING; runtime: CREATING" in lines[0]
    assert "runtime: HTTP 404, endpoint-propagating" in lines[1]

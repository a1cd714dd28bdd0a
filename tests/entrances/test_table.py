"""Entrances, identities, set-ups and faults: every cell is what the oracle says, and a fault changes no other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import pytest

from agentcore_probe import api
from agentcore_probe.model.judgement import Confidence
from tests.embedded import observed
from tests.entrances.oracle import World, cell_of, worlds
from tests.promises.figures import FIGURES

WORLDS = list(worlds())
ELSEWHERE = ("runtime-cli",)
"""The call of `runtime-sigv4` by another program, which this machine may not have (tests/probes/test_aws_cli.py)."""


def observed_cells(world: World) -> dict[str, str]:
    """What a run against the world's embedded AgentCore shows, as the oracle writes it."""
    record = observed(world.environment, controls="few", experiments=False)
    return {
        finding.method: cell_of(finding, confidence=_says_how_sure(world.cells.get(finding.method, "")))
        for finding in api.judge(record).all_findings
        if finding.method not in ELSEWHERE
    }


def _says_how_sure(cell: str) -> bool:
    return cell.rpartition(" ")[2] in get_args(Confidence)


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """One line for each row that is not what it must be."""
    return [
        f"{row}: {found.get(row, 'no such row')}; the oracle says {expected.get(row, 'no such row')}"
        for row in sorted(expected.keys() | found.keys())
        if expected.get(row) != found.get(row)
    ]


def test_the_table_is_large_enough() -> None:
    """At least 300 cells, 60 of them in `make test`."""
    assert sum(len(world.cells) for world in WORLDS) >= 300
    assert sum(len(world.cells) for world in WORLDS if world.quick) >= 60
    assert len({world.id for world in WORLDS}) == len(WORLDS)


@pytest.mark.parametrize(
    "world",
    [pytest.param(world, marks=() if world.quick else pytest.mark.slow, id=world.id) for world in WORLDS],
)
def test_every_cell_is_that_of_the_oracle(world: World) -> None:
    """The decision and the cause of each row; of a fault's, those that it must change and no other."""
    wrong = differences(world.cells, observed_cells(world))
    assert not wrong, "\n".join([world.why, *wrong])
    FIGURES["cells of entrances x identities x set-ups x faults that equal the oracle"] += len(world.cells)

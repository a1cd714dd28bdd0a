"""Recorded environments to compare: embedded AgentCores, as if each were in an account of its own."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from agentcore_probe.model.environment import LocalSetup
from agentcore_probe.model.record import RunRecord
from tests.embedded import recorded

_NAMES = {
    "123456789012": "210987654321",
    "us-east-1": "eu-central-1",
    "local_agent-LOCALAGENT": "agent_of_stage-STAGEAGENT",
    "local-gateway-localgw001": "stage-gateway-stagegw001",
    "local-gateway": "stage-gateway",
}


@cache
def prod(*faults: str, **setup: Any) -> RunRecord:
    """The environment prod with these faults."""
    return renamed(recorded(LocalSetup(faults=faults, **setup), controls="few"), "prod")


@cache
def stage(*faults: str, **setup: Any) -> RunRecord:
    """The environment stage, in another account and region, with resources, clients and keys of its own."""
    facts = renamed(recorded(LocalSetup(faults=faults, **setup), controls="few"), "stage").facts()
    text = json.dumps(facts)
    names = dict(_NAMES)
    token = facts["token"]
    if token is not None:
        claims = token["claims"]
        names |= {claims["client_id"]: "stageclient00000000000000", claims["sub"]: "another-subject"}
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    facts = json.loads(pattern.sub(lambda match: names[match[0]], text).replace('"dummy"', '"key-of-stage"'))
    return RunRecord.model_validate(facts)


def renamed(record: RunRecord, name: str) -> RunRecord:
    """The record as one of an environment with another name."""
    environment = record.environment.model_copy(update={"name": name})
    return record.model_copy(update={"environment": environment})


def changed(record: RunRecord, path: str, value: Any) -> RunRecord:
    """The record with another value at a path of its facts."""
    facts = record.facts()
    *parents, last = path.split("/")
    place: Any = facts
    for key in parents:
        place = place[int(key) if isinstance(place, list) else key]
    place[last] = value
    return RunRecord.model_validate(facts)


def without(record: RunRecord, path: str) -> RunRecord:
    """The record without what is at a path of its facts.

    Raises:
        ValueError: no record lacks it.
    """
    facts = record.facts()
    *parents, last = path.split("/")
    place: Any = facts
    for key in parents:
        place = place[int(key) if isinstance(place, list) else key]
    del place[int(last) if isinstance(place, list) else last]
    return RunRecord.model_validate(facts)

"""The table of the facts that causes are about."""

from __future__ import annotations

import re
from typing import get_args

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.comparing.named import FACTS_OF_CAUSES, FACTS_OF_REASONS
from agentcore_probe.model.configuration import (
    ClientConfiguration,
    GatewayConfiguration,
    HarnessConfiguration,
    JwtAuthorizer,
    RegistryConfiguration,
    RuntimeConfiguration,
)
from agentcore_probe.model.environment import Environment, GatewayTarget, HarnessTarget, Limits, RuntimeTarget
from agentcore_probe.model.identity import Identity
from agentcore_probe.model.methods import Target
from agentcore_probe.report.messages import messages

_FIELDS = {
    "runtime": {*RuntimeConfiguration.model_fields, *JwtAuthorizer.model_fields, "read", "endpoint"},
    "gateway": {*GatewayConfiguration.model_fields, *JwtAuthorizer.model_fields, "read"},
    "harness": {*HarnessConfiguration.model_fields, *JwtAuthorizer.model_fields, "read"},
    "registry": {*RegistryConfiguration.model_fields, *JwtAuthorizer.model_fields, "read"},
    "client": {*ClientConfiguration.model_fields, "read"},
    "issuer": {
        *("read", "keys", "issuer"),
        *(f"{target}.{name}" for target in get_args(Target) for name in ("read", "keys")),
    },
    "policy": {"runtime", "endpoint", "gateway"},
    "token": {"form", "validity", "scope", "scp", "aud", "token_use"},
    "run": {"clock", "caller", "awsLogin", "aws", "tools"},
    "file": {
        *Environment.model_fields,
        *(f"runtime.{field}" for field in RuntimeTarget.model_fields),
        *(f"gateway.{field}" for field in GatewayTarget.model_fields),
        *(f"harness.{field}" for field in HarnessTarget.model_fields),
        *(f"identity.{field}" for field in Identity.model_fields),
        *(f"limits.{field}" for field in Limits.model_fields),
    },
}
"""Place -> the names of its facts."""


def test_every_cause_and_reason_exists() -> None:
    """By its id."""
    assert FACTS_OF_CAUSES.keys() <= CAUSES.keys()
    assert all(messages("en").has(f"reason-{reason}") for reason in FACTS_OF_REASONS)


def test_every_fact_exists() -> None:
    """By its place and the name of its field."""
    for fact in {fact for facts in (*FACTS_OF_CAUSES.values(), *FACTS_OF_REASONS.values()) for fact in facts}:
        place, _, name = fact.partition(".")
        snake_case = re.sub(r"(?<=[a-z])([A-Z]+)", lambda part: f"_{part[1].lower()}", name)
        known = _FIELDS[place] | {"allowedWorkloadConfiguration"}
        assert name in known or snake_case in known, fact

"""The parts of an ARN, and what an ARN of AgentCore is of (patterns of botocore's bedrock-agentcore-control)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from agentcore_probe.model.partitions import PARTITIONS, REGION
from agentcore_probe.regex import regex

Kind = Literal[
    "runtime", "endpoint", "gateway", "harness", "workload-identity", "registry", "user-pool", "other"
]

_RUNTIME_ID = r"[a-zA-Z][a-zA-Z0-9_]{0,47}-[a-zA-Z0-9]{10}"
_ENDPOINT = r"[a-zA-Z][a-zA-Z0-9_]{0,47}"
_RESOURCES: dict[Kind, re.Pattern[str]] = {
    "runtime": regex(rf"runtime/{_RUNTIME_ID}"),
    "endpoint": regex(rf"runtime/{_RUNTIME_ID}/runtime-endpoint/{_ENDPOINT}"),
    "gateway": regex(r"gateway/[0-9a-z][0-9a-z-]{0,110}-[a-z0-9]{10}"),
    "harness": regex(
        rf"harness/[a-zA-Z][a-zA-Z0-9_]{{0,39}}-[a-zA-Z0-9]{{10}}(?:/harness-endpoint/{_ENDPOINT})?"
    ),
    "workload-identity": regex(
        r"workload-identity-directory/[\w.-]{1,255}(?:/workload-identity/[\w.-]{1,255})?"
    ),
    "registry": regex(r"registry/[a-zA-Z0-9]{12,16}(?:/record/[a-zA-Z0-9]{12})?"),
    "user-pool": regex(r"userpool/[a-z]{2,5}(?:-[a-z]{1,10}){1,3}-\d_[0-9A-Za-z]{1,55}"),
}
"""Kind -> the resource part."""
_SERVICES = {"bedrock-agentcore", "cognito-idp", "agent-registry"}


class Arn(NamedTuple):
    """`arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`; a part that is missing is empty."""

    text: str
    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def kind(self) -> Kind:
        """What it is of, by the first word of the resource, even if the rest does not have the right form."""
        if self.service not in _SERVICES:
            return "other"
        word = self.resource.partition("/")[0]
        if word == "runtime" and "/runtime-endpoint/" in self.resource:
            return "endpoint"
        words: dict[str, Kind] = {
            "runtime": "runtime",
            "gateway": "gateway",
            "harness": "harness",
            "workload-identity-directory": "workload-identity",
            "registry": "registry",
            "userpool": "user-pool",
        }
        return words.get(word, "other")

    @property
    def id(self) -> str:
        """The id of the Runtime, Gateway or harness, or of the pool."""
        return self.resource.partition("/")[2].partition("/")[0]

    @property
    def endpoint(self) -> str:
        """The name of the endpoint; empty for another kind."""
        return self.resource.rpartition("-endpoint/")[2] if "-endpoint/" in self.resource else ""

    @property
    def owner(self) -> str:
        """The ARN of the Runtime or harness that an endpoint belongs to, or the ARN itself."""
        return re.split(r"/(?:runtime|harness)-endpoint/", self.text)[0]

    @property
    def domain(self) -> str:
        """The domain of the partition's hosts."""
        return next((entry.domain for entry in PARTITIONS if entry.id == self.partition), "amazonaws.com")

    @property
    def defect(self) -> str:
        """What is wrong with it: `parts`, `partition`, `service`, `region`, `account` or `resource`; empty if nothing is.

        Only kinds that can be called are looked at.
        """
        if self.resource == "" or not self.text.startswith("arn:"):
            return "parts"
        if self.service not in _SERVICES:
            return (
                "service"
                if re.search(r"bedrock|agent-?core", self.service) and _may_be_called(self.resource)
                else ""
            )
        if not re.fullmatch(r"aws(-[a-z-]{1,20})?", self.partition):
            return "partition"
        if not REGION.fullmatch(self.region):
            return "region"
        if not re.fullmatch(r"\d{12}", self.account):
            return "account"
        pattern = _RESOURCES.get(self.kind)
        if pattern is None:
            return (
                "resource"
                if re.match(r"(agent-?runtimes?|runtimes|agents?|gateways)[/:]|runtime:", self.resource)
                else ""
            )
        return "" if pattern.fullmatch(self.resource) else "resource"


def _may_be_called(resource: str) -> bool:
    return resource.startswith(("runtime/", "gateway/", "harness/"))


def read_arn(text: str) -> Arn:
    """The parts of an ARN."""
    parts = (text.split(":", 5) + [""] * 6)[:6]
    return Arn(text, *parts[1:])

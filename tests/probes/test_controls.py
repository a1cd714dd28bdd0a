"""The controls of a run: how many, in which order, how deep, and what is said of those that were not sent."""

from __future__ import annotations

import gzip
import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import jwt
import pytest

from agentcore_probe.access.aws import AwsKeys
from agentcore_probe.access.pace import PER_SECOND, Pace
from agentcore_probe.access.request_limit import MAX_REQUESTS
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.environment import Environment, GatewayTarget, LocalSetup, RuntimeTarget, ToolCall
from agentcore_probe.model.forgeries import ANONYMOUS_CONTROLS, FORGERIES
from agentcore_probe.model.identity import Identity, SecretReference
from agentcore_probe.model.record import RunRecord
from agentcore_probe.probes.run import Run
from agentcore_probe.secret import Secret
from tests.conftest import PROJECT, log_in
from tests.embedded import observed, started

TOOL = GatewayTarget(tool=ToolCall(name="echo-tool___ping"))


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A run whose Runtime is an MCP server, and which calls a tool: the one with the most requests."""
    return observed(Environment(name="t", local=LocalSetup(protocol="MCP"), gateway=TOOL))


def test_a_run_stays_within_its_budget(record: RunRecord) -> None:
    """The row of the `aws` command is not part of this run. Its plan: `test_plan`."""
    assert len(record.exchanges) + 1 <= MAX_REQUESTS


def test_the_warning_states_number_and_rate() -> None:
    """Whoever starts a run reads them first."""
    warning = " ".join((PROJECT / "README.md").read_text().replace("\n>", " ").split())
    assert f"up to {MAX_REQUESTS} requests" in warning
    assert f"at most {PER_SECOND:.0f} a second by default" in warning


def test_every_control_is_sent_to_both_targets(record: RunRecord) -> None:
    """Those that fit the issuer's type of key, after the counterpart was accepted."""
    for target in ("gateway", "runtime"):
        exchanges = [exchange for exchange in record.exchanges if exchange.id.startswith(target)]
        after = [exchange for exchange in exchanges if exchange.phase == "after"]
        fitting = {row.id for row in FORGERIES if row.key_type in (None, "RSA")}
        assert {exchange.forged for exchange in after} - {None} == fitting
        controls = {exchange.control for exchange in after} - {None}
        assert controls == {*(row.id for row in ANONYMOUS_CONTROLS), "id-token"}


def test_controls_come_before_and_after_the_genuine_call(record: RunRecord) -> None:
    """By the times at which they were sent."""
    for target in ("gateway", "runtime"):
        genuine = _sent(record, f"{target}-jwt/1")
        for row in (f"{target}-anonymous", f"{target}-jwt-forged"):
            assert _sent(record, f"{row}/1") < genuine < _sent(record, f"{row}/2")


def _sent(record: RunRecord, id: str) -> Any:
    exchange = record.exchange(id)
    assert exchange is not None
    assert exchange.request.at is not None
    return exchange.request.at


def test_the_first_genuine_call_is_repeated_at_the_end(record: RunRecord) -> None:
    """As an exchange of its row, equal to the first one."""
    for row in ("gateway-jwt", "runtime-jwt", "gateway-sigv4", "runtime-sigv4"):
        observation = record.observation(row)
        assert observation is not None
        first, last = record.exchange(f"{row}/1"), record.exchange(observation.exchanges[-1])
        assert first is not None
        assert last is not None
        assert (first.control, last.control) == (None, "repeated")
        assert (first.request.url, first.request.body) == (last.request.url, last.request.body)


def test_one_control_of_each_kind_goes_on_without_a_handshake(record: RunRecord) -> None:
    """To the tools' list, and at the Gateway to the configured tool."""
    for target, steps in (("gateway", ["tools/list", "tools/call"]), ("runtime", ["tools/list"])):
        for kind in ("anonymous", "jwt-forged", "jwt-id-token"):
            later = [
                exchange.step.split()[0]
                for exchange in record.exchanges
                if exchange.id.startswith(f"{target}-{kind}/") and exchange.step.startswith("tools/")
            ]
            assert later == steps, (target, kind)


def test_numbers_of_exchanges_do_not_depend_on_which_was_faster(record: RunRecord) -> None:
    """Some are sent at a time; each keeps its place."""
    again = observed(Environment(name="t", local=LocalSetup(protocol="MCP"), gateway=TOOL))

    def places(run: RunRecord) -> list[tuple[str, str | None, str | None]]:
        return [(exchange.id, exchange.forged, exchange.control) for exchange in run.exchanges]

    assert places(record) == places(again)


def test_a_record_of_an_older_version_keeps_its_digest(record: RunRecord) -> None:
    """The new fields are left out where they are None."""
    facts = record.facts()
    genuine = next(exchange for exchange in facts["exchanges"] if exchange["id"] == "gateway-jwt/1")
    assert not {"forged", "control", "phase"} & genuine.keys()
    assert "requests_per_second" not in facts["environment"].get("limits", {})


def test_few_controls_are_fewer_and_the_others_are_named(agentcore: Mapping[str, Any]) -> None:
    """Those that find the most common mistakes stay."""
    few = _run(agentcore, Identity(**_identity(agentcore)), controls="few")
    row = few.observation("gateway-jwt-forged")
    assert row is not None
    sent = {exchange.forged for exchange in few.of(row)}
    assert sent == {row.id for row in FORGERIES if row.level == "few" and row.key_type in (None, "RSA")}
    assert row.facts["untried"]["hs512-empty"] == "few-controls"
    assert judge(few).verdict == "verified"


@pytest.mark.parametrize(("faults", "decision"), [((), "refused"), (("takes-expired",), "accepted")])
def test_a_genuine_expired_token_is_a_control(faults: tuple[str, ...], decision: str) -> None:
    """Without one, the run says that it was not tried."""
    with started(LocalSetup(faults=faults)) as service:
        identity = Identity(
            **_identity(service), expired_token=SecretReference(source="embedded", name="expired")
        )
        record = _run(service, identity)
        without = _run(service, Identity(**_identity(service)))
    for target in ("gateway", "runtime"):
        observation = record.observation(f"{target}-jwt-forged")
        assert observation is not None
        assert observation.decision == decision
        assert record.of(observation)[-1].control == "expired"
        assert "untried" not in observation.facts
        observation = without.observation(f"{target}-jwt-forged")
        assert observation is not None
        assert observation.facts["untried"] == {"expired": "no-expired-token"}


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("valid", "token-not-expired"),
        ("just-expired", "token-not-expired"),
        ("opaque", "token-unreadable"),
        ("without-exp", "token-unreadable"),
    ],
)
def test_a_token_that_may_be_valid_is_not_sent_as_expired(
    agentcore: Mapping[str, Any], token: str, reason: str
) -> None:
    """Its acceptance would be reported as a hole; a text that is not a JWT is refused for another reason."""
    tokens = {
        "valid": jwt.encode({"exp": time.time() + 3600}, "k" * 32),
        "just-expired": jwt.encode({"exp": time.time() - 30}, "k" * 32),
        "opaque": "opaque-reference-token",
        "without-exp": jwt.encode({"sub": "s"}, "k" * 32),
    }
    identity = Identity(
        **_identity(agentcore), expired_token=SecretReference(source="embedded", name="expired")
    )
    record = _run(agentcore, identity, controls="few", expired=tokens[token])
    assert not any(exchange.control == "expired" for exchange in record.exchanges)
    for target in ("gateway", "runtime"):
        observation = record.observation(f"{target}-jwt-forged")
        assert observation is not None
        assert observation.facts["untried"]["expired"] == reason
    assert reason in {gap.id for gap in judge(record).not_tried}


def _identity(service: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "flow": "token",
        "token": SecretReference(source="embedded", name="token"),
        "discovery_url": service["identity"]["discovery_url"],
    }


def _run(
    service: Mapping[str, Any], identity: Identity, controls: Any = "all", expired: str | None = None
) -> RunRecord:
    token = log_in(service)["AccessToken"]
    environment = Environment(
        name="t",
        region=service["region"],
        endpoints=dict(service["endpoints"]),
        runtime=RuntimeTarget(arn=service["runtime"]["arn"]),
        gateway=GatewayTarget(url=service["gateway"]["url"], id=service["gateway"]["id"]),
        identity=identity,
    )
    aws = service["aws"]
    keys = AwsKeys(aws["access_key_id"], Secret(aws["secret_access_key"], "aws secret key"))
    secrets = {
        "token": Secret(token, "token"),
        "expired": Secret(expired or _expired(token), "expired token"),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nonexistent")
        return Run(environment, keys=keys, secrets=secrets, controls=controls).observe()


def _expired(token: str) -> str:
    """The genuine token as it will be an hour after its end: moto signs with a key that its package contains."""
    packed = files("moto.cognitoidp").joinpath("resources/jwks-private.json.gz").read_bytes()
    key = json.loads(gzip.decompress(packed))
    payload = token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    claims |= {"iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600}
    header = jwt.get_unverified_header(token)
    return jwt.encode(claims, jwt.PyJWK(key).key, "RS256", headers={"kid": header["kid"]})


def test_the_rate_is_limited_except_on_this_machine() -> None:
    """Requests pass at equal distances, whichever thread sends them."""
    pace = Pace(50)
    assert pace.wait("http://127.0.0.1:1/mcp") == 0
    start = time.monotonic()
    waits = [pace.wait("https://example.com") for _ in range(4)]
    assert waits[0] == 0
    assert time.monotonic() - start >= 3 / 50

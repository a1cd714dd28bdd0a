"""Access to AWS: service models, regions, errors, and what a child process gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.exceptions
import botocore.loaders
import pytest
from botocore.model import ServiceModel

from agentcore_probe.access.aws import Aws, AwsKeys, region_of, without_signature
from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.access.operations import READS
from agentcore_probe.access.service_models import model_loader
from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import Environment
from agentcore_probe.secret import Secret

from .servers import http_answer, json_answer, recording

SERVICES = sorted({operation.partition(":")[0] for operation in READS})
KEYS = AwsKeys("AKIAIOSFODNN7EXAMPLE", Secret("secret-access-key", "aws secret key"))


@pytest.mark.parametrize("service", SERVICES)
def test_the_models_are_those_of_botocore(service: str) -> None:
    """Loaded in another way, with the same content in the same order, but without what is not called."""
    core = Aws(Environment(name="x", region="us-east-1")).session._session
    ours = core.get_component("data_loader").load_service_model(service, "service-2")
    theirs = botocore.loaders.create_loader().load_service_model(service, "service-2")
    if service != "sts":  # botocore itself logs in there
        called = {name for name in theirs["operations"] if f"{service}:{name}" in READS}
        assert called == ours["operations"].keys() < theirs["operations"].keys()
        theirs["operations"] = {name: theirs["operations"][name] for name in ours["operations"]}
        assert ours["shapes"].keys() < theirs["shapes"].keys()
        theirs["shapes"] = {name: shape for name, shape in theirs["shapes"].items() if name in ours["shapes"]}
    assert ours == theirs
    assert list(ours["shapes"]) == list(theirs["shapes"])


@pytest.mark.parametrize("service", SERVICES)
def test_each_operation_and_error_has_its_shapes(service: str) -> None:
    """All that botocore reads of an operation, and every error that an answer may name."""
    theirs = ServiceModel(botocore.loaders.create_loader().load_service_model(service, "service-2"))
    core = Aws(Environment(name="x", region="us-east-1")).session._session
    ours = ServiceModel(core.get_component("data_loader").load_service_model(service, "service-2"))
    for name in ours.operation_names:
        model, other = ours.operation_model(name), theirs.operation_model(name)
        assert [*map(tree, (model.input_shape, model.output_shape))] == [
            *map(tree, (other.input_shape, other.output_shape))
        ]
        assert [shape.name for shape in model.error_shapes] == [shape.name for shape in other.error_shapes]
    assert [*map(tree, ours.error_shapes)] == [*map(tree, theirs.error_shapes)]


def test_a_model_may_lack_shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of a person's own, cut to what they call: botocore makes a client of it."""
    model = botocore.loaders.create_loader().load_service_model("ssm", "service-2")
    del model["shapes"]["InternalServerError"], model["shapes"]["ParameterTier"]
    folder = tmp_path / "ssm" / "2014-11-06"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(model))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    model_loader.cache_clear()
    try:
        loaded = model_loader().load_service_model("ssm", "service-2")
    finally:
        model_loader.cache_clear()
    assert "GetParameterResult" in loaded["shapes"]
    assert "ParameterTier" not in loaded["shapes"]


def tree(shape: Any, above: frozenset[str] = frozenset()) -> object:
    """A shape with all that it consists of; one that contains itself ends there."""
    if shape is None or shape.name in above:
        return shape and shape.name
    above |= {shape.name}
    parts = {
        "structure": lambda: {name: tree(member, above) for name, member in shape.members.items()},
        "list": lambda: tree(shape.member, above),
        "map": lambda: (tree(shape.key, above), tree(shape.value, above)),
    }
    return shape.name, parts.get(shape.type_name, lambda: shape.type_name)()


def test_an_unknown_service_is_the_error_of_botocore() -> None:
    """There is no file with any of the extensions."""
    core = Aws(Environment(name="x", region="us-east-1")).session._session
    with pytest.raises(botocore.exceptions.UnknownServiceError):
        core.get_component("data_loader").load_service_model("no-such-service", "service-2")


@pytest.mark.parametrize(
    ("region", "message"),
    [(None, "no AWS region"), ("us-east-1.evil.invalid/", "invalid region 'us-east-1.evil")],
)
def test_a_region_that_cannot_be_used_is_an_input_error(
    region: str | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """botocore would put it into a host name."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InputError, match=message):
        Aws(Environment(name="t", region=region), KEYS).client("sts")


@pytest.mark.parametrize(("profile", "bundle"), [("corp", "/etc/corp.pem"), ("other", None)])
def test_the_authorities_of_a_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, bundle: str | None
) -> None:
    """An unknown profile has none here: it is reported where its credentials are needed."""
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    config = tmp_path / "config"
    config.write_text("[profile corp]\nca_bundle = /etc/corp.pem\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    assert Aws(Environment(name="t", region="us-east-1", profile=profile)).ca_bundle == bundle


def test_without_a_profile_base_urls_are_known_and_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """So JWT rows still run; a region that only the profile may name is a problem of the login."""
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    aws = Aws(Environment(name="t", region="us-east-1", profile="no-such-profile"))
    assert aws.login_problem is not None
    assert aws.login_problem.cause == "aws-profile-missing"
    assert aws.read("sts", "get_caller_identity") == (None, "aws-profile-missing")
    assert aws.base_url("cognito-idp") == "https://cognito-idp.us-east-1.amazonaws.com"
    with pytest.raises(AwsLoginError, match="aws-profile-missing"):
        Aws(Environment(name="t", profile="no-such-profile")).base_url("cognito-idp")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (json_answer({"__type": "AccessDeniedException"}, status="400 Bad Request"), "AccessDeniedException"),
        (http_answer(b"<html>busy</html>", status="503 Unavailable"), "503"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "EndpointConnectionError"),
    ],
)
def test_a_read_without_an_answer_has_a_reason(answer: bytes, reason: str) -> None:
    """The service's error code, else the name of botocore's error; one request, no retry."""
    requests: list[bytes] = []
    with recording(requests, answer) as url:
        aws = Aws(Environment(name="t", region="us-east-1", endpoints={"ssm": url}), KEYS)
        assert aws.read("ssm", "get_parameter", Name="n") == (None, reason)
    assert len(requests) == 1


def test_a_signature_is_added_and_can_be_removed() -> None:
    """It is for the region in the URL's host name."""
    aws = Aws(Environment(name="t", region="us-east-1"), KEYS)
    headers = {"Content-Type": "application/json"}
    url = "https://bedrock-agentcore.eu-west-1.amazonaws.com/runtimes/x/invocations"
    signed = aws.sign("POST", url, headers, b"{}")
    assert "/eu-west-1/bedrock-agentcore/aws4_request" in signed["Authorization"]
    assert without_signature(signed) == headers


def test_a_child_process_gets_the_keys_and_no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """With keys passed in, profiles and variables of the user are left out."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.invalid")
    variables = Aws(Environment(name="t", region="us-east-1"), KEYS).child_environment()
    assert variables == {
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret-access-key",
    }


def test_a_child_process_gets_the_keys_of_the_profile_so_that_it_never_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The profile stays for its other settings; keys of the environment would win over it in `aws`."""
    config = tmp_path / "config"
    config.write_text(
        "[profile corp]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret-of-corp\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAI44QH8DHBEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-variable")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session-of-variable")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/corp.pem")
    variables = Aws(Environment(name="t", region="us-east-1", profile="corp")).child_environment()
    assert variables["AWS_PROFILE"] == "corp"
    assert variables["AWS_ACCESS_KEY_ID"] == "AKIAIOSFODNN7EXAMPLE"
    assert variables["AWS_SECRET_ACCESS_KEY"] == "secret-of-corp"
    assert variables.keys().isdisjoint({"AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"})
    assert variables["AWS_CA_BUNDLE"] == "/etc/corp.pem"


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://bedrock-agentcore.us-east-1.amazonaws.com/x", "us-east-1"),
        ("https://gw.gateway.bedrock-agentcore.us-gov-west-1.amazonaws.com/mcp", "us-gov-west-1"),
        ("https://elsewhere.invalid/bedrock.us-east-1.amazonaws.com", None),
    ],
)
def test_the_region_in_a_host_name(url: str, region: str | None) -> None:
    """Only the host counts."""
    assert region_of(url) == region

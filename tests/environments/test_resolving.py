"""Names, ids, ARNs and URLs of targets, in an account that cannot be had from the embedded one."""

from __future__ import annotations

import pytest

from agentcore_probe.environments.groups import Group
from agentcore_probe.environments.resolving import Resolver, region_in
from agentcore_probe.errors import InputError, ProbeError
from agentcore_probe.model.inventory import Inventory, Resource

ACCOUNT = "arn:aws:bedrock-agentcore:eu-west-1:123456789012"
RUNTIME = Resource(
    kind="runtime", id="same-ABCDEFGHIJ", name="same", arn=f"{ACCOUNT}:runtime/same-ABCDEFGHIJ"
)
GATEWAY = Resource(
    kind="gateway", id="same-abcdefghij", name="same", domains=("mcp.example.com",),
    url="https://same-abcdefghij.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp",
)  # fmt: skip
HARNESS = Resource(
    kind="harness", id="helper-ABCDEFGHIJ", name="helper", arn=f"{ACCOUNT}:harness/helper-ABCDEFGHIJ",
    calls=(f"{ACCOUNT}:runtime/harness_helper-ABCDEFGHIJ",),
)  # fmt: skip
INVENTORY = Inventory(region="eu-west-1", account="123456789012", resources=(RUNTIME, GATEWAY, HARNESS))


def resolve(inventory: Inventory = INVENTORY, **texts: str) -> Group:
    resolver = Resolver(
        lambda: inventory, lambda: inventory, lambda: (), f"{ACCOUNT}:runtime/{{}}".format
    )  # fmt: skip
    options = {f"--{kind}" if kind != "any" else "TARGET": text for kind, text in texts.items()}
    return resolver.group(options, None)


def test_a_name_of_several_needs_its_kind() -> None:
    """The error names each with the option that means it."""
    with pytest.raises(InputError) as error:
        resolve(any="same")
    assert "'same' names 2 resources" in str(error.value)
    assert "--runtime same-ABCDEFGHIJ, or --gateway same-abcdefghij" in str(error.value)
    group = resolve(runtime="same", gateway="same")
    assert group.tables == {"runtime": {"arn": RUNTIME.arn}, "gateway": {"id": GATEWAY.id}}
    assert group.key == (RUNTIME.arn, GATEWAY.id)


def test_a_custom_domain_is_read_by_id_and_called_as_it_is() -> None:
    """The Gateway that names the host as its own; a host that none names is nobody's."""
    gateway = resolve(gateway="https://MCP.example.com/mcp").tables["gateway"]
    assert gateway == {"id": GATEWAY.id, "url": "https://MCP.example.com/mcp"}
    for url in (
        "https://other.example.com/mcp",
        "https://vpce-0123456789abcdef0-abcdefgh.gateway.bedrock-agentcore.eu-west-1.vpce.amazonaws.com/mcp",
    ):
        with pytest.raises(InputError, match="no Gateway of the region names this host"):
            resolve(gateway=url)


@pytest.mark.parametrize(
    "text",
    [
        "helper",
        "helper-ABCDEFGHIJ",
        HARNESS.arn,
        "https://bedrock-agentcore.eu-west-1.amazonaws.com/harnesses/invoke?harnessArn=arn%3Aaws%3Abedrock-agentcore"
        "%3Aeu-west-1%3A123456789012%3Aharness%2Fhelper-ABCDEFGHIJ",
    ],
)
def test_a_harness_means_the_runtime_behind_it(text: str) -> None:
    """With itself, for the comments of the file."""
    group = resolve(harness=text)
    assert group.tables == {"runtime": {"arn": HARNESS.calls[0]}}
    assert group.harnesses == (HARNESS,)


def test_a_harness_without_a_known_runtime_is_described_itself() -> None:
    """The file is about the harness alone."""
    alone = INVENTORY.model_copy(update={"resources": (HARNESS.model_copy(update={"calls": ()}),)})
    assert resolve(alone, harness="helper").tables == {"harness": {"arn": HARNESS.arn}}


@pytest.mark.parametrize("kind", ["runtime", "gateway"])
def test_what_is_of_another_kind_is_refused(kind: str) -> None:
    """An ARN says what it is."""
    other = {"runtime": f"{ACCOUNT}:gateway/same-abcdefghij", "gateway": str(RUNTIME.arn)}[kind]
    with pytest.raises(ProbeError, match=f"is not the ARN or URL of a {kind.capitalize()}"):
        resolve(INVENTORY, **{kind: other})


@pytest.mark.parametrize(
    ("text", "region"),
    [
        (f"{ACCOUNT}:runtime/same-ABCDEFGHIJ", "eu-west-1"),
        ("https://g-abcdefghij.gateway.bedrock-agentcore.us-gov-west-1.amazonaws.com/mcp", "us-gov-west-1"),
        ("https://bedrock-agentcore.ap-southeast-2.api.aws/runtimes/x/invocations", "ap-southeast-2"),
        ("https://mcp.example.com/mcp", None),
        ("same", None),
    ],
)
def test_an_address_names_its_region(text: str, region: str | None) -> None:
    """So it need not be given."""
    assert region_in(text) == region


def test_a_malformed_url_is_an_error_of_the_input() -> None:
    """Not of the program."""
    with pytest.raises(InputError, match="is not a URL"):
        region_in("http://[x")

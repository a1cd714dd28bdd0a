"""Reads a request's URL: which service it addresses, and how it names the Runtime."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from agentcore_probe.model.exchange import Request
from agentcore_probe.model.once import once
from agentcore_probe.model.partitions import is_aws_host
from agentcore_probe.providers import TOKEN_PATHS
from agentcore_probe.regex import regex

Service = Literal["runtime", "gateway", "cognito", "oauth", "other"]
HostKind = Literal["data", "control", "gateway", "registry", "session", "cognito", "loopback", "aws", "other"]

_HOST = regex(r"^(?:vpce-[\w-]+\.)?(?P<name>[a-z0-9-]+?)(?:-fips)?\.(?P<region>[a-z]{2,5}(?:-[a-z]+)+-\d)\.")
_GATEWAY_HOST = regex(r"\.gateway\.bedrock-agentcore(?:-fips)?\.(?P<region>[a-z0-9-]+)\.")
_SESSION_HOST = regex(
    r"[\w-]{1,63}\.bedrock-agentcore(?:-[a-z]{1,20})?\.(?P<region>[a-z0-9-]{1,30})\.(?:amazonaws|api\.aws|on\.aws)"
)
"""A host of a session's own endpoint: its form is not documented, but it is below the data plane's name."""
_PLACEHOLDERS = ("undefined", "null", "none", "nan")
_PADDING = " \t\r\n\"'\u200b\u2060\ufeff"
"""What is often pasted around an ARN: white space, quotes, zero-width characters."""


class Address(NamedTuple):
    """Where a request goes."""

    service: Service = "other"
    host: str = ""
    host_kind: HostKind = "other"
    region: str | None = None
    """The region in the host name."""
    path: str = ""
    identifier: str | None = None
    """The Runtime's ARN or id in the path, percent-decoded once; None if the path has no place for it."""
    suffix: str = ""
    """The path after the identifier."""
    raw_slash: bool = False
    """Whether the identifier is an ARN with a raw `/`, so that it takes two path segments."""
    double_encoded: bool = False
    qualifier: str | None = None
    account: str | None = None

    @property
    def on_data_path(self) -> bool:
        """Whether the path is one of the data plane's."""
        return self.suffix.rstrip("/") in (
            "invocations",
            "stopruntimesession",
            "commands",
            "ws",
            "ws/shells",
        )

    @property
    def is_vpc_endpoint(self) -> bool:
        """Whether the host is the name of a VPC endpoint."""
        return self.host.startswith("vpce-") or (is_aws_host(self.host) and ".vpce." in self.host)

    @property
    def is_former_registry(self) -> bool:
        """Whether it is the registry at the address of its preview (docs/agentcore.md section 11.16)."""
        paths = r"/registry/[^/]+/mcp|/registry-records/search"
        return self.host_kind == "data" and re.fullmatch(paths, self.path.rstrip("/")) is not None

    @property
    def is_harness(self) -> bool:
        """Whether it is that of a harness, which is called in another way than a Runtime (docs/agentcore.md section 11.15)."""
        return self.path.rstrip("/").endswith("/harnesses/invoke")

    @property
    def bare(self) -> str:
        """The identifier without padding."""
        return (self.identifier or "").strip(_PADDING)

    @property
    def is_arn(self) -> bool:
        """Whether the identifier is an ARN of any kind."""
        return self.bare.startswith("arn:")

    @property
    def arn_region(self) -> str | None:
        """The region in the ARN."""
        parts = self.bare.split(":")
        return parts[3] if len(parts) > 5 and parts[3] else None

    @property
    def arn_account(self) -> str | None:
        """The account in the ARN."""
        parts = self.bare.split(":")
        return parts[4] if len(parts) > 5 and parts[4] else None

    def names_another(self, arn: str) -> bool:
        """Whether the path has the ARN, or the id and account, of another Runtime than `arn`."""
        identifier = self.bare.split("/runtime-endpoint/")[0]
        if not identifier or self.blank_or_padded:
            return False
        if self.is_arn:
            return identifier != arn
        account = arn.split(":")[4] if arn.count(":") > 4 else None
        return self.account not in (None, account) or not arn.endswith(f"/{identifier}")

    @property
    def blank_or_padded(self) -> bool:
        """Whether the identifier is empty, a placeholder, or has white space around it."""
        if self.identifier is None:
            return False
        bare = self.bare
        placeholder = bare.lower() in _PLACEHOLDERS or bare.startswith(("$", "{", "<"))
        return bare != self.identifier or not bare or placeholder

    @property
    def wrong_kind(self) -> bool:
        """Whether the identifier is an ARN, but not a Runtime's."""
        resource = self.bare.split(":", 5)[-1]
        return self.is_arn and not re.fullmatch(r"runtime/[^/]+", resource)


def host_of(url: str) -> str:
    """The host of a URL with its port; empty if there is none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


_AGENT = regex(r"for agent (?P<quote>['\"]?)(?P<agent>[^\s'\"]+)(?P<end>['\"]?)")
_QUALIFIER = regex(r"qualifier '([^']*)'")


def read_from_message(message: str) -> Address:
    """The Runtime in an error message, for exchanges without a URL (a pasted botocore line).

    The SDK percent-encodes its argument, so an encoded ARN in the message was encoded twice.
    """
    agent = _AGENT.search(message)
    qualifier = _QUALIFIER.search(message)
    if agent is None:
        return Address(service="runtime", qualifier=qualifier[1] if qualifier else None)
    identifier = agent["agent"].rstrip(".,;")
    is_cut = identifier.endswith("…") or agent["agent"].endswith("...")
    is_cut = is_cut or (bool(agent["quote"]) and not agent["end"])
    is_cut = is_cut or (identifier.startswith("arn:") and identifier.count(":") < 5)
    return Address(
        service="runtime",
        identifier=None if is_cut else unquote(identifier),
        qualifier=qualifier[1] if qualifier else None,
        double_encoded=re.search(r"%3A|%2F", identifier, re.I) is not None,
    )


_COMMAND_ARN = regex(r"--agent-runtime-arn[ =](\S+)")
_COMMAND_QUALIFIER = regex(r"--qualifier[ =](\S+)")


def read_from_command(line: str) -> Address:
    """The Runtime in a command line of `aws bedrock-agentcore invoke-agent-runtime`."""
    arn, qualifier = _COMMAND_ARN.search(line), _COMMAND_QUALIFIER.search(line)
    return Address(
        service="runtime",
        identifier=arn[1] if arn else None,
        qualifier=qualifier[1] if qualifier else None,
    )


@once
def read(request: Request) -> Address:
    """The address of `request`; never raises."""
    try:
        parts = urlsplit(request.url)
        host = parts.hostname or ""
    except ValueError:
        return Address()
    query = parse_qs(parts.query, keep_blank_values=True)
    kind, region = _host(host)
    common = {
        "host": host,
        "host_kind": kind,
        "region": region,
        "path": parts.path,
        "qualifier": query.get("qualifier", [None])[0],
        "account": query.get("accountId", [None])[0],
    }
    service = _service(request, kind, parts.path)
    if parts.path.startswith("/runtimes/") and service == "runtime":
        return Address(service=service, **common, **_split_path(parts.path))  # type: ignore[arg-type]
    return Address(service=service, suffix=parts.path, **common)  # type: ignore[arg-type]


_HOST_KINDS: dict[str, HostKind] = {
    "bedrock-agentcore": "data",
    "bedrock-agentcore-control": "control",
    "cognito-idp": "cognito",
    "agent-registry": "registry",
}


def _host(host: str) -> tuple[HostKind, str | None]:
    """The kind and region of a host."""
    gateway = _GATEWAY_HOST.search(host)
    if gateway:
        return "gateway", gateway["region"]
    if host in ("127.0.0.1", "localhost", "::1"):
        return "loopback", None
    match = _HOST.match(host)
    session = _SESSION_HOST.search(host)
    if session and (match is None or match["name"] not in _HOST_KINDS):
        return "session", session["region"]
    if match is None:
        return "other", None
    kind = _HOST_KINDS.get(match["name"]) or ("aws" if is_aws_host(host) else "other")
    return kind, match["region"]


def _service(request: Request, kind: HostKind, path: str) -> Service:
    target = request.header("x-amz-target") or ""
    if _is_token_endpoint(request, kind, path):
        return "oauth"
    if kind == "cognito" or target.startswith("AWSCognitoIdentityProviderService"):
        return "cognito"
    if kind in ("gateway", "registry"):
        return "gateway"
    if kind in ("data", "control", "session") or "/runtimes/" in path:
        return "runtime"
    if path.rstrip("/").endswith("/mcp") or '"jsonrpc"' in (request.body or ""):
        return "gateway"
    return "other"


def _is_token_endpoint(request: Request, kind: HostKind, path: str) -> bool:
    """Whether the body requests a grant, as a form or as JSON, or the path is a provider's usual one."""
    if kind in ("data", "control", "gateway", "registry", "session"):
        return False
    requests_grant = re.search(r"(^|&)grant_type=|\"grant_type\"\s*:", request.body or "") is not None
    return requests_grant or path.rstrip("/").endswith(TOKEN_PATHS)


def _split_path(path: str) -> dict[str, object]:
    """How `/runtimes/...` divides into identifier and suffix."""
    segments = path.removeprefix("/runtimes/").split("/")
    first = segments[0]
    identifier = unquote(first)
    if first == "invocations" and len(segments) == 1:
        return {"identifier": "", "suffix": "invocations"}
    arn_is_cut = identifier.startswith("arn:") and "/" not in identifier and "%25" not in first
    raw_slash = arn_is_cut and len(segments) > 2
    length = 1
    if raw_slash:
        length = 4 if len(segments) > 3 and segments[2] == "runtime-endpoint" else 2
        identifier = unquote("/".join(segments[:length]))
    return {
        "identifier": identifier,
        "suffix": "/".join(segments[length:]),
        "raw_slash": raw_slash,
        "double_encoded": re.search(r"%25(3A|2F)", first, re.I) is not None,
    }

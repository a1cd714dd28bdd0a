"""Reads a request's URL: whom it addresses, and how the Runtime's ARN stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from agentcore_probe.model.exchange import Request
from agentcore_probe.providers import TOKEN_PATHS

Service = Literal["runtime", "gateway", "cognito", "oauth", "other"]
HostKind = Literal["data", "control", "gateway", "cognito", "loopback", "aws", "other"]

_HOST = re.compile(
    r"^(?:vpce-[\w-]+\.)?(?P<name>[a-z0-9-]+?)(?:-fips)?\.(?P<region>[a-z]{2,5}(?:-[a-z]+)+-\d)\."
)
_GATEWAY_HOST = re.compile(r"\.gateway\.bedrock-agentcore\.(?P<region>[a-z0-9-]+)\.")
_PLACEHOLDERS = ("undefined", "null", "none", "nan")
_PADDING = " \t\r\n\"'\u200b\u2060\ufeff"
"""What stands around an ARN that was pasted: white space, quotes, zero-width characters."""


@dataclass(frozen=True)
class Address:
    """Where a request goes."""

    service: Service = "other"
    host: str = ""
    host_kind: HostKind = "other"
    region: str | None = None
    """The region in the host name."""
    path: str = ""
    identifier: str | None = None
    """What stands for the Runtime, percent-decoded once; None where the path has no place for it."""
    suffix: str = ""
    """The path behind the identifier."""
    raw_slash: bool = False
    """The identifier is an ARN whose `/` stands un-encoded, so it takes two path segments."""
    double_encoded: bool = False
    qualifier: str | None = None
    account: str | None = None

    @property
    def on_data_path(self) -> bool:
        """Whether the path is one of the data plane's."""
        return self.suffix.rstrip("/") in ("invocations", "stopruntimesession", "ws")

    @property
    def bare(self) -> str:
        """The identifier without what was pasted around it."""
        return (self.identifier or "").strip(_PADDING)

    @property
    def is_arn(self) -> bool:
        """Whether the identifier is an ARN of any kind."""
        return self.bare.startswith("arn:")

    @property
    def arn_region(self) -> str | None:
        """The region that the ARN names."""
        parts = self.bare.split(":")
        return parts[3] if len(parts) > 5 and parts[3] else None

    def names_another(self, arn: str) -> bool:
        """Whether the path names, by ARN or by id and account, another Runtime than `arn`."""
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
        given = self.identifier
        if given is None:
            return False
        bare = self.bare
        placeholder = bare.lower() in _PLACEHOLDERS or bare.startswith(("$", "{", "<"))
        return bare != given or not bare or placeholder

    @property
    def wrong_kind(self) -> bool:
        """Whether the identifier is the ARN of something that is no Runtime."""
        resource = self.bare.split(":", 5)[-1]
        return self.is_arn and not re.fullmatch(r"runtime/[^/]+", resource)


def host_of(url: str) -> str:
    """The host of a URL with its port; empty where there is none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


_NAMED = re.compile(r"for agent (?P<agent>\S+)")


def named(message: str) -> Address:
    """The Runtime that an error message names, where no URL is at hand (a pasted botocore line).

    The SDK percent-encodes what it is given, so an encoded ARN in the message was encoded twice.
    """
    found = _NAMED.search(message)
    if found is None:
        return Address(service="runtime")
    given = found["agent"].rstrip(".,;")
    return Address(
        service="runtime",
        identifier=unquote(given),
        qualifier=asked[1] if (asked := re.search(r"qualifier '([^']*)'", message)) else None,
        double_encoded=re.search(r"%3A|%2F", given, re.I) is not None,
    )


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
        return Address(service=service, **common, **_identified(parts.path))  # type: ignore[arg-type]
    return Address(service=service, suffix=parts.path, **common)  # type: ignore[arg-type]


def _host(host: str) -> tuple[HostKind, str | None]:
    gateway = _GATEWAY_HOST.search(host)
    if gateway:
        return "gateway", gateway["region"]
    if host in ("127.0.0.1", "localhost", "::1"):
        return "loopback", None
    found = _HOST.match(host)
    kinds: dict[str, HostKind] = {
        "bedrock-agentcore": "data",
        "bedrock-agentcore-control": "control",
        "cognito-idp": "cognito",
    }
    if found:
        known = kinds.get(found["name"])
        return known or ("aws" if ".amazonaws.com" in host else "other"), found["region"]
    return "other", None


def _service(request: Request, kind: HostKind, path: str) -> Service:
    target = request.header("x-amz-target") or ""
    if _is_token_endpoint(request, kind, path):
        return "oauth"
    if kind == "cognito" or target.startswith("AWSCognitoIdentityProviderService"):
        return "cognito"
    if kind == "gateway":
        return "gateway"
    if kind in ("data", "control") or "/runtimes/" in path:
        return "runtime"
    if path.rstrip("/").endswith("/mcp") or '"jsonrpc"' in (request.body or ""):
        return "gateway"
    return "other"


def _is_token_endpoint(request: Request, kind: HostKind, path: str) -> bool:
    """A grant was asked for, as a form or as JSON, or a provider's usual path was called."""
    if kind in ("data", "control", "gateway"):
        return False
    asks = re.search(r"(^|&)grant_type=|\"grant_type\"\s*:", request.body or "") is not None
    return asks or path.rstrip("/").endswith(TOKEN_PATHS)


def _identified(path: str) -> dict[str, object]:
    """How `/runtimes/...` divides into identifier and suffix."""
    segments = path.removeprefix("/runtimes/").split("/")
    first = segments[0]
    decoded = unquote(first)
    raw_slash = decoded.startswith("arn:") and "/" not in decoded and "%25" not in first and len(segments) > 2
    if first == "invocations" and len(segments) == 1:
        return {"identifier": "", "suffix": "invocations"}
    taken = 1
    if raw_slash:
        taken = 4 if len(segments) > 3 and segments[2] == "runtime-endpoint" else 2
        decoded = unquote("/".join(segments[:taken]))
    return {
        "identifier": decoded,
        "suffix": "/".join(segments[taken:]),
        "raw_slash": raw_slash,
        "double_encoded": re.search(r"%25(3A|2F)", first, re.I) is not None,
    }

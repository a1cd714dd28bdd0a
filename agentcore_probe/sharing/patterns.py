"""Names that are told by their form, wherever they stand: ids, ARNs, hosts, addresses."""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_plus

from agentcore_probe.sharing.pseudonyms import Pseudonyms

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_SIMPLE = (
    ("account", re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])|(?<![0-9-])[0-9]{4}-[0-9]{4}-[0-9]{4}(?![0-9-])")),
    ("name", re.compile(r"(?<![\w:/.-])[a-zA-Z][\w-]*-[0-9]{12}(?:-[\w-]+)?(?![\w-])")),
    ("mail", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("pool", re.compile(r"(?<![\w-])[a-z]{2}(?:-[a-z]+)+-\d_[0-9A-Za-z]{4,}(?![\w-])")),
    ("uuid", re.compile(rf"(?<![\w-]){_UUID}(?![\w-])")),
    ("session", re.compile(rf"(?<![\w-])[A-Za-z]{{1,12}}-{_UUID}(?![\w-])")),
    ("key", re.compile(r"(?<![A-Z0-9])A[KSRIG][A-Z]A[A-Z0-9]{8,}(?![A-Z0-9])")),
    ("aws-id", re.compile(r"(?<![\w-])(?:vpce(?:-svc)?|vpc|subnet|sg|eni|i|acl|rtb)-[0-9a-f]{8,17}(?:-[0-9a-z]{4,12})?(?![\w-])")),
    (
        "address6",
        re.compile(
            r"(?<![\w:])(?:(?:[0-9a-fA-F]{1,4}:){5,7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:)+:(?:[0-9a-fA-F]{1,4}:?)*)(?![\w:])"
        ),
    ),
)  # fmt: skip
_ADDRESS = re.compile(r"(?<![\w.])(?!127\.)(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]*:([\w+=,.@:/<>$*!-]+)")
_HOST = re.compile(r"https?://(?:[^/@\s\"']*@)?([\w.-]+)(?::\d+)?([^\s\"'<>?#]*)")
_DOTTED = re.compile(
    r"(?<![\w@/.+%-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<last>[a-z]{2}|com|net|org|info|biz|dev|app|cloud|internal|"
    r"local|corp|lan|intra|intranet|private|home|example|tech|tools|company|consulting|systems|services|solutions|digital|"
    r"agency|online|site|store|tokyo|group|global|academy|team|software|network|email)(?![\w-])",
    re.I,
)
_AWS = re.compile(
    r"(^|\.)(amazonaws\.com(\.cn)?|aws\.amazon\.com|amazoncognito\.com|api\.aws|amazon\.com)$", re.I
)
_NO_HOST = frozenset({"py", "js", "md", "ts", "sh", "rs", "go"})
_OWN_SERVICES = re.compile(
    r"^(bedrock-agentcore(-control)?|cognito-idp|sts|iam)\.[\w.-]*amazonaws\.com", re.I
)
"""Hosts whose names and paths say nothing of a customer beyond what is found otherwise."""
_ARN_WORDS = frozenset(
    {
        "runtime", "gateway", "runtime-endpoint", "default", "user", "role", "assumed-role", "federated-user",
        "policy", "secret", "function", "userpool", "memory", "harness", "group", "root", "parameter", "instance",
        "workload-identity-directory", "workload-identity", "aws-reserved", "sso.amazonaws.com", "service-role",
        "invocations", "well-known",
    }
)  # fmt: skip
_PATH_WORDS = frozenset(
    {
        ".well-known", "openid-configuration", "oauth-authorization-server", "oauth-protected-resource", "jwks.json",
        "jwks", "oauth2", "oauth", "token", "keys", "v1", "v2", "v2.0", "discovery", "realms", "protocol",
        "openid-connect", "certs", "authorize", "login", "default", "common", "organizations", "consumers", "mcp",
        "runtimes", "invocations",
    }
)  # fmt: skip


def collect(text: str, names: Pseudonyms) -> None:
    """Notes every name in `text` that its form gives away."""
    for plain in dict.fromkeys((text, unquote_plus(text))):
        for kind, pattern in _SIMPLE:
            for found in pattern.finditer(plain):
                names.put(kind, found[0])
    for found in _ADDRESS.finditer(text):
        names.put("address", found[0])
    for found in _ARN.finditer(unquote(unquote(text))):
        _arn(found[1].rstrip(".,:"), names)
    for found in _HOST.finditer(text):
        _url(found[1], found[2], names)
    for found in _DOTTED.finditer(text):
        if found["last"].lower() not in _NO_HOST:
            _host(found[0], names)


def _arn(resource: str, names: Pseudonyms) -> None:
    """Every part of the resource that is no word of AWS's own."""
    kind = ""
    for part in re.split(r"[/:]", resource):
        if part.lower() in _ARN_WORDS | _PATH_WORDS:
            kind = part
        elif "@" not in part and not re.fullmatch(r"[\d*<>$]*|DEFAULT", part):
            told = {"runtime": "runtime", "gateway": "gateway", "userpool": "pool"}.get(kind, "name")
            fits = "-" in part if told in ("runtime", "gateway") else "_" in part
            names.put(told if fits else "name", part)


def _url(host: str, path: str, names: Pseudonyms) -> None:
    """Its host; and of a host that is not AWS's, the parts of the path that name a tenant or a server."""
    _host(host, names)
    if not _is_ours(host) and not _OWN_SERVICES.search(host):
        for part in path.split("/"):
            if part.lower() not in _PATH_WORDS and re.fullmatch(r"[\w~-]{3,}", part):
                names.put("name", part)


def _is_ours(host: str) -> bool:
    """Whether it is this machine, or a name that cannot exist (RFC 6761)."""
    return host.lower() in ("localhost", "127.0.0.1") or host.lower().endswith(".invalid")


def _host(host: str, names: Pseudonyms) -> None:
    """An AWS host keeps its service and region; any other host, and a Gateway's or VPC endpoint's label, does not."""
    label, _, rest = host.partition(".")
    if rest.startswith("gateway.bedrock-agentcore."):
        names.put("gateway", label)
    elif ".vpce." in host:
        names.put("aws-id", label)
    elif _AWS.search(host) and not _OWN_SERVICES.search(host):
        names.put("name", label)
    elif (
        not _AWS.search(host) and not _is_ours(host) and not re.fullmatch(r"[\d.]+|example\.(com|org)", host)
    ):
        names.put("host", host)

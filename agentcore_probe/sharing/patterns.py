"""Finds names by their form, anywhere in a text: ids, ARNs, hosts, addresses."""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_plus, urlsplit

from agentcore_probe.clients import CLIENTS
from agentcore_probe.model.partitions import is_aws_host
from agentcore_probe.regex import regex
from agentcore_probe.sharing.pseudonyms import Pseudonyms

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_FORMS = (
    ("uuid", regex(rf"(?<![\w-]){_UUID}(?![\w-])")),
    ("session", regex(rf"(?<![\w-])[A-Za-z]{{1,12}}-{_UUID}(?![\w-])")),
    ("account", regex(r"(?<![0-9])[0-9]{12}(?![0-9])|(?<![0-9-])[0-9]{4}-[0-9]{4}-[0-9]{4}(?![0-9-])")),
    ("name", regex(r"(?<![\w:/.-])[a-zA-Z][\w-]*-[0-9]{12}(?:-[\w-]+)?(?![\w-])")),
    ("mail", regex(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("pool", regex(r"(?<![\w-])[a-z]{2,5}(?:-[a-z]+)+-\d_[0-9A-Za-z]{4,}(?![\w-])")),
    ("key", regex(r"(?<![A-Z0-9])A[KSRIG][A-Z]A[A-Z0-9]{8,}(?![A-Z0-9])")),
    ("aws-id", regex(r"(?<![\w-])(?:vpce(?:-svc)?|vpc|subnet|sg|eni|i|acl|rtb)-[0-9a-f]{8,17}(?:-[0-9a-z]{4,12})?(?![\w-])")),
    (
        "address6",
        regex(
            r"(?<![\w:])(?:(?:[0-9a-fA-F]{1,4}:){5,7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:)+:(?:[0-9a-fA-F]{1,4}:?)*)(?![\w:])"
        ),
    ),
)  # fmt: skip
"""Kind of name and its form. A UUID is first: it may end with twelve digits, as the name of a bucket does."""
_ADDRESS = regex(r"(?<![\w.])(?!127\.)(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_ARN = regex(r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]*:([\w+=,.@:/<>$*!-]+)")
_URL = regex(r"https?://(?:[^/@\s\"']*@)?([\w.-]+)(?::(\d+))?([^\s\"'<>?#]*)")
_HOST_NAME = regex(
    r"(?<![\w@/.+%-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<last>[a-z]{2}|com|net|org|info|biz|dev|app|cloud|internal|"
    r"local|corp|lan|intra|intranet|private|home|example|tech|tools|company|consulting|systems|services|solutions|digital|"
    r"agency|online|site|store|tokyo|group|global|academy|team|software|network|email)(?![\w-])",
    re.I,
)
_OTHER_AWS_HOST = regex(r"(^|\.)(amazonaws\.com|aws\.amazon\.com|amazoncognito\.com|amazon\.com)$", re.I)
_CLIENT_HOSTS = frozenset(
    urlsplit(client.client_metadata_url).hostname or "" for client in CLIENTS if client.client_metadata_url
)
"""Where known MCP clients publish their metadata documents: their users are everywhere."""
_FILE_SUFFIXES = frozenset({"py", "js", "md", "ts", "sh", "rs", "go"})
"""What looks like a top-level domain, but ends the name of a file."""
_PUBLIC_AWS_LABEL = regex(r"(bedrock-agentcore(-control)?|cognito-idp|sts|iam)(-fips)?", re.I)
"""Hosts whose names and paths identify a customer only by ids that are found by their own form."""
_ARN_WORDS = frozenset(
    {
        "runtime", "gateway", "runtime-endpoint", "default", "user", "role", "assumed-role", "federated-user",
        "policy", "secret", "function", "userpool", "memory", "harness", "registry", "group", "root", "parameter", "instance",
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


def collect_names(text: str, pseudonyms: Pseudonyms) -> None:
    """Adds every name in `text` that is recognized by its form."""
    for variant in dict.fromkeys((text, unquote_plus(text))):
        for kind, form in _FORMS:
            for match in form.finditer(variant):
                pseudonyms.add(kind, match[0])
    for match in _ADDRESS.finditer(text):
        pseudonyms.add("address", match[0])
    for match in _ARN.finditer(unquote(unquote(text))):
        _collect_from_arn(match[1].rstrip(".,:"), pseudonyms)
    for match in _URL.finditer(text):
        _collect_from_url(match[1], match[3], pseudonyms)
        if match[2] not in (None, "80", "443"):
            _collect_port(match[1], match[2], pseudonyms)
    for match in _HOST_NAME.finditer(text):
        if match["last"].lower() not in _FILE_SUFFIXES:
            _collect_host(match[0], pseudonyms)


def _collect_from_arn(resource: str, pseudonyms: Pseudonyms) -> None:
    """Adds every part of an ARN's resource that is not one of AWS's own words."""
    resource_type = ""
    for part in re.split(r"[/:]", resource):
        if part.lower() in _ARN_WORDS | _PATH_WORDS:
            resource_type = part
        elif "@" not in part and not re.fullmatch(r"[\d*<>$]*|DEFAULT", part):
            pseudonyms.add(_kind_of_resource(resource_type, part), part)


def _kind_of_resource(resource_type: str, name: str) -> str:
    """The kind with the form of a resource's id, else "name"."""
    if resource_type in ("runtime", "gateway") and "-" in name:
        return resource_type
    if resource_type == "harness" and "-" in name:
        return "runtime"  # ids of both have one form
    if resource_type == "registry" and name.isalnum():
        return "registry"
    return "pool" if resource_type == "userpool" and "_" in name else "name"


def is_of_client(url: str) -> bool:
    """Whether a URL, or a pattern of URLs, is on a host where a known MCP client publishes its metadata document."""
    match = _URL.match(url)
    return match is not None and match[1].lower() in _CLIENT_HOSTS


def _collect_from_url(host: str, path: str, pseudonyms: Pseudonyms) -> None:
    """Adds the host and, unless it is this machine or AWS's own, the parts of the path that name a tenant."""
    if host.lower() in _CLIENT_HOSTS:
        return
    _collect_host(host, pseudonyms)
    if _is_own_host(host) or _is_public_aws_host(host):
        return
    for part in path.split("/"):
        if part.lower() not in _PATH_WORDS and re.fullmatch(r"[\w~-]{3,}", part):
            pseudonyms.add("name", part)


def _collect_port(host: str, port: str, pseudonyms: Pseudonyms) -> None:
    """Adds `host:port`: an unusual port identifies an environment. The host keeps its own pseudonym."""
    shared_host = host if _is_own_host(host) else pseudonyms.registered(host)
    if shared_host is not None:
        shared_port = 10000 + int(pseudonyms.pseudonym("number", f"{host} {port}")) % 50000
        pseudonyms.register(f"{host}:{port}", f"{shared_host}:{shared_port}")


def _is_own_host(host: str) -> bool:
    """Whether the host is this machine, or a name that cannot exist (RFC 6761)."""
    return host.lower() in ("localhost", "127.0.0.1") or host.lower().endswith(".invalid")


def _is_public_aws_host(host: str) -> bool:
    return is_aws_host(host) and _PUBLIC_AWS_LABEL.fullmatch(host.partition(".")[0]) is not None


def _collect_host(host: str, pseudonyms: Pseudonyms) -> None:
    """Adds the label of an AWS host that identifies a customer; any other host is added whole."""
    label, _, domain = host.partition(".")
    is_aws = is_aws_host(host) or _OTHER_AWS_HOST.search(host) is not None
    is_address_or_example = re.fullmatch(r"[\d.]+|example\.(com|org)", host) is not None
    if ".vpce." in host:
        pseudonyms.add("aws-id", label)
    elif domain.startswith("gateway.bedrock-agentcore."):
        pseudonyms.add("gateway", label)
    elif is_aws:
        if not _is_public_aws_host(host):
            pseudonyms.add("name", label)
    elif not _is_own_host(host) and not is_address_or_example and host.lower() not in _CLIENT_HOSTS:
        pseudonyms.add("host", host)

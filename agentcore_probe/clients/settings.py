"""Settings files of MCP clients, as text: the forms that several of them share."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from agentcore_probe.model.mcp_client import SnippetValues, Source

TOKEN_VARIABLE = "MCP_TOKEN"  # noqa: S105
"""The environment variable of which snippets read a token that the user has obtained."""


def as_json(settings: Mapping[str, Any]) -> str:
    """Settings as an indented JSON document."""
    return json.dumps(settings, indent=2, ensure_ascii=False)


def mcp_servers(values: SnippetValues, server: Mapping[str, Any]) -> str:
    """The JSON document in which most clients list their servers, with one server."""
    return as_json({"mcpServers": {values.name: server}})


def listed_redirect_uri(values: SnippetValues, form: str, port: int) -> str:
    """The redirect URI that a configuration uses: the first listed one that has the form, else the form with a port.

    Args:
        values: the environment's.
        form: the redirect URI of a client, with `{port}`.
        port: where none is listed.
    """
    pattern = re.compile(re.escape(form).replace(re.escape("{port}"), r"\d{1,5}"))
    listed = (uri for uri in values.redirect_uris if pattern.fullmatch(uri))
    return next(listed, form.replace("{port}", str(port)))


def port_of(redirect_uri: str) -> int:
    """The port of a redirect URI that has one."""
    return urlsplit(redirect_uri).port or 0


def url_only(values: SnippetValues) -> str:
    """The settings file of a client that needs nothing but the server's address."""
    return mcp_servers(values, {"url": values.url})


def signing_proxy(values: SnippetValues) -> dict[str, Any]:
    """A server that a client starts: mcp-proxy-for-aws, which signs the calls with the AWS credentials of its environment.

    At a custom domain, version 1.7.0 does not start without the variable AWS_REGION, whatever `--region` says.
    """
    options = ["--service", values.service, "--region", values.region]
    command = [f"mcp-proxy-for-aws-cli@{PROXY_VERSION}", values.url, *options]
    return {"command": "uvx", "args": command, "env": {"AWS_REGION": values.region}}


def signed(values: SnippetValues) -> str:
    """The settings file of a client that starts mcp-proxy-for-aws."""
    return mcp_servers(values, signing_proxy(values))


PROXY_VERSION = "1.7.0"
"""Of mcp-proxy-for-aws, and of mcp-proxy-for-aws-cli, which pins its dependencies."""
PROXY = Source(
    text="PyPI mcp-proxy-for-aws, README: Installation, Configuration Parameters, Setup Examples",
    url="https://pypi.org/project/mcp-proxy-for-aws/",
    version=PROXY_VERSION,
)
"""Where the proxy's options are documented."""

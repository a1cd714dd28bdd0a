"""What this machine's environment decides about a connection: its proxy, and the certificates that are trusted."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from agentcore_probe.errors import InputError
from agentcore_probe.model.environment import LOOPBACK

_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE")
"""Variables that name the trusted authorities, the first that is set counts: those of requests, then that of AWS."""


def connection_settings(session: requests.Session, url: str, ca_bundle: str | None) -> dict[str, Any]:
    """The proxy and the trusted authorities for `url`, as arguments of `requests.Session.send`.

    Args:
        session: sends the request.
        url: of the request.
        ca_bundle: the authorities where no environment variable names them.

    Raises:
        InputError: they cannot be used.
    """
    settings: dict[str, Any] = dict(session.merge_environment_settings(url, {}, True, True, None))
    parts = urlsplit(url)
    if parts.hostname in LOOPBACK:
        settings["proxies"] = {}
    if (proxy_of(url, settings) or "").startswith("socks") and not importlib.util.find_spec("socks"):
        raise InputError(
            "this machine's proxy is a SOCKS proxy, which needs PySocks",
            hint='Install it: pip install "requests[socks]"',
        )
    where, path = ca_bundle_of(ca_bundle)
    if path and parts.scheme == "https":
        if not Path(path).exists():
            raise InputError(
                f"no such file: {path}", where=where, hint="Name a file with the trusted certificates"
            )
        settings["verify"] = path
    return settings


def ca_bundle_of(profiles: str | None) -> tuple[str, str | None]:
    """The file with the trusted authorities, if one is named, and what names it.

    Args:
        profiles: the one of the AWS profile, which counts where no variable names one.
    """
    return next(
        ((name, value) for name in _CA_VARIABLES if (value := os.environ.get(name))),
        ("ca_bundle of the AWS profile", profiles),
    )


def proxy_for(url: str) -> str | None:
    """The proxy that a request to `url` would be sent through, or None. Nothing is sent.

    Args:
        url: of the request.

    Raises:
        InputError: the proxy, or the trusted authorities that a variable names, cannot be used.
    """
    with requests.Session() as session:
        return proxy_of(url, connection_settings(session, url, None))


def proxy_of(url: str, settings: Mapping[str, Any]) -> str | None:
    """The proxy that a request to `url` is sent through, or None."""
    proxy: str | None = requests.utils.select_proxy(url, settings["proxies"])
    return proxy.lower() if proxy else None

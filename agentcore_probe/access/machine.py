"""What this machine's environment decides about a connection: its proxy, and the certificates that are trusted."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests

from agentcore_probe.access import redaction
from agentcore_probe.errors import InputError
from agentcore_probe.model.hosts import LOOPBACK

_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE")
"""Variables that name the trusted authorities, the first that is set counts: those of requests, then that of AWS."""


class Route(NamedTuple):
    """How a request to a URL leaves this machine. Contains no credentials of the proxy."""

    proxy: str | None
    """`http://HOST:PORT`, or `http://<credential>@HOST:PORT`; None: directly."""
    proxy_from: str | None
    """The variable that names the proxy; also where the host is an exception from it."""
    authorities: str | None
    """The file with the trusted certificates; None: those of certifi."""
    authorities_from: str | None
    """The setting that names it."""


def connection_settings(session: requests.Session, url: str, ca_bundle: str | None) -> dict[str, Any]:
    """The proxy and the trusted authorities for `url`, as arguments of `requests.Session.send`.

    Args:
        session: sends the request.
        url: of the request.
        ca_bundle: the authorities where no environment variable names them.

    Raises:
        InputError: they cannot be used.
    """
    parts = urlsplit(url)
    if parts.hostname in LOOPBACK and parts.scheme == "http":
        return {"proxies": {}, "stream": True, "verify": True, "cert": None}
    settings: dict[str, Any] = dict(session.merge_environment_settings(url, {}, True, True, None))
    if parts.hostname in LOOPBACK:
        settings["proxies"] = {}
    if (proxy_of(url, settings) or "").startswith("socks") and not importlib.util.find_spec("socks"):
        raise InputError(
            "this machine's proxy is a SOCKS proxy, which needs PySocks",
            hint='Install it: pip install "requests[socks]"',
        )
    if parts.scheme == "https" and (path := existing_ca_bundle(ca_bundle)):
        settings["verify"] = path
    return settings


def existing_ca_bundle(profiles: str | None) -> str | None:
    """The file with the trusted authorities, if one is named.

    Args:
        profiles: the one of the AWS profile, which counts where no variable names one.

    Raises:
        InputError: it does not exist.
    """
    where, path = ca_bundle_of(profiles)
    if path and not Path(path).exists():
        raise InputError(
            f"no such file: {path}", where=where, hint="Name a file with the trusted certificates"
        )
    return path


def ca_bundle_of(profiles: str | None) -> tuple[str, str | None]:
    """The file with the trusted authorities, if one is named, and what names it.

    Args:
        profiles: the one of the AWS profile, which counts where no variable names one.
    """
    name = first_set(_CA_VARIABLES)
    return (name, os.environ[name]) if name else ("ca_bundle of the AWS profile", profiles)


def first_set(variables: Iterable[str]) -> str | None:
    """The name of the first of these variables that is set and not empty, or None."""
    return next((name for name in variables if os.environ.get(name)), None)


def proxy_of(url: str, settings: Mapping[str, Any]) -> str | None:
    """The proxy that a request to `url` is sent through, or None."""
    proxy: str | None = requests.utils.select_proxy(url, settings["proxies"])
    return proxy.lower() if proxy else None


def route(url: str, ca_bundle: str | None) -> Route:
    """How a request to `url` would leave this machine.

    Args:
        url: of the request.
        ca_bundle: the authorities where no environment variable names them.

    Raises:
        InputError: this machine's settings cannot be used.
    """
    with requests.Session() as session:
        proxy = proxy_of(url, connection_settings(session, url, ca_bundle))
    names = [
        name for kind in (urlsplit(url).scheme, "all") for name in (f"{kind}_proxy", f"{kind}_PROXY".upper())
    ]
    where, path = ca_bundle_of(ca_bundle)
    return Route(
        proxy=redaction.text(proxy) if proxy else None,
        proxy_from=first_set(names),
        authorities=path,
        authorities_from=where if path else None,
    )

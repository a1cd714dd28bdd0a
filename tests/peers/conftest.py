"""Fixtures of the tests with peers, and their table."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.peers.table import HEADER, LOGIN_HEADER, LOGIN_PROPERTY, PROPERTY, Peer, table, version_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test` leaves them out: peers are installed by `make peers`."""
    for item in items:
        if "tests/peers/" in item.nodeid:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def peer(record_property: Callable[[str, object], None]) -> Callable[..., Peer]:
    """Names a peer of the test and its role, for the table."""

    def name(name: str, role: str, group: str | None = None) -> Peer:
        peer = Peer(name, group, role)
        record_property(PROPERTY, (name, version_of(peer), role))
        return peer

    return name


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints peer, version, role and result; and what clients did beside what was forecast."""
    reports = [
        (outcome, report)
        for outcome in ("passed", "failed", "skipped")
        for report in terminalreporter.stats.get(outcome, ())
    ]
    rows = [(*value, outcome) for outcome, report in reports for value in _values(report, PROPERTY)]
    logins = [value for _, report in reports for value in _values(report, LOGIN_PROPERTY)]
    for header, lines in ((HEADER, rows), (LOGIN_HEADER, logins)):
        for line in table(header, lines) if lines else ():
            terminalreporter.write_line(line)
    if logins:
        equal = sum(did == forecast for *_, did, forecast in logins)
        terminalreporter.write_line(f"{equal} of {len(logins)} forecasts are what the client did")


def _values(report: pytest.TestReport, name: str) -> list[tuple[str, ...]]:
    properties = getattr(report, "user_properties", ())
    return [value for property, value in properties if property == name]


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sets the proxy and the certificate authorities itself."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE") or name.startswith("SSL_CERT_"):
            monkeypatch.delenv(name)

"""The table of controls on the page: one line each, with the anchor that every exchange has."""

from __future__ import annotations

import pytest

from agentcore_probe.model.environment import Environment, LocalSetup
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.report import Report
from tests.embedded import observed, recorded


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_refused_control_takes_one_line(language: str) -> None:
    """All exchanges are in the section, and it stays small; what was not tried is said."""
    record = recorded(LocalSetup())
    report = Report(record, language)
    html = report.evidence().html
    for exchange in record.exchanges:
        assert f'id="{report.view.anchor(exchange.id)}"' in html
    assert html.count('<tr id="') > 70
    assert "expired_token" in html
    assert len(html.encode()) < 130_000
    assert html.count('<details class="exchange"') < 40


def test_an_accepted_control_is_shown_in_full() -> None:
    """With its request and answer."""
    record = observed(Environment(name="t", local=LocalSetup(faults=("takes-alg-none",))), experiments=False)
    report = Report(record, "en")
    accepted = [
        exchange for exchange in record.exchanges if exchange.forged == "alg-none" and exchange.response
    ]
    html = report.evidence().html
    assert len(accepted) == 2
    for exchange in accepted:
        assert f'<tr id="{report.view.anchor(exchange.id)}"' not in html
        assert f'<code class="id">{exchange.id}</code>' in html

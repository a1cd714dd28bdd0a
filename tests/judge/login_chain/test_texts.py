"""Every reason has its sentences in each language, and every sentence its reason."""

from __future__ import annotations

from typing import get_args

import pytest

from agentcore_probe.judge.login_chain.reasons import UNREAD, Caution, Connection, Reason, StepReason
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.providers import PROVIDERS
from agentcore_probe.report.messages import messages

REASONS = get_args(Reason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_sentences(language: str) -> None:
    """Why a client stops and what to change; why it connects; what may still go wrong, without variables."""
    known = messages(language)
    wanted = [
        *(f"{kind}{reason}" for reason in REASONS for kind in ("forecast-", "forecast-fix-")),
        *(f"forecast-{reason}" for reason in (*get_args(Connection), *get_args(Caution))),
        *(f"login-step-{reason}" for reason in get_args(StepReason)),
    ]
    assert [id for id in wanted if not known.has(id)] == []
    assert not any(known.variables(f"forecast-{caution}") for caution in get_args(Caution))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_its_reason(language: str) -> None:
    """Also a fix of one provider, which knows no other values than that of all."""
    known = messages(language)
    providers = [provider.id for provider in PROVIDERS]
    of_providers = {
        f"forecast-fix-{reason}-{provider}": reason for reason in REASONS for provider in providers
    }
    reasons = {*REASONS, *get_args(Connection), *get_args(Caution)}
    for id in known.ids:
        if id in of_providers:
            assert known.variables(id) <= known.variables(f"forecast-{of_providers[id]}")
        elif id.startswith("forecast-"):
            assert id.removeprefix("forecast-").removeprefix("fix-") in reasons
        elif id.startswith("login-step-"):
            assert id.removeprefix("login-step-") in {*REASONS, *get_args(StepReason)}


def test_what_was_not_read_is_a_reason() -> None:
    """The walk ends after these only."""
    assert set(UNREAD) < set(REASONS)

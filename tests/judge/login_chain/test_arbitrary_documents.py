"""Every valid record has its chains: documents, headers and settings may be anything."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentcore_probe.clients import CLIENTS as TABLE
from agentcore_probe.judge.login_chain import login_chains
from agentcore_probe.judge.login_chain.forecast import forecast
from agentcore_probe.judge.login_chain.situation import situation_of
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.login_chain import STEPS
from agentcore_probe.report.messages import messages
from tests.judge.login_chain.clients import CLIENTS
from tests.judge.login_chain.situations import (
    APP_CLIENT,
    ISSUER,
    MCP,
    OPENID,
    OPENID_INSERTED,
    PRM,
    PRM_PATH,
    RESOURCE,
    RFC8414,
    SERVER,
    record,
)

_TEXT = st.one_of(
    st.text(st.characters(codec=None), max_size=40),  # with halves of surrogate pairs, which JSON can contain
    st.sampled_from(
        [
            ISSUER,
            MCP,
            f"{MCP}/",
            "http://[",
            "https://[::1",
            "//host",
            "https://",
            "none",
            "x" * 5_000,
            "https://h:99999999",
        ]
    ),
)
_VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(), _TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=6,
)
_MEMBERS = (
    *SERVER, "client_id_metadata_document_supported", "authorization_response_iss_parameter_supported", *RESOURCE,
)  # fmt: skip


@st.composite
def _documents(draw: st.DrawFn, base: dict[str, Any]) -> str:
    """A document of which some members are anything, or any text."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.text(max_size=20))
    changed = draw(st.dictionaries(st.sampled_from(_MEMBERS), _VALUE, max_size=3))
    return json.dumps({**base, **changed})


@st.composite
def _changes(draw: st.DrawFn) -> dict[str, Any]:
    status = st.one_of(st.just(200), st.sampled_from([301, 400, 404, 429, 500, 502]), st.integers(0, 999))
    answers = {
        url: None if draw(st.integers(0, 19)) == 0 else (draw(status), draw(_documents(base)))
        for url, base in {
            PRM: RESOURCE,
            PRM_PATH: RESOURCE,
            RFC8414: SERVER,
            OPENID_INSERTED: SERVER,
            OPENID: SERVER,
        }.items()
    }
    header = draw(st.one_of(st.just(f'Bearer resource_metadata="{PRM}"'), st.text(max_size=60)))
    plain = st.text(st.characters(codec="utf-8"), max_size=12)
    texts = st.lists(plain, max_size=3)
    return {
        "answers": answers,
        "challenge": {"status": draw(st.one_of(st.just(401), status)), "headers": {"WWW-Authenticate": header}},
        "client": draw(st.one_of(st.none(), st.fixed_dictionaries({"callback_urls": texts, "oauth_scopes": st.none() | texts}))),
        "pool": draw(st.one_of(st.none(), st.just({}), st.just({"registers_openly": None}))),
        "rules": draw(
            st.one_of(
                st.just({}),
                st.just({"allowed_clients": [APP_CLIENT]}),
                st.fixed_dictionaries({"allowed_audience": texts, "allowed_scopes": texts}),
            )
        ),
        "claims": draw(st.dictionaries(st.sampled_from(["aud", "client_id", "token_use"]), plain | texts, max_size=3)),
        "trusted": draw(st.none() | plain),
    }  # fmt: skip


@given(_changes())
@settings(max_examples=3 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
def test_every_record_has_its_chain(changes: dict[str, Any]) -> None:
    """Eight steps in their order, a forecast for each client, and sentences for all of it; it can be written as JSON."""
    facts = record(**changes)
    (chain,) = login_chains(facts)
    assert [one.step for one in chain.steps] == list(STEPS)
    assert [one.client for one in chain.clients] == [client.id for client in TABLE]
    situation = situation_of(facts, "gateway")
    assert situation is not None
    forecasts = [forecast(client, situation) for client in CLIENTS.values()]
    for way in (way for one in (*forecasts, *chain.clients) for way in one.ways):
        assert (way.step is None) == (way.outcome == "connects")
        for language in LANGUAGES:
            assert messages(language)(f"forecast-{way.reason}", way.values)
    for one in (chain, *forecasts):
        assert type(one).model_validate_json(one.model_dump_json()) == one
    assert login_chains(facts) == (chain,)

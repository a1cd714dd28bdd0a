"""Documents of a login in a shared record: what the standards define stays, and a provider's own words are gone."""

from __future__ import annotations

import json

import pytest

from agentcore_probe import api
from agentcore_probe.model.environment import Environment, LocalSetup, LoginFeature
from agentcore_probe.sharing import share_record
from agentcore_probe.sharing.content import outline
from agentcore_probe.sharing.pseudonyms import Pseudonyms
from tests.embedded import observed

FEATURES: tuple[LoginFeature, ...] = ("registration", "client-metadata", "server-metadata", "s256", "iss")
ROWS = ("runtime-oauth-metadata", "gateway-oauth-metadata")


@pytest.mark.parametrize(
    "faults",
    [
        (),
        ("resource-mismatch",),
        pytest.param(("metadata-issuer-slash",), marks=pytest.mark.slow),
        pytest.param(("s256-not-listed",), marks=pytest.mark.slow),
        pytest.param(("challenge-relative",), marks=pytest.mark.slow),
        pytest.param(("metadata-missing",), marks=pytest.mark.slow),
    ],
)
def test_the_rows_keep_their_causes(faults: tuple[str, ...]) -> None:
    """The names of issuer and resource are compared, whatever pseudonyms they have."""
    setup = LocalSetup(login_server=FEATURES, faults=faults)
    record = observed(Environment(name="t", local=setup, entrances=ROWS), controls="few", experiments=False)
    before, after = (
        [(row.observed, row.outcome, row.diagnosis.cause) for row in api.judge(one).findings]
        for one in (record, share_record(record))
    )
    assert before == after


def test_what_only_one_provider_says_is_omitted() -> None:
    """A grant or a member of its own may identify a company."""
    document = {
        "authorization_endpoint": "https://login.acme.example/authorize",
        "response_types_supported": ["code", "acme-code"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "client_id_metadata_document_supported": True,
        "bearer_methods_supported": "acme",
        "acme_feature": "acme",
    }
    pseudonyms = Pseudonyms()
    pseudonyms.add("host", "login.acme.example")
    text = outline(json.dumps(document), pseudonyms)
    assert "acme" not in text
    shared = json.loads(text)
    assert shared["response_types_supported"] == ["code", "…"]
    assert shared["code_challenge_methods_supported"] == ["plain", "S256"]
    assert shared["client_id_metadata_document_supported"] is True
    assert shared["authorization_endpoint"].endswith("/authorize")

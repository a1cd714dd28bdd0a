"""docs/identities.md: the example of each section is the table of an environment file."""

from __future__ import annotations

import re
import tomllib

from agentcore_probe.environments.load import from_tables
from agentcore_probe.flows import FLOWS
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "identities.md").read_text("utf-8")


def test_every_example_is_a_flow_with_the_keys_that_it_needs() -> None:
    """And has a row in the table at the top. A flow of somebody else's may have no section."""
    sections = dict(re.findall(r"^## ([a-z-]+)\n\n```toml\n(.*?)```", PAGE, re.S | re.M))
    assert len(sections) >= 9
    assert sections.keys() <= FLOWS.keys()
    for id, text in sections.items():
        environment = from_tables(
            tomllib.loads(text), name="x", where="docs/identities.md", needs_target=False
        )
        identity = environment.identity
        assert identity is not None
        assert identity.flow == id
        assert all(getattr(identity, key) is not None for key in FLOWS[id].required_keys)
        assert f"[`{id}`](#{id})" in PAGE
